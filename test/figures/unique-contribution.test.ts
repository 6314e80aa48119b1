import assert from "node:assert/strict";
import { test } from "node:test";
import { uniqueContribution } from "../../src/figures";
import { uniqueTable } from "./examples";
import { traceNamed } from "./figure-parts";

test("uniqueContribution draws delta_r as it is, negative where the larger model predicts worse", () => {
  const rows = uniqueTable();
  const figure = uniqueContribution(rows);
  assert.deepEqual(
    traceNamed(figure, "neurons").y,
    rows.filter(({ features }) => features === "neurons").map(({ delta_r }) => delta_r),
  );
  assert.ok((traceNamed(figure, "atoms").y as number[]).some((value) => value < 0));
  assert.deepEqual(
    traceNamed(figure, "baseline alone").y,
    rows.slice(0, 6).map(({ r_baseline }) => r_baseline),
  );
  assert.equal(
    (traceNamed(figure, "q < .05, interval above 0").x as number[]).length,
    3,
    "of four with q below .05",
  );
});
