import { bootstrapInterval } from "../../src/inference";
import type { SetRegionScore } from "./score-film";

export const SUMMARY_HEAD =
  "| difference | region | *r* [95 % over films] | ahead in | by training | p (shifts) |\n|---|---|---|---|---|---|";

/**
 * One row a region: the mean difference of r over films and trainings, its 95 % bootstrap interval over films (trainings averaged within each),
 * in how many films the first set is ahead, the difference with each training, and p against paired circular shifts of both, averaged over
 * films and trainings.
 */
export function summary(
  scores: readonly SetRegionScore[],
  { of, against, regions }: { of: string; against: string; regions: string[] },
): string[] {
  const films = [...new Set(scores.map(({ film }) => film))];
  const trainings = [...new Set(scores.map(({ training }) => training))];
  const find = (set: string, region: string, film: number, training: number) =>
    scores.find(
      (one) => one.set === set && one.region === region && one.film === film && one.training === training,
    )!;
  return regions.map((region) => {
    const pairs = films.map((film) =>
      trainings.map((training) => [of, against].map((set) => find(set, region, film, training))),
    );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const ofFilms = pairs.map((each) => mean(each.map(([a, b]) => a.r - b.r)));
    const nDraws = pairs[0][0][0].nullR.length;
    const draws = Array.from({ length: nDraws }, (_, d) =>
      mean(pairs.map((each) => mean(each.map(([a, b]) => a.nullR[d] - b.nullR[d])))),
    );
    const effect = mean(ofFilms);
    const byTraining = trainings.map((_, i) => mean(pairs.map((each) => each[i][0].r - each[i][1].r)));
    const p = (1 + draws.filter((value) => value >= effect).length) / (1 + nDraws);
    const { low, high } = bootstrapInterval(ofFilms, (sample) => mean(Array.from(sample)), {
      ...{ nResamples: 10_000, level: 0.95, seed: 1 },
    });
    const ahead = ofFilms.filter((value) => value > 0).length;
    const digits = (value: number) => value.toFixed(3).replace("-", "−");
    return `| ${of} − ${against} | ${region} | ${digits(effect)} [${digits(low)}, ${digits(high)}] | ${ahead} of ${films.length} | ${byTraining.map(digits).join(", ")} | ${digits(p)} |`;
  });
}
