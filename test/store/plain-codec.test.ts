import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { plainCodec } from "../../src/store";
import { fromRows, matrix } from "../../src/tensor";

test("plainCodec brings back every value as it was", () => {
  const value = {
    r: [0.1, NaN, -Infinity, -0, null],
    names: ["LATL", "é\n"],
    courses: fromRows([
      [1, NaN],
      [3, 4],
    ]),
    small: matrix(new Float32Array([1, 2, 3]), [1, 3]),
    folds: [{ weights: new Float64Array([1, 2]) }, { weights: new Float32Array([]) }],
    trs: new Int32Array([5, -6]),
    empty: {},
    isTransductive: true,
  };
  const codec = plainCodec<typeof value>();
  const files = codec.encode(value);
  assert.deepEqual(Object.keys(files).sort(), [
    "courses.npy",
    "folds.0.weights.npy",
    "folds.1.weights.npy",
    "small.npy",
    "value.json",
  ]);
  assert.deepEqual(codec.decode(files), value);
});

test("plainCodec keeps places apart that would have the same file name", () => {
  const value = { "a/b": new Float64Array([1]), a_b: new Float64Array([2]), "../x": new Float64Array([3]) };
  const codec = plainCodec<typeof value>();
  const files = codec.encode(value);
  assert.ok(Object.keys(files).every((file) => !file.includes("/")));
  assert.deepEqual(codec.decode(files), value);
});

test("plainCodec keeps float arrays made in another context", () => {
  const made = runInNewContext("({ a: new Float32Array([1.5]) })");
  assert.deepEqual(plainCodec<unknown>().decode(plainCodec<unknown>().encode(made)), {
    a: new Float32Array([1.5]),
  });
});

test("plainCodec names the place of what it cannot keep", () => {
  const cases: [unknown, string][] = [
    [{ a: [1, undefined] }, "at a.1: undefined"],
    [{ a: { $matrix: 1 } }, 'at a.$matrix: a key that begins with "$"'],
    [new Map(), "at the top: a Map"],
    [{ a: new BigInt64Array(1) }, "at a: BigInt64Array"],
  ];
  for (const [value, got] of cases) {
    assert.throws(
      () => plainCodec<unknown>().encode(value),
      (error: Error) => error.message.startsWith(`plainCodec: invalid value ${got}; expected plain objects`),
    );
  }
});
