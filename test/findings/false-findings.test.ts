import assert from "node:assert/strict";
import { test } from "node:test";
import { type FalseFindings, falseMapFindings, falseMemberFindings } from "./false-findings";
import { mostFalse } from "./planted-brain";

function assertCalibrated(found: FalseFindings, least: number): void {
  for (const [name, { nFalse, n }] of found) {
    assert.ok(n >= least && nFalse <= mostFalse(n), `${name}: ${nFalse} of ${n}; at most ${mostFalse(n)}`);
  }
}

test("redundancy, mirror and polarity each call at most 5 % of 200 brains without signal", async () => {
  const found = await falseMapFindings(200, { nDraws: 39, drive: "nothing", halves: false, seed: 1000 });
  assert.equal(found.size, 9);
  assertCalibrated(found, 190);
});

test("modality and shared neurons call at most 5 % of 200 models without either", () => {
  assertCalibrated(falseMemberFindings(200, 1000), 200);
});
