import assert from "node:assert/strict";
import { test } from "node:test";
import { connectivityMeasures, measureTable } from "../../src/findings";
import { connectivityAgreement } from "../../src/networks";
import { linearAlgebra, random } from "../../src/tensor";
import { GROUP, identity, normalMatrix, simulatedBold, slowCourses } from "./planted-brain";

test("predictions that are connected as BOLD is agree over subjects, and unrelated ones do not", () => {
  const table = (isRelated: boolean) => {
    const subjects = [1, 2, 3].map((seed) => {
      const numbers = random(seed);
      const X = slowCourses({ nRuns: 2, nTrs: 80 }, identity(3), numbers);
      const weights = normalMatrix([3, 8], numbers);
      const other = isRelated ? weights : normalMatrix([3, 8], numbers);
      const bold = simulatedBold(X, weights, numbers);
      const runs = X.map((x, i) => ({ bold: bold[i], predicted: linearAlgebra().multiply(x, other) }));
      return connectivityMeasures(connectivityAgreement(runs, { minShiftTrs: 10, nDraws: 99, seed: 5 }));
    });
    return measureTable(subjects, GROUP)[0];
  };
  const related = table(true);
  assert.ok(related.effect > 0.5 && related.p === 1 / 100 && related.n_subjects === 3);
  assert.ok(table(false).p > 0.05);
});
