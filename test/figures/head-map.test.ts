import assert from "node:assert/strict";
import { test } from "node:test";
import { DIVERGING, headMap, SEQUENTIAL } from "../../src/figures";
import { fromRows, zeros } from "../../src/tensor";

test("headMap is symmetric about 0 as soon as one value is negative, and starts at 0 when none is", () => {
  const options = { title: "t", valueTitle: "r" };
  const signed = headMap(fromRows([[0.3, -0.1]]), options).data[0];
  assert.deepEqual([signed.zmin, signed.zmax, signed.colorscale], [-0.3, 0.3, DIVERGING]);
  const positive = headMap(fromRows([[0.3, 0.2]]), options).data[0];
  assert.deepEqual([positive.zmin, positive.zmax, positive.colorscale], [0, 0.3, SEQUENTIAL]);
  const flat = headMap(zeros([1, 2]), options).data[0];
  assert.deepEqual([flat.zmin, flat.zmax], [0, 1]);
});

test("headMap counts heads without a value, and refuses a map that has none with one", () => {
  const options = { title: "Heads", valueTitle: "r" };
  const map = headMap(fromRows([[0.3, Number.NaN]]), options);
  assert.equal(map.caption, "Heads: r, 1 layers × 2 heads; grey: 1 without a value.");
  assert.throws(() => headMap(fromRows([[Number.NaN]]), options), {
    message:
      "headMap: missing values: none of 1 is finite; expected at least one. Check the scores of the heads.",
  });
});
