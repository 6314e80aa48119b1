import assert from "node:assert/strict";
import { test } from "node:test";
import { type Measure, measureTable, neededEffects, type SubjectMeasures } from "../../src/findings";
import { matrix, random } from "../../src/tensor";

const MEASURES: Measure[] = [
  { name: "above", tail: "greater", scale: "plain", null: "normal numbers" },
  { name: "below", tail: "less", scale: "correlation", null: "normal numbers" },
];
const OPTIONS = { nBootstraps: 10, nSignFlips: 9, seed: 1 };

function subject(observed: [number, number], seed: number, nDraws = 99): SubjectMeasures {
  const numbers = random(seed);
  const data = Float64Array.from({ length: nDraws * 2 }, () => Math.tanh(0.3 * numbers.normal()));
  return { measures: MEASURES, observed: Float64Array.from(observed), nullValues: matrix(data, [nDraws, 2]) };
}

test("an effect just beyond the needed one is significant, one just short of it is not", () => {
  const [above, below] = neededEffects([subject([0, 0], 1)], { level: 0.05 });
  const pOf = (values: [number, number]) => measureTable([subject(values, 1)], OPTIONS).map(({ p }) => p);
  const [a, b] = pOf([above.needed + 1e-9, below.needed - 1e-9]);
  assert.ok(a <= 0.05 && b <= 0.05, `${a}, ${b}`);
  const [c, d] = pOf([above.needed - 1e-9, below.needed + 1e-9]);
  assert.ok(c > 0.05 && d > 0.05, `${c}, ${d}`);
});

test("more subjects need a smaller effect, and one without a value counts for nothing", () => {
  const of = (subjects: SubjectMeasures[]) => neededEffects(subjects, { level: 0.05 })[0].needed;
  const eight = Array.from({ length: 8 }, (_, s) => subject([0.1, 0.1], 2 + s));
  assert.ok(of(eight) < 0.6 * of(eight.slice(0, 1)));
  assert.equal(of([...eight, subject([Number.NaN, 0], 50)]), of(eight));
});

test("with too few draws no effect is large enough", () => {
  const [{ needed }] = neededEffects([subject([0, 0], 1, 15)], { level: 0.05 });
  assert.ok(Number.isNaN(needed));
});
