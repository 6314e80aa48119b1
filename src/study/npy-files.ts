import { readFileSync } from "node:fs";
import { decodeNpy, type Matrix } from "../tensor";

/** Reads a matrix of finite numbers from an .npy file. Throws, naming the file, when it is not there, is another thing, or holds a NaN. */
export function readNpyMatrix(path: string, caller: string, rows: string, columns: string): Matrix {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(
      `${caller}: missing file: ${path} (${(error as NodeJS.ErrnoException).code}); expected a matrix [${rows} × ${columns}]. Check the path, or run the stage that writes it.`,
      { cause: error },
    );
  }
  const m = decodeNpy(bytes, path);
  const bad = (m.data as Float64Array).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const nColumns = m.shape[1];
    throw new Error(
      `${caller}: invalid value in row ${Math.floor(bad / nColumns)}, column ${bad % nColumns} of ${path}: ${m.data[bad]}; expected finite numbers. Drop that column or mend its values.`,
    );
  }
  return m;
}
