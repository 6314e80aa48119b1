import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { endianness } from "node:os";
import { basename, dirname, join } from "node:path";
import { explainWriteError, throwIfAborted, yieldToEventLoop } from "../store";
import type { BrainModels } from "./brain-models";
import { CIFTI_EXTENSION } from "./cifti-image";
import { emptyCiftiHeader } from "./cifti-writer";
import { encodeCiftiXml } from "./cifti-xml-writer";
import { encodeNiftiExtensions } from "./nifti-extensions";
import type { SeriesBlock } from "./streamed-run";

/** What `writeCiftiSeries` has to know before the values come: grayordinates, length, TR in seconds (the first TR at 0), and scale. */
export interface CiftiSeries {
  readonly models: BrainModels;
  readonly nTrs: number;
  readonly trSec: number;
  /** A value is stored as round((value − intercept) / slope), in 16 bits. */
  readonly scale: { readonly slope: number; readonly intercept: number };
}

/** Code in the header, bits a value. Source: nifti1.h, NIFTI_TYPE_INT16. */
const INT16 = { code: 4, bits: 16 };
const MOST_STORED = 2 ** 15 - 1;

/**
 * Writes a CIFTI-2 dense series (.dtseries.nii) block by block, so that no more than a block is in memory; the file appears whole or not
 * at all. Values are scaled 16-bit integers, half the size of float32: the error is at most slope / 2.
 *
 * `blocks` give the series of all grayordinates in their order, [nBlockGrayordinates × nTrs] each. Throws, and leaves no file, when they
 * are not all there, when a value is not finite or outside the 16 bits, and when the signal says so.
 */
export async function writeCiftiSeries(
  path: string,
  content: CiftiSeries,
  blocks: Iterable<SeriesBlock>,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  if (!path.endsWith(".dtseries.nii")) {
    throw new Error(
      `writeCiftiSeries: invalid name: ${path}; expected one that ends with .dtseries.nii, by which Workbench tells series. Rename the file.`,
    );
  }
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomUUID()}.tmp`);
  let file: number;
  try {
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(temporary, "wx");
  } catch (error) {
    throw explainWriteError("writeCiftiSeries", path, error);
  }
  try {
    try {
      write(file, head(content), path);
      let next = 0;
      for (const { first, series } of blocks) {
        throwIfAborted(options.signal, "writeCiftiSeries");
        checkPlace(series.shape, first - next, content, path);
        next += series.shape[0];
        write(file, storedBytes(series.data, content.scale, path), path);
        await yieldToEventLoop();
      }
      checkPlace([0, content.nTrs], next - content.models.nGrayordinates, content, path);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** How many bytes such a file has. */
export function ciftiSeriesBytes(content: CiftiSeries): number {
  return head(content).length + 2 * content.nTrs * content.models.nGrayordinates;
}

function head({ models, nTrs, trSec, scale }: CiftiSeries): Buffer {
  const rows = { kind: "series" as const, nTrs, startSec: 0, stepSec: trSec };
  const xml = Buffer.from(encodeCiftiXml({ rows, models, metadata: {} }), "utf8");
  const header = emptyCiftiHeader("series");
  const between = encodeNiftiExtensions([{ code: CIFTI_EXTENSION, content: xml }], {
    headerBytes: header.length,
    littleEndian: true,
  });
  header.writeInt16LE(INT16.code, 12);
  header.writeInt16LE(INT16.bits, 14);
  [6, 1, 1, 1, 1, nTrs, models.nGrayordinates, 1].forEach((length, i) =>
    header.writeBigInt64LE(BigInt(length), 16 + 8 * i),
  );
  header.writeBigInt64LE(BigInt(header.length + between.length), 168);
  header.writeDoubleLE(scale.slope, 176);
  header.writeDoubleLE(scale.intercept, 184);
  return Buffer.concat([header, between]);
}

function checkPlace(
  [, nTrs]: readonly [number, number],
  nAstray: number,
  content: CiftiSeries,
  path: string,
): void {
  if (nAstray === 0 && nTrs === content.nTrs) return;
  throw new Error(
    `writeCiftiSeries: mismatched blocks for ${path}: ${nTrs} TRs, ${nAstray} grayordinates off; expected ${content.nTrs} TRs of ${content.models.nGrayordinates} grayordinates, one block after the other. Pass the blocks of one run in order.`,
  );
}

function storedBytes(values: Float32Array, { slope, intercept }: CiftiSeries["scale"], path: string): Buffer {
  const stored = new Int16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const whole = Math.round((values[i] - intercept) / slope);
    if (!(whole >= -MOST_STORED && whole <= MOST_STORED)) {
      throw new Error(
        `writeCiftiSeries: invalid value for ${path}: ${values[i]}; expected ${intercept - slope * MOST_STORED} to ${intercept + slope * MOST_STORED}, which 16 bits hold at this scale. Choose a larger slope.`,
      );
    }
    stored[i] = whole;
  }
  const bytes = Buffer.from(stored.buffer);
  return endianness() === "LE" ? bytes : bytes.swap16();
}

function write(file: number, bytes: Buffer, path: string): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  } catch (error) {
    throw explainWriteError("writeCiftiSeries", path, error);
  }
}
