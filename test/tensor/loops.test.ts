import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import wabt from "wabt";
import { loopBytes, openLoops, random } from "../../src/tensor";

const folder = path.join(__dirname, "../../src/tensor");

test("loops.wasm is what loops.wat says", async () => {
  const text = fs.readFileSync(path.join(folder, "loops.wat"), "utf8");
  const { buffer } = (await wabt()).parseWat("loops.wat", text).toBinary({});
  assert.ok(
    fs.readFileSync(path.join(folder, "loops.wasm")).equals(Buffer.from(buffer)),
    "run: npx wat2wasm src/tensor/loops.wat -o src/tensor/loops.wasm",
  );
});

const numbers = random(1);

function fillRandomly(array: Float32Array | Float64Array): void {
  array.set(array.map(() => numbers.normal()));
}

test("shiftedSquares adds z (z − t) up, whatever the width", () => {
  const [nTargets, nEach] = [3, 2];
  for (const width of [1, 2, 3, 4, 5, 8, 65]) {
    const lengths = { float32: [nTargets * nEach * width], float64: [nTargets * width, nTargets * nEach] };
    const loops = openLoops(loopBytes(lengths));
    const predicted = loops.float32(lengths.float32[0]);
    const [twice, gains] = lengths.float64.map(loops.float64);
    fillRandomly(predicted);
    fillRandomly(twice);
    // A NaN stays in its row.
    predicted[width - 1] = Number.NaN;
    loops.shiftedSquares(predicted, twice, gains, width);
    const expected = Array.from(gains, (_, i) => {
      const t = twice.subarray(Math.floor(i / nEach) * width);
      return predicted.subarray(i * width, (i + 1) * width).reduce((sum, z, j) => sum + z * (z - t[j]), 0);
    });
    assert.deepEqual(Array.from(gains, Number.isNaN), Array.from(expected, Number.isNaN));
    for (let i = 1; i < gains.length; i++)
      assert.ok(Math.abs(gains[i] - expected[i]) <= 1e-13 * width, `width ${width}, sum ${i}`);
  }
});

test("addSquares adds to what is there, for odd and even numbers of rows and columns", () => {
  for (const [nRows, nColumns] of [
    [1, 1],
    [3, 2],
    [4, 3],
    [16, 5],
    [35, 7],
    [0, 2],
  ]) {
    const loops = openLoops(loopBytes({ float32: [nRows * nColumns], float64: [nColumns, nColumns] }));
    const y = loops.float32(nRows * nColumns);
    const [sums, squares] = [loops.float64(nColumns), loops.float64(nColumns)];
    fillRandomly(y);
    fillRandomly(sums);
    fillRandomly(squares);
    const expected = { sums: sums.slice(), squares: squares.slice() };
    y.forEach((value, i) => {
      expected.sums[i % nColumns] += value;
      expected.squares[i % nColumns] += value * value;
    });
    loops.addSquares(y, sums, squares);
    for (let j = 0; j < nColumns; j++) {
      assert.ok(Math.abs(sums[j] - expected.sums[j]) <= 1e-13 * nRows, `${nRows} × ${nColumns}`);
      assert.ok(Math.abs(squares[j] - expected.squares[j]) <= 1e-13 * nRows, `${nRows} × ${nColumns}`);
    }
  }
});

test("a memory that is full, and an array from elsewhere, are refused", () => {
  const loops = openLoops(1);
  assert.throws(
    () => loops.float64(loops.nBytes / 8),
    /^Error: openLoops: missing room: 65536 bytes beside 0 of 65536; expected to fit\./,
  );
  loops.float64(8000);
  loops.clear();
  assert.equal(loops.float32(2).byteOffset, 0);
  assert.throws(
    () => loops.addSquares(new Float32Array(2), loops.float64(2), loops.float64(2)),
    /^Error: openLoops: invalid arrays: of 2, 2, 2 numbers, or elsewhere; expected some of this memory/,
  );
});

test("where WebAssembly has no memory to give, the same sums come from JavaScript", (context) => {
  const sumsOf = () => {
    const lengths = { float32: [2 * 3 * 7, 9 * 5], float64: [2 * 7, 2 * 3, 5, 5] };
    const loops = openLoops(loopBytes(lengths));
    const [predicted, y] = lengths.float32.map(loops.float32);
    const [twice, gains, sums, squares] = lengths.float64.map(loops.float64);
    for (const array of [predicted, twice, y]) array.forEach((_, i) => (array[i] = Math.sin(i + 1)));
    sums.fill(0);
    squares.fill(0);
    loops.shiftedSquares(predicted, twice, gains, 7);
    loops.addSquares(y, sums, squares);
    return [gains, sums, squares].map((array) => Array.from(array));
  };
  const expected = sumsOf();
  const { WebAssembly: webAssembly } = globalThis as unknown as { WebAssembly: { Memory: unknown } };
  const { Memory } = webAssembly;
  context.after(() => Object.assign(webAssembly, { Memory }));
  webAssembly.Memory = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  };
  assert.deepEqual(sumsOf(), expected);
});
