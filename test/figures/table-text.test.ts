import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv } from "../../src/figures";
import { predictionTable } from "./examples";

test("toCsv quotes what would break a line into other fields, and nothing else", () => {
  const rows = [
    { "a,b": 'say "hi"', plain: "x y" },
    { "a,b": "two\nlines", plain: "" },
  ];
  assert.equal(toCsv(rows), '"a,b",plain\n"say ""hi""",x y\n"two\nlines",\n');
});

test("toCsv writes numbers that read back as the same number", () => {
  const values = [0.1 + 0.2, 1 / 3, 5e-324, 1e21, -0.000001, 2 ** 60, Math.PI];
  const lines = toCsv(values.map((value) => ({ value })))
    .trim()
    .split("\n");
  assert.deepEqual(lines.slice(1).map(Number), values);
});

test("toCsv leaves NaN and missing values empty, and keeps columns in the order of their first appearance", () => {
  const rows: { [column: string]: string | number }[] = [
    { b: 1, a: Number.NaN },
    { c: "x", b: 2 },
  ];
  assert.equal(toCsv(rows), "b,a,c\n1,,\n2,,x\n");
});

test("toCsv of no rows is empty", () => {
  assert.equal(toCsv([]), "");
});

test("toCsv gives the prediction table the columns of its rows", () => {
  const [header, first] = toCsv(predictionTable().rows).split("\n");
  assert.equal(
    header,
    "features,roi,r,r_low,r_high,p_shift,q_shift,p_sign_flip,ceiling,r_random,r_baseline,delta_r,delta_r2,r_group_mean,n_subjects",
  );
  assert.equal(first.split(",").length, 15);
});
