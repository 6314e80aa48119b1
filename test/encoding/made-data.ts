import {
  boldMatrix,
  type EncodingData,
  logSpacedAlphas,
  runBlocks,
  type Segment,
  segmentBlocks,
} from "../../src/encoding";
import { type Matrix, matrix } from "../../src/tensor";

/** Lengths of the runs that test/fixtures/encoding/make_encoding.py makes. */
export const RUNS = [80, 76, 72, 84];
export const ALPHAS = logSpacedAlphas({ from: 0, to: 6, nAlphas: 20 });

/** The script's `integers`: a hash of every position, from −largest to largest. */
function integers(stream: number, length: number, largest: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => {
    let h = (i + stream * 0x1000003) >>> 0;
    for (let round = 0; round < 2; round++) h = Math.imul(h ^ (h >>> 16), 0x45d9f3b) >>> 0;
    h = (h ^ (h >>> 16)) >>> 0;
    return (h % (2 * largest + 1)) - largest;
  });
}

/** The script's `made`: X [nTrs × p] and Y [nTrs × v] of all runs, exact in float32. */
export function madeData(p: number, v: number): { X: Matrix<Float32Array>; Y: Matrix<Float32Array> } {
  const n = RUNS.reduce((sum, length) => sum + length, 0);
  const raw = integers(1, (n + 4) * p, 63);
  const shared = integers(2, n, 63);
  const x = Int32Array.from({ length: n * p }, (_, at) => {
    return raw[at] + raw[at + p] + raw[at + 2 * p] + raw[at + 3 * p] + 2 * shared[Math.floor(at / p)];
  });
  const present = integers(4, p * v, 2);
  const w = integers(3, p * v, 7).map((value, at) => (present[at] === 0 ? value : 0));
  const noise = integers(5, n * v, 31);
  const y = new Float32Array(n * v);
  for (let t = 0; t < n; t++) {
    for (let j = 0; j < v; j++) {
      let sum = 0;
      for (let i = 0; i < p; i++) sum += x[t * p + i] * w[i * v + j];
      y[t * v + j] = (Math.floor((sum * Math.floor((j * 8) / v)) / 8) + 64 * noise[t * v + j]) / 1024;
    }
  }
  return {
    X: matrix(
      Float32Array.from(x, (value) => value / 64),
      [n, p],
    ),
    Y: matrix(y, [n, v]),
  };
}

/** The same as runs, with a segment for each. */
export function madeRuns(p: number, v: number): EncodingData {
  const { X, Y } = madeData(p, v);
  return asRuns(X, Y);
}

/** Cuts features and targets of all runs into runs. */
export function asRuns(X: Matrix, Y: Matrix): EncodingData {
  let start = 0;
  const ranges = RUNS.map((length) => {
    start += length;
    return { start: start - length, end: start };
  });
  const cut = (m: Matrix) =>
    ranges.map((range) =>
      matrix(m.data.slice(range.start * m.shape[1], range.end * m.shape[1]), [
        range.end - range.start,
        m.shape[1],
      ]),
    );
  const segments: Segment[] = segmentBlocks(runBlocks(ranges), { gapTrs: 0 });
  return { features: cut(X), bold: cut(Y).map((m, i) => boldMatrix(`run ${i + 1}`, m)), segments };
}
