import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contiguousBlocks,
  filterFeatures,
  joinFeatures,
  kernelFeatures,
  type RidgeFeatures,
  shiftFeatures,
} from "../../src/encoding";
import { fromRows, type Matrix, matrix, random } from "../../src/tensor";

const X = noise(1, [20, 3]);
const wide = noise(2, [20, 30]);
const blocks = contiguousBlocks({ nTrs: 20, nBlocks: 2 });
const choices = { trSec: 2, cutoffSec: 10 };

test("kernelFeatures is X Xᵀ", () => {
  const { kernel, solver } = kernelFeatures(
    fromRows([
      [1, 2],
      [3, 4],
    ]),
  );
  assert.deepEqual(
    [kernel, solver],
    [
      fromRows([
        [5, 11],
        [11, 25],
      ]),
      "dual",
    ],
  );
});

test("filtering and shifting act on a kernel as on the features themselves", () => {
  const onKernel = filterFeatures(shiftFeatures(kernelFeatures(wide), 3), blocks, choices);
  const onFeatures = filterFeatures(shiftFeatures({ X: wide, solver: "dual" }, 3), blocks, choices);
  assert.equal(onFeatures.solver, "dual");
  assertSameKernel(onKernel, onFeatures);
});

test("joining columns, kernels, or one of each gives the same kernel", () => {
  const columns: RidgeFeatures = { X, solver: "primal" };
  const together = joinFeatures(columns, { X: wide, solver: "dual" });
  assert.ok("X" in together && together.X.shape[1] === 33);
  assert.equal(together.solver, "dual");
  assert.equal(joinFeatures(columns, columns).solver, "primal");
  assertSameKernel(joinFeatures(columns, kernelFeatures(wide)), together);
  assertSameKernel(joinFeatures(kernelFeatures(wide), kernelFeatures(X)), together);
});

function assertSameKernel(a: RidgeFeatures, b: RidgeFeatures): void {
  const [got, expected] = [a, b].map((each) =>
    "kernel" in each ? each.kernel : kernelFeatures(each.X as never).kernel,
  );
  // Sums of 33 products of numbers of order 1.
  for (let i = 0; i < got.data.length; i++) assert.ok(Math.abs(got.data[i] - expected.data[i]) < 1e-12);
}

function noise(seed: number, shape: [number, number]): Matrix<Float64Array> {
  const draw = random(seed);
  return matrix(
    Float64Array.from({ length: shape[0] * shape[1] }, () => draw.normal()),
    shape,
  );
}
