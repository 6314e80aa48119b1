import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { canonicalHrf, convolveHrf, runRanges } from "../../src/alignment";
import { fromRows, zeros } from "../../src/tensor";

const fixture = JSON.parse(fs.readFileSync(path.join(__dirname, "../fixtures/alignment/hrf.json"), "utf8"));

test("canonicalHrf is SPM's, with unit sum", () => {
  for (const { trSec, h } of fixture.hrf) {
    const hrf = canonicalHrf({ trSec });
    assert.equal(hrf.length, h.length);
    // Two roundings of the same closed formula.
    hrf.forEach((value, i) => {
      assert.ok(Math.abs(value - h[i]) < 1e-12, `TR ${trSec}, point ${i}`);
    });
    assert.ok(Math.abs(hrf.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
  }
});

test("canonicalHrf starts at 0, peaks at 5 s and undershoots to its minimum at 16 s", () => {
  const hrf = canonicalHrf({ trSec: 1 });
  assert.equal(hrf[0], 0);
  assert.equal(hrf.indexOf(Math.max(...hrf)), 5);
  assert.equal(hrf.indexOf(Math.min(...hrf)), 16);
});

test("canonicalHrf refuses a TR that is not a number of seconds", () => {
  assert.throws(() => canonicalHrf({ trSec: 0 }), {
    message:
      "canonicalHrf: invalid trSec: 0; expected seconds above 0 and up to 32. Pass the repetition time of the scan.",
  });
  assert.throws(() => canonicalHrf({ trSec: 2000 }), /invalid trSec: 2000/);
});

test("convolveHrf equals the reference convolution and never crosses a run boundary", () => {
  const { input, output, runLengths, trSec } = fixture.convolution;
  const convolved = convolveHrf(fromRows(input), runRanges(runLengths), canonicalHrf({ trSec }));
  const expected = fromRows(output);
  convolved.data.forEach((value, i) => {
    assert.ok(Math.abs(value - expected.data[i]) < 1e-12);
  });
});

test("convolveHrf is causal: an impulse is followed, not preceded, by the response", () => {
  const impulse = zeros([5, 1]);
  impulse.data[1] = 2;
  const convolved = convolveHrf(impulse, [{ start: 0, end: 5 }], Float64Array.of(0.5, 0.25, 0.25));
  assert.deepEqual(Array.from(convolved.data), [0, 1, 0.5, 0.5, 0]);
});

test("convolveHrf names the row and column of a value that is not finite", () => {
  const courses = zeros([4, 3]);
  courses.data[2 * 3 + 1] = Number.NaN;
  assert.throws(() => convolveHrf(courses, runRanges([4]), Float64Array.of(1)), {
    message:
      "convolveHrf: invalid value at row 2, column 1: NaN; expected finite numbers. Drop the column or set the TR to 0.",
  });
});

test("convolveHrf refuses runs that do not cover the rows", () => {
  const courses = zeros([4, 1]);
  const hrf = Float64Array.of(1);
  assert.throws(() => convolveHrf(courses, runRanges([3]), hrf), {
    message:
      "convolveHrf: mismatched ranges: they end at TR 3; expected 4, the rows of the data. Pass the lengths that belong to these data.",
  });
  assert.throws(
    () =>
      convolveHrf(
        courses,
        [
          { start: 0, end: 2 },
          { start: 3, end: 4 },
        ],
        hrf,
      ),
    {
      message:
        "convolveHrf: invalid range: 3 to 4; expected one that starts at TR 2 and is not empty. List the runs or blocks in order, without holes.",
    },
  );
});
