import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { contentKey } from "../../src/store";
import { matrix } from "../../src/tensor";

test("contentKey does not depend on the order of keys", () => {
  assert.equal(contentKey({ a: 1, b: { c: 2, d: 3 } }), contentKey({ b: { d: 3, c: 2 }, a: 1 }));
});

test("contentKey gives values that differ in any way keys of their own", () => {
  const values: unknown[] = [
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    1,
    1n,
    "1",
    true,
    "true",
    null,
    "null",
    "NaN",
    [],
    {},
    [[]],
    [1, 2],
    [12],
    ["a", "b"],
    ["ab"],
    ["a;b"],
    // The same text once the ends of the strings are lost.
    ["xstringy", "z"],
    ["x", "ystringz"],
    { a: 1 },
    { a: "1" },
    ["a", 1],
    { a: 1, b: null },
    new Float32Array([1]),
    new Float64Array([1]),
    new Uint8Array([0, 0, 128, 63]),
    new Int32Array([1065353216]),
    new Float64Array([0]),
    new Float64Array([-0]),
    matrix(new Float64Array(6), [2, 3]),
    matrix(new Float64Array(6), [3, 2]),
    matrix(new Float32Array(6), [2, 3]),
  ];
  assert.equal(new Set(values.map(contentKey)).size, values.length);
});

test("contentKey is the same in another process", () => {
  const code = `console.log(require("./src/store").contentKey({ b: [1.5, -0, "é"], a: new Float32Array([1, 2]) }))`;
  const other = execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", code], { encoding: "utf8" });
  assert.equal(other.trim(), contentKey({ a: new Float32Array([1, 2]), b: [1.5, -0, "é"] }));
});

test("contentKey of a view is that of its values, not of the buffer around it", () => {
  assert.equal(
    contentKey(new Float64Array([9, 1, 2, 9]).subarray(1, 3)),
    contentKey(new Float64Array([1, 2])),
  );
});

test("contentKey takes values made in another context, as a notebook's are", () => {
  const made = runInNewContext("({ a: [1, new Float64Array([2])] })");
  assert.equal(contentKey(made), contentKey({ a: [1, new Float64Array([2])] }));
});

test("contentKey names the place of what it cannot hold", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const cases: [unknown, string][] = [
    [{ hrf: { shape: undefined } }, "at parts.hrf.shape: undefined"],
    [[1, () => 2], "at parts[1]: function"],
    [{ when: new Date(0) }, "at parts.when: a Date"],
    [{ m: new Map() }, "at parts.m: a Map"],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what the test is about
    [[1, , 2], "at parts[1]: undefined"],
    [cyclic, "at parts.self: an object that contains itself"],
  ];
  for (const [value, got] of cases) {
    assert.throws(
      () => contentKey(value),
      (error: Error) => error.message.startsWith(`contentKey: invalid value ${got}; expected plain objects`),
    );
  }
});
