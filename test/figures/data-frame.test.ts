import assert from "node:assert/strict";
import { test } from "node:test";
import { toDataFrame } from "../../src/figures";
import { predictionTable } from "./examples";

test("danfojs is loaded by the first table, not by importing the stage", () => {
  const loaded = () => Object.keys(require.cache).some((path) => path.includes("danfojs-node"));
  assert.equal(loaded(), false);
  toDataFrame([{ a: 1 }]);
  assert.equal(loaded(), true);
});

test("toDataFrame keeps values exactly, in the order of rows and columns", () => {
  const { rows } = predictionTable();
  const frame = toDataFrame(rows);
  assert.deepEqual(frame.columns, Object.keys(rows[0]));
  assert.deepEqual(
    frame.values,
    rows.map((row) => Object.values(row)),
  );
});

test("toDataFrame has NaN where a row lacks a value", () => {
  const rows: { [column: string]: string | number }[] = [
    { a: 1 / 3, b: "x" },
    { a: Number.NaN, c: 2 },
  ];
  const frame = toDataFrame(rows);
  assert.deepEqual(frame.columns, ["a", "b", "c"]);
  assert.deepEqual(frame.values, [
    [1 / 3, "x", Number.NaN],
    [Number.NaN, Number.NaN, 2],
  ]);
});

test("toDataFrame refuses to make a table of no rows", () => {
  assert.throws(() => toDataFrame([]), {
    message: "toDataFrame: missing rows: 0; expected at least one. Check what was left out before.",
  });
});
