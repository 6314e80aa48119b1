import { runRanges, type TrRange } from "../alignment";
import { type Progress, throwIfAborted } from "../store";
import {
  type Loops,
  linearAlgebra,
  loopBytes,
  type Matrix,
  matrix,
  openLoops,
  type Real,
  zeros,
} from "../tensor";
import type { BoldPieces, BoldSource } from "./bold-source";
import type { Precision } from "./ridge-factor";
import type { Segment } from "./segments";
import type { RegressionStatistics, TargetRange } from "./statistics";
import { waitingProducts } from "./waiting-products";

/** A product in float32 sums at most so many TRs: the sums of sums are float64. */
const CHUNK_TRS = 192;
/**
 * At most so many numbers of Y are held at a time, twice over, since the next piece is read meanwhile: enough for a chunk of all 91,282
 * grayordinates, which is then read as it lies.
 */
const PIECE_VALUES = CHUNK_TRS * 2 ** 17;

/** Features and BOLD of an experiment, run by run, with as many TRs in both. X must be finite; a NaN in Y costs only its target. */
export interface EncodingData {
  /** X, run by run: [nTrs × nRegressors] each. */
  features: readonly Matrix[];
  /** Y, run by run. */
  bold: readonly BoldSource[];
  /** Which TRs train and test; TRs count through the runs, one after the other. TRs in no segment are never used. */
  segments: readonly Segment[];
}

/** How Y is passed over: `precision` is that of YᵀX (float32 by default), progress counts TRs × targets, the signal ends it early. */
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
  const add = async (piece: Piece, X: Matrix, Y: TrsOfTargets | SeriesOfTargets) => {
    throwIfAborted(signal, "accumulateRuns");
    await addPiece(piece, X, Y, memory, precision);
    nDone += (piece.trs.end - piece.trs.start) * (piece.targets.end - piece.targets.start);
    onProgress?.(nDone, nValues, "BOLD");
  };

  for (const [run, here] of segmentsByRun(data).entries()) {
    const [source, X] = [bold[run], features[run]];
    if (source.order === "series") {
      for await (const { first, series } of source.blocks()) {
        const targets = { start: first, end: first + series.shape[0] };
        const Y = { values: series.data, seriesLength: source.nTrs };
        for (const { segment, start, end } of here) {
          const piece = { part: parts[segment], trs: { start, end }, targets };
          await add(piece, X, { ...Y, seriesStart: start });
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
      await add(piece, X, source.order === "trs" ? Y : { values: Y.values, seriesLength, seriesStart: 0 });
    }
  }
  memory.products.addUp();
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

/** TRs of some targets, all targets of one TR together. */
interface TrsOfTargets {
  values: Float32Array;
  /** Where they lie in `loops`, or are to be copied to if the source gave memory of its own. */
  place: Float32Array;
  loops: Loops;
}

/** Series of some targets, all TRs of one target together: how long each is, and where in it the piece starts. */
interface SeriesOfTargets {
  values: Float32Array;
  seriesLength: number;
  seriesStart: number;
}

/** Memory that is used over and over: for two pieces, of which one is read while the other is worked on, and for products. */
function openMemory() {
  let here: Loops | undefined;
  let there: Loops | undefined;
  return {
    products: waitingProducts(),
    async read(source: BoldPieces, { trs, targets }: Omit<Piece, "part">): Promise<TrsOfTargets> {
      const nTargets = targets.end - targets.start;
      const length = (trs.end - trs.start) * nTargets;
      const nBytes = loopBytes({ float32: [length], float64: [nTargets, nTargets] });
      const loops = there && there.nBytes >= nBytes ? there : openLoops(nBytes);
      [here, there] = [loops, here];
      loops.clear();
      const place = loops.float32(length);
      return { values: await source.read(trs, targets, place), place, loops };
    },
  };
}

async function addPiece(
  { part, trs, targets }: Piece,
  X: Matrix,
  Y: TrsOfTargets | SeriesOfTargets,
  { products }: ReturnType<typeof openMemory>,
  precision: Precision,
): Promise<void> {
  const { background } = linearAlgebra();
  const [nTrs, nTargets, p] = [trs.end - trs.start, targets.end - targets.start, X.shape[1]];
  const sums = part.yx.data.subarray(targets.start * p, targets.end * p);
  for (let first = 0; first < nTrs; first += CHUNK_TRS) {
    const size = Math.min(CHUNK_TRS, nTrs - first);
    const from = trs.start + first;
    const x = widened(X.data.subarray(from * p, (from + size) * p), precision);
    const isByTr = "loops" in Y;
    const values = isByTr ? Y.values : columnsOf(Y.values, Y.seriesLength, Y.seriesStart + first, size);
    const product = products.next(sums, precision, [nTargets, p]);
    const computed = background.multiply(
      matrix(widened(values, precision), isByTr ? [size, nTargets] : [nTargets, size]),
      matrix(x, [size, p]),
      { transposeA: isByTr, into: product.place },
    );
    // Meanwhile, on this thread:
    products.makeRoom(product);
    if (isByTr) addSquaresByTr(part, Y, targets);
    else addSquaresByTarget(part, values, targets);
    await computed;
    products.wait(product);
  }
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

/** Adds Σ y and Σ y². */
function addSquaresByTr(
  { ySum, yy }: RegressionStatistics,
  { values, place, loops }: TrsOfTargets,
  { start, end }: TargetRange,
): void {
  if (values.buffer !== place.buffer) place.set(values);
  const [sums, squares] = [ySum.subarray(start, end), yy.subarray(start, end)];
  const [sumsThere, squaresThere] = [loops.float64(sums.length), loops.float64(squares.length)];
  sumsThere.set(sums);
  squaresThere.set(squares);
  loops.addSquares(place, sumsThere, squaresThere);
  sums.set(sumsThere);
  squares.set(squaresThere);
}

function addSquaresByTarget(
  { ySum, yy }: RegressionStatistics,
  y: Float32Array,
  { start, end }: TargetRange,
): void {
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
