import { runRanges, type TrRange } from "../alignment";
import { type Progress, throwIfAborted } from "../store";
import { linearAlgebra, type Matrix, matrix, type Real, zeros } from "../tensor";
import type { BoldPieces, BoldSource } from "./bold-source";
import { productMemory } from "./product-memory";
import type { Precision } from "./ridge-factor";
import type { Segment } from "./segments";
import type { RegressionStatistics, TargetRange } from "./statistics";

/** A product in float32 sums at most so many TRs: the sums of sums are float64. */
const CHUNK_TRS = 192;
/** At most so many numbers of Y are held at a time, twice over, since the next piece is read meanwhile. */
const PIECE_VALUES = 2 ** 24;

export interface EncodingData {
  /** X, run by run: [nTrs × nRegressors] each. */
  features: readonly Matrix[];
  /** Y, run by run. */
  bold: readonly BoldSource[];
  /** Which TRs train and test; TRs count through the runs, one after the other. TRs in no segment are never used. */
  segments: readonly Segment[];
}

export interface AccumulateOptions {
  precision?: Precision;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** Reads Y once: statistics of every segment in which all that depends on Y is filled in. */
export async function passOver(
  data: EncodingData,
  precision: Precision,
  { onProgress, signal }: AccumulateOptions,
): Promise<RegressionStatistics[]> {
  const { features, bold, segments } = data;
  const [nTargets, p] = [bold[0].nTargets, features[0].shape[1]];
  const parts = segments.map(() => emptyStatistics(p, nTargets));
  const nValues = segments.reduce((sum, { start, end }) => sum + (end - start) * nTargets, 0);
  const memory = openMemory();
  let nDone = 0;
  const add = async (piece: Piece, content: Content) => {
    throwIfAborted(signal, "accumulateRuns");
    await addPiece(piece, content, memory, precision);
    nDone += (piece.trs.end - piece.trs.start) * (piece.targets.end - piece.targets.start);
    onProgress?.(nDone, nValues, "BOLD");
  };

  for (const [run, here] of segmentsByRun(data).entries()) {
    const [source, X] = [bold[run], features[run]];
    if (source.order === "series") {
      for await (const { first, series } of source.blocks()) {
        const targets = { start: first, end: first + series.shape[0] };
        for (const { segment, start, end } of here) {
          const piece = { part: parts[segment], trs: { start, end }, targets };
          await add(piece, {
            Y: series.data,
            X,
            order: "targets",
            seriesLength: source.nTrs,
            seriesStart: start,
          });
        }
      }
      continue;
    }
    const pieces = here.flatMap(({ segment, start, end }) =>
      piecesOf(start, end, source).map((piece) => ({ ...piece, part: parts[segment] })),
    );
    const read = (i: number) => {
      const reading = i < pieces.length ? memory.read(source, pieces[i]) : undefined;
      // A piece that is not waited for any more, after an interrupt, fails unheard.
      reading?.catch(() => {});
      return reading;
    };
    let coming = read(0);
    for (const [i, piece] of pieces.entries()) {
      const Y = await coming!;
      coming = read(i + 1);
      const seriesLength = piece.trs.end - piece.trs.start;
      await add(piece, { Y, X, order: source.order, seriesLength, seriesStart: 0 });
    }
  }
  throwIfAborted(signal, "accumulateRuns");
  return parts;
}

/** The segments of every run, their TRs counted from its start. */
export function segmentsByRun({
  bold,
  segments,
}: EncodingData): { segment: number; start: number; end: number }[][] {
  return runRanges(bold.map(({ nTrs }) => nTrs)).map((range) =>
    segments.flatMap(({ start, end }, segment) =>
      start >= range.start && start < range.end
        ? [{ segment, start: start - range.start, end: end - range.start }]
        : [],
    ),
  );
}

function emptyStatistics(p: number, nTargets: number): RegressionStatistics {
  return {
    nTrs: 0,
    xSum: new Float64Array(p),
    xx: zeros([p, p]),
    ySum: new Float64Array(nTargets),
    yx: zeros([nTargets, p]),
    yy: new Float64Array(nTargets),
  };
}

/** Cuts the TRs of a segment and the targets into pieces that are read one after the other. */
function piecesOf(start: number, end: number, { nTargets, order }: BoldPieces) {
  // Where a target's TRs lie together, few targets are read with all their TRs; else few TRs with all targets.
  const nTrs = order === "trs" ? Math.min(end - start, CHUNK_TRS) : end - start;
  const nAtOnce = Math.max(1, Math.min(nTargets, Math.floor(PIECE_VALUES / nTrs)));
  const pieces: Omit<Piece, "part">[] = [];
  for (let first = 0; first < nTargets; first += nAtOnce) {
    const targets = { start: first, end: Math.min(nTargets, first + nAtOnce) };
    for (let t = start; t < end; t += nTrs)
      pieces.push({ trs: { start: t, end: Math.min(end, t + nTrs) }, targets });
  }
  return pieces;
}

interface Piece {
  part: RegressionStatistics;
  trs: TrRange;
  targets: TargetRange;
}

/** Memory that is used over and over: for two pieces, of which one is read while the other is worked on, and a product. */
function openMemory() {
  let [here, there] = [new Float32Array(0), new Float32Array(0)];
  return {
    read(source: BoldPieces, { trs, targets }: Omit<Piece, "part">): Promise<Float32Array> {
      const length = (trs.end - trs.start) * (targets.end - targets.start);
      [here, there] = [there.length >= length ? there : new Float32Array(length), here];
      return source.read(trs, targets, here);
    },
    product: productMemory(),
  };
}

/** The values of a piece, and the features of its run. */
interface Content {
  Y: Float32Array;
  X: Matrix;
  order: "trs" | "targets";
  /** Where the order is *targets*: how long each series is, and where in it the piece starts. */
  seriesLength: number;
  seriesStart: number;
}

async function addPiece(
  { part, trs, targets }: Piece,
  { Y, X, order, seriesLength, seriesStart }: Content,
  memory: ReturnType<typeof openMemory>,
  precision: Precision,
): Promise<void> {
  const { background } = linearAlgebra();
  const [nTrs, nTargets, p] = [trs.end - trs.start, targets.end - targets.start, X.shape[1]];
  for (let first = 0; first < nTrs; first += CHUNK_TRS) {
    const size = Math.min(CHUNK_TRS, nTrs - first);
    const from = trs.start + first;
    const x = widened(X.data.subarray(from * p, (from + size) * p), precision);
    const y = widened(order === "trs" ? Y : columnsOf(Y, seriesLength, seriesStart + first, size), precision);
    const product = background.multiply(
      matrix(y, order === "trs" ? [size, nTargets] : [nTargets, size]),
      matrix(x, [size, p]),
      {
        transposeA: order === "trs",
        into: memory.product(precision, [nTargets, p]),
      },
    );
    // Meanwhile, on this thread:
    if (order === "trs") addSquaresByTr(part, y, targets);
    else addSquaresByTarget(part, y, targets);
    addValues(part.yx.data.subarray(targets.start * p, targets.end * p), (await product).data);
  }
}

function addValues(sums: Float64Array, values: Real): void {
  for (let at = 0; at < sums.length; at++) sums[at] += values[at];
}

function widened(values: Real, precision: Precision): Real {
  if (precision === "float64") return values instanceof Float64Array ? values : Float64Array.from(values);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** The columns first … first + size − 1 of rows of a given length, packed. */
function columnsOf(values: Float32Array, rowLength: number, first: number, size: number): Float32Array {
  if (size === rowLength) return values;
  const nRows = values.length / rowLength;
  const out = new Float32Array(nRows * size);
  for (let i = 0; i < nRows; i++) {
    const at = i * rowLength + first;
    out.set(values.subarray(at, at + size), i * size);
  }
  return out;
}

/** Targets whose sums stay in the processor's first cache while the TRs go by. */
const CACHED_TARGETS = 1024;

/** Adds Σ y and Σ y², some targets at a time. */
function addSquaresByTr({ ySum, yy }: RegressionStatistics, y: Real, { start, end }: TargetRange): void {
  const nTargets = end - start;
  for (let first = 0; first < nTargets; first += CACHED_TARGETS) {
    const last = Math.min(nTargets, first + CACHED_TARGETS);
    const sums = ySum.subarray(start + first, start + last);
    const squares = yy.subarray(start + first, start + last);
    let at = first;
    // Four TRs at a time, because the sums are then fetched and stored a quarter as often.
    for (; at + 3 * nTargets < y.length; at += 4 * nTargets) addFour(y, at, nTargets, sums, squares);
    for (; at < y.length; at += nTargets) {
      for (let v = 0; v < sums.length; v++) {
        sums[v] += y[at + v];
        squares[v] += y[at + v] * y[at + v];
      }
    }
  }
}

function addFour(y: Real, at: number, step: number, sums: Float64Array, squares: Float64Array): void {
  const [second, third, fourth] = [at + step, at + 2 * step, at + 3 * step];
  for (let v = 0; v < sums.length; v++) {
    const a = y[at + v];
    const b = y[second + v];
    const c = y[third + v];
    const d = y[fourth + v];
    sums[v] += a + b + (c + d);
    squares[v] += a * a + b * b + (c * c + d * d);
  }
}

function addSquaresByTarget({ ySum, yy }: RegressionStatistics, y: Real, { start, end }: TargetRange): void {
  const nTrs = y.length / (end - start);
  for (let v = start, first = 0; v < end; v++, first += nTrs) {
    let [sum, squares] = [0, 0];
    for (let at = first; at < first + nTrs; at++) {
      sum += y[at];
      squares += y[at] * y[at];
    }
    ySum[v] += sum;
    yy[v] += squares;
  }
}
