import assert from "node:assert/strict";
import { test } from "node:test";
import { type FalseFindings, falseMapFindings, falseModelFindings } from "./false-findings";
import { mostFalse } from "./planted-brain";

function assertCalibrated(found: FalseFindings, names: RegExp, least: number): void {
  const tested = [...found].filter(([name]) => names.test(name));
  assert.ok(tested.length > 0);
  for (const [name, { nFalse, n }] of tested) {
    console.log(`${name}: ${nFalse} of ${n} at p ≤ 0.05; up to ${mostFalse(n)} expected`);
    assert.ok(n >= least && nFalse <= mostFalse(n), name);
  }
}

test("opposite pairs are found in at most 5 % of 400 brains without signal", async () => {
  const options = { nDraws: 59, drive: "nothing" as const, halves: true, seed: 20000 };
  assertCalibrated(await falseMapFindings(400, options), /./, 300);
});

test("links of maps with members and layers are found in at most 5 % of 400 brains whose maps know nothing of neurons", async () => {
  const options = { nDraws: 39, drive: "unrelated weights" as const, halves: false, seed: 30000 };
  // Maps, polarity and opposition are really there in such brains; only what ties them to the model is false.
  assertCalibrated(await falseMapFindings(400, options), /^link|mirror index/, 100);
});

test("removal, redundant atoms and unique parts are found in at most 5 % of 300 studies without them", async () => {
  assertCalibrated(await falseModelFindings(300, 40000), /./, 200);
});
