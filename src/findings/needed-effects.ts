import { fisherMean } from "../inference";
import { drawMeans, plainMean } from "./group-effect";
import type { SubjectMeasures } from "./subject-measures";

/** How large the effect of one measure has to be to pass its null (`neededEffects`), on the scale of `effect` in `measureTable`. */
export interface NeededEffectRow {
  measure: string;
  /** The mean of the draws, and the draw that an effect has to pass; NaN where there are too few draws for any effect to pass. */
  null_mean: number;
  needed: number;
}

/**
 * How large the effects of `measureTable` have to be for p ≤ `level`: the draws' own quantile, of means over the same subjects. It is
 * the limit of what data can tell: an effect that is truly as large is found in about half of all studies, a smaller one less often, so
 * that its absence is no evidence against it. For a two-sided measure the upper limit, at half the level.
 */
export function neededEffects(
  subjects: readonly SubjectMeasures[],
  { level }: { level: number },
): NeededEffectRow[] {
  const { measures } = subjects[0];
  return measures.map(({ name, tail, scale }, m) => {
    const present = subjects.filter(({ observed }) => !Number.isNaN(observed[m]));
    const mean = scale === "correlation" ? fisherMean : plainMean;
    const ofSubjects = present.map(({ nullValues: { data, shape } }) =>
      Float64Array.from({ length: shape[0] }, (_, d) => data[d * shape[1] + m]),
    );
    const draws = drawMeans(ofSubjects, mean);
    // p = (1 + reached) / (1 + draws) ≤ level leaves room for so many draws beyond the effect.
    const room = Math.floor((tail === "two-sided" ? level / 2 : level) * (1 + draws.length)) - 1;
    const order = Array.from(draws)
      .map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : tail === "less" ? -value : value))
      .sort((a, b) => b - a);
    const limit = room < 0 || present.length === 0 ? Number.NaN : order[room];
    return {
      measure: name,
      null_mean: plainMean(draws.filter((value) => !Number.isNaN(value))),
      needed: tail === "less" ? -limit : limit,
    };
  });
}
