import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeNpy, encodeNpy, fromRows, matrix } from "../../src/tensor";

/** What numpy.save writes, with the given header fields and data. */
function npyFile(fields: string, data: ArrayBufferView, version = 1): Uint8Array {
  const header = `${fields}\n`;
  const head = Buffer.from(`\x93NUMPY${String.fromCharCode(version, 0)}`, "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([head, length, Buffer.from(header), Buffer.from(data.buffer)]);
}

const fields = (descr: string, order: string, shape: string) =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
const SIX = Float64Array.of(1, 2, 3, 4, 5, 6);

test("encodeNpy and decodeNpy keep values, type and shape, NaN included", () => {
  for (const data of [
    Float64Array.of(1, Number.NaN, -0, 1e300, 5, 6),
    Float32Array.of(1, 2, Number.NaN, 4, 5, 6),
  ]) {
    const back = decodeNpy(encodeNpy(matrix<Float32Array | Float64Array>(data, [2, 3])), "x.npy");
    assert.deepEqual(back, { data, shape: [2, 3] });
  }
});

test("encodeNpy starts the data at a multiple of 64 bytes, as numpy does", () => {
  const bytes = encodeNpy(
    fromRows([
      [1, 2],
      [3, 4],
    ]),
  );
  assert.equal((bytes.length - 4 * 8) % 64, 0);
});

test("decodeNpy reads Fortran order, vectors and version 2 as numpy writes them", () => {
  const fortran = decodeNpy(npyFile(fields("<f8", "True", "(2, 3)"), SIX), "x.npy");
  assert.deepEqual(
    fortran,
    fromRows([
      [1, 3, 5],
      [2, 4, 6],
    ]),
  );
  assert.deepEqual(decodeNpy(npyFile(fields("<f8", "False", "(6,)"), SIX), "x.npy").shape, [6, 1]);
  assert.deepEqual(decodeNpy(npyFile(fields("<f8", "False", "(2, 3)"), SIX, 2), "x.npy").shape, [2, 3]);
});

test("decodeNpy reads bytes that start anywhere in a buffer", () => {
  const file = encodeNpy(fromRows([[1, 2]]));
  const shifted = new Uint8Array(file.length + 3);
  shifted.set(file, 3);
  assert.deepEqual(decodeNpy(shifted.subarray(3), "x.npy"), fromRows([[1, 2]]));
});

test("decodeNpy names what is wrong with a file", () => {
  const wrong: [Uint8Array, RegExp][] = [
    [Buffer.from("PK\x03\x04 a zip archive"), /decodeNpy: invalid start of x.npy/],
    [npyFile(fields("<i8", "False", "(6,)"), SIX), /invalid element type of x.npy: <i8; expected <f4 or <f8/],
    [npyFile(fields("|O", "False", "(6,)"), SIX), /invalid element type of x.npy: \|O/],
    [
      npyFile(fields("<f8", "False", "(1, 2, 3)"), SIX),
      /invalid shape of x.npy: \(1, 2, 3\); expected one or two dimensions/,
    ],
    [
      npyFile(fields("<f8", "False", "(7,)"), SIX),
      /invalid size of x.npy: 48 bytes of data; expected 7 × 1 × 8/,
    ],
    [npyFile(fields("<f8", "False", "(1e300,)"), SIX), /invalid (shape|size) of x.npy/],
    [encodeNpy(fromRows([[1]])).slice(0, 40), /invalid header length of x.npy/],
  ];
  for (const [bytes, message] of wrong) assert.throws(() => decodeNpy(bytes, "x.npy"), message);
});
