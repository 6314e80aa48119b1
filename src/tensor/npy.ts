import { type Matrix, matrix, type Real, transpose } from "./matrix";

const MAGIC = "\x93NUMPY";

/**
 * Reads a matrix from the bytes of a .npy file (versions 1 to 3; little-endian float32 or float64, C or Fortran order, one or
 * two dimensions; a vector becomes one column). `source` names the file in messages. Source: NEP 1, the npy format.
 */
export function decodeNpy(bytes: Uint8Array, source: string): Matrix {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const fail = (noun: string, got: string, expected: string): never => {
    throw new Error(
      `decodeNpy: invalid ${noun} of ${source}: ${got}; expected ${expected}. Write it with numpy.save(file, array.astype("float32")).`,
    );
  };
  if (buffer.length < 12 || buffer.toString("latin1", 0, 6) !== MAGIC) {
    fail("start", `"${buffer.toString("latin1", 0, 6)}"`, "the npy magic string");
  }
  const isLong = buffer[6] >= 2;
  const start = isLong ? 12 : 10;
  const end = start + (isLong ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8));
  if (end > buffer.length) fail("header length", `${end} bytes`, `at most the file's ${buffer.length}`);
  const header = buffer.toString("latin1", start, end);
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dims = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr !== "<f4" && descr !== "<f8") fail("element type", `${descr}`, "<f4 or <f8");
  if (order === undefined) fail("order", "none", "fortran_order: True or False");
  const shape = (dims ?? "")
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  if (shape.length < 1 || shape.length > 2 || shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    fail("shape", `(${dims})`, "one or two dimensions");
  }
  const [nRows, nCols] = [shape[0], shape[1] ?? 1];
  const elementSize = descr === "<f4" ? 4 : 8;
  if (buffer.length - end !== nRows * nCols * elementSize) {
    fail("size", `${buffer.length - end} bytes of data`, `${nRows} × ${nCols} × ${elementSize}`);
  }
  // A copy, because the data of a .npy need not start at a multiple of the element size in the caller's buffer.
  const data = new Uint8Array(bytes.subarray(end)).buffer;
  const values = descr === "<f4" ? new Float32Array(data) : new Float64Array(data);
  // In Fortran order the columns lie one after the other: the rows of the transpose.
  return order === "True" ? transpose(matrix<Real>(values, [nCols, nRows])) : matrix(values, [nRows, nCols]);
}

/** The bytes of a .npy file (version 1, C order) for a matrix: float32 stays float32, float64 stays float64. */
export function encodeNpy(m: Matrix): Uint8Array {
  const descr = m.data instanceof Float32Array ? "<f4" : "<f8";
  const fields = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${m.shape[0]}, ${m.shape[1]}), }`;
  const padded = Math.ceil((10 + fields.length + 1) / 64) * 64;
  const head = Buffer.alloc(10, MAGIC, "latin1");
  head[6] = 1;
  head[7] = 0;
  head.writeUInt16LE(padded - 10, 8);
  const header = Buffer.from(`${fields.padEnd(padded - 11)}\n`, "latin1");
  return Buffer.concat([head, header, Buffer.from(m.data.buffer, m.data.byteOffset, m.data.byteLength)]);
}
