import { benjaminiHochberg } from "../inference";
import { type Matrix, zeros } from "../tensor";
import { type EffectKind, type GroupEffect, type GroupOptions, groupEffect } from "./group-effect";

/** What is tested, and against what. */
export interface Measure extends EffectKind {
  name: string;
  /** In words, for tables and captions. */
  null: string;
}

/** Measures of one subject with their null, draws in rows. */
export interface SubjectMeasures {
  measures: readonly Measure[];
  /** [nMeasures] */
  observed: Float64Array;
  /** [nDraws × nMeasures] */
  nullValues: Matrix;
}

/** One measure over subjects (`measureTable`), with the null of its `p` in words; `q` is over the rows of its table. */
export interface MeasureRow extends GroupEffect {
  measure: string;
  null: string;
  q: number;
}

/** Gathers a statistic of the observed data and of every draw; `statistic` gives [nMeasures]. */
export function measuresOf<T>(
  measures: readonly Measure[],
  observed: T,
  draws: readonly T[],
  statistic: (data: T) => ArrayLike<number>,
): SubjectMeasures {
  const nullValues = zeros([draws.length, measures.length]);
  draws.forEach((draw, d) => nullValues.data.set(Float64Array.from(statistic(draw)), d * measures.length));
  return { measures, observed: Float64Array.from(statistic(observed)), nullValues };
}

/** A row for each measure over subjects (`groupEffect`); `q` by Benjamini and Hochberg over the rows. Throws when subjects differ in measures or draws. */
export function measureTable(subjects: readonly SubjectMeasures[], options: GroupOptions): MeasureRow[] {
  const { measures, nullValues } = subjects[0];
  const [nDraws, nMeasures] = nullValues.shape;
  const odd = subjects.findIndex(
    (one) =>
      one.nullValues.shape[0] !== nDraws || one.measures.some(({ name }, i) => name !== measures[i]?.name),
  );
  if (odd >= 0) {
    throw new Error(
      `measureTable: mismatched subject ${odd}: ${subjects[odd].nullValues.shape[0]} draws of ${subjects[odd].measures.map(({ name }) => name).join(", ")}; expected ${nDraws} of ${measures.map(({ name }) => name).join(", ")}. Measure all subjects alike.`,
    );
  }
  const effects = measures.map((measure, m) => {
    const draws = zeros([nDraws, subjects.length]);
    subjects.forEach((one, s) => {
      for (let d = 0; d < nDraws; d++) {
        draws.data[d * subjects.length + s] = one.nullValues.data[d * nMeasures + m];
      }
    });
    return groupEffect(
      subjects.map(({ observed }) => observed[m]),
      draws,
      measure,
      options,
    );
  });
  const q = benjaminiHochberg(effects.map(({ p }) => p));
  return effects.map((effect, m) => ({
    measure: measures[m].name,
    null: measures[m].null,
    ...effect,
    q: q[m],
  }));
}
