import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { explainWriteError } from "../store";

/** A .npy matrix that is written row by row. */
export interface RowWriter {
  write(index: number, values: Float32Array): void;
  /** Puts the finished file in its place. */
  finish(): void;
  /** Gives up what is not finished. */
  close(): void;
}

/** Opens a float32 .npy file whose rows are written in any order; it is in its place only after `finish`. */
export function openRowWriter(path: string, [nRows, nCols]: [nRows: number, nCols: number]): RowWriter {
  // Under the lock there is one writer: what a killed one left is overwritten.
  const temporary = `${path}.part`;
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${nRows}, ${nCols}), }`;
  const start = Math.ceil((10 + fields.length + 1) / 64) * 64;
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${fields.padEnd(start - 11)}\n`, "latin1");
  header.writeUInt16LE(start - 10, 8);
  const explained = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explainWriteError("writeActivations", path, error);
    }
  };
  const file = explained(() => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(temporary, "w");
  });
  explained(() => writeSync(file, header, 0, header.length, 0));
  let isOpen = true;
  return {
    write(index: number, values: Float32Array) {
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      explained(() => writeSync(file, bytes, 0, bytes.length, start + index * bytes.length));
    },
    finish() {
      explained(() => {
        fsyncSync(file);
        renameSync(temporary, path);
      });
    },
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
      rmSync(temporary, { force: true });
    },
  };
}
