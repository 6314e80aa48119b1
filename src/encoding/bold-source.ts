import fs from "node:fs";
import type { TrRange } from "../alignment";
import { contentKey } from "../store";
import { type Matrix, matrix } from "../tensor";
import type { TargetRange } from "./statistics";

interface BoldShape {
  /** For messages: the run, or its file. */
  readonly name: string;
  /** Differs when the content does, as far as can be told without reading it all. */
  readonly identity: string;
  readonly nTrs: number;
  readonly nTargets: number;
}

/** BOLD of a run that can be read piece by piece, anywhere. */
export interface BoldPieces extends BoldShape {
  /**
   * In which order the numbers lie, and come: *trs*, all targets of one TR together (NIfTI), pieces are
   * [nTrs × nTargets]; *targets*, all TRs of one target together (CIFTI), pieces are [nTargets × nTrs].
   */
  readonly order: "trs" | "targets";
  /**
   * A piece, written into the start of `memory`, which is large enough, or the source's own memory where it has the
   * piece as it is. Whoever calls does not write to it.
   */
  read(trs: TrRange, targets: TargetRange, memory: Float32Array): Promise<Float32Array>;
}

/** BOLD of a run that comes as it comes: whole series of some targets after the other. */
export interface BoldSeries extends BoldShape {
  readonly order: "series";
  /** Opens the stream: `series` [nTargets × nTrs] of the targets from `first` on, good until the next is asked for. */
  blocks(): AsyncIterable<{ first: number; series: Matrix<Float32Array> }>;
}

/** A run of BOLD that need never be in memory as a whole. */
export type BoldSource = BoldPieces | BoldSeries;

/**
 * A stream of series as a run: `cleanBlocks` and `runBlocks` of a file give such streams. `identity` must tell the file,
 * its version and how it is cleaned.
 */
export function boldSeries(shape: BoldShape, blocks: BoldSeries["blocks"]): BoldSeries {
  return { ...shape, order: "series", blocks };
}

/** A matrix in memory [nTrs × nTargets] as a run; float64 is narrowed piece by piece. */
export function boldMatrix(name: string, bold: Matrix): BoldPieces {
  const [nTrs, nTargets] = bold.shape;
  return {
    name,
    identity: contentKey(bold),
    nTrs,
    nTargets,
    order: "trs",
    async read(trs, { start, end }, memory) {
      const size = end - start;
      if (size === nTargets && bold.data instanceof Float32Array) {
        return bold.data.subarray(trs.start * nTargets, trs.end * nTargets);
      }
      const piece = memory.subarray(0, (trs.end - trs.start) * size);
      for (let t = trs.start; t < trs.end; t++) {
        const first = t * nTargets;
        piece.set(bold.data.subarray(first + start, first + end), (t - trs.start) * size);
      }
      return piece;
    },
  };
}

/**
 * A file of little-endian float32 as a run: `nTrs` × `nTargets` numbers in either order, from byte `offset` on.
 * Throws when the file does not hold exactly them.
 */
export function boldFile(file: {
  path: string;
  nTrs: number;
  nTargets: number;
  order: "trs" | "targets";
  offset?: number;
}): BoldPieces {
  const { path, nTrs, nTargets, order, offset = 0 } = file;
  const { size, mtimeMs } = fs.statSync(path);
  if (size - offset !== 4 * nTrs * nTargets) {
    throw new Error(
      `boldFile: mismatched size of ${path}: ${size - offset} bytes; expected ${nTrs} TRs × ${nTargets} targets × 4. Pass the shape of the file.`,
    );
  }
  const rowLength = order === "trs" ? nTargets : nTrs;
  return {
    name: path,
    identity: `${path} ${size} ${mtimeMs}`,
    nTrs,
    nTargets,
    order,
    async read(trs, targets, memory) {
      const [rows, columns] = order === "trs" ? [trs, targets] : [targets, trs];
      const [nRows, nColumns] = [rows.end - rows.start, columns.end - columns.start];
      const piece = memory.subarray(0, nRows * nColumns);
      const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
      const handle = await fs.promises.open(path);
      try {
        // Whole rows lie together: one read. Otherwise one for each row.
        const [nReads, length] = nColumns === rowLength ? [1, piece.byteLength] : [nRows, 4 * nColumns];
        for (let i = 0; i < nReads; i++) {
          const position = offset + 4 * ((rows.start + i) * rowLength + columns.start);
          const { bytesRead } = await handle.read(bytes, i * length, length, position);
          if (bytesRead !== length) {
            throw new Error(
              `boldFile: invalid end of ${path}: ${bytesRead} of ${length} bytes at ${position}; expected all. Was the file shortened meanwhile?`,
            );
          }
        }
      } finally {
        await handle.close();
      }
      return piece;
    },
  };
}

/** Some targets at given rows of given runs, in memory: [nRows × nTargets] in the width of the precision. */
export async function readTargets(
  bold: readonly BoldSource[],
  rows: readonly { run: number; t: number }[],
  targets: TargetRange,
  precision: "float32" | "float64",
): Promise<Matrix> {
  const size = targets.end - targets.start;
  const ArrayType = precision === "float32" ? Float32Array : Float64Array;
  const out = matrix(new ArrayType(rows.length * size), [rows.length, size]);
  for (const [run, source] of bold.entries()) {
    const { nTrs, order } = source;
    const here = rows.flatMap((place, i) => (place.run === run ? [{ i, t: place.t }] : []));
    const copySeries = (series: Float32Array, target: number, first: number) => {
      for (const { i, t } of here) out.data[i * size + target] = series[first + t];
    };
    if (order === "series") {
      for await (const { first, series } of source.blocks()) {
        for (let v = 0; v < series.shape[0]; v++) {
          const target = first + v - targets.start;
          if (target >= 0 && target < size) copySeries(series.data, target, v * nTrs);
        }
      }
      continue;
    }
    const piece = await source.read({ start: 0, end: nTrs }, targets, new Float32Array(nTrs * size));
    if (order === "trs") {
      for (const { i, t } of here) out.data.set(piece.subarray(t * size, (t + 1) * size), i * size);
    } else {
      for (let v = 0; v < size; v++) copySeries(piece, v, v * nTrs);
    }
  }
  return out;
}
