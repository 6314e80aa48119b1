import { checkPromise, openByteSource, readHead } from "./byte-source";
import { bytesOf } from "./nifti-datatype";
import { decodeNpyHeader, MOST_NPY_HEADER_BYTES } from "./npy-array";
import type { StreamedRun } from "./streamed-run";
import { trMajorReader } from "./tr-major-reader";

/**
 * Opens an .npy file [nTrs × nVoxels] (integers or floats, C order) as a run, streamed. The format knows no TR: `trSec` says it, null
 * where it is unknown; `startSec` is the time of the first row on the stimulus' clock. Columns are named by their number unless
 * `columnNames` are given. Throws, naming the file, for other shapes, Fortran order, no TRs, and sizes that do not fit.
 */
export async function openNpyRun(
  path: string,
  options: { trSec: number | null; startSec: number; name?: string; columnNames?: readonly string[] },
): Promise<StreamedRun> {
  const caller = "openNpyRun";
  const source = await openByteSource(path, caller, options.name);
  const header = decodeNpyHeader(await readHead(source, MOST_NPY_HEADER_BYTES), source.label, caller);
  if (header === "objects" || header.shape.length !== 2 || header.isFortran) {
    const got =
      header === "objects"
        ? "Python objects"
        : `(${header.shape.join(", ")})${header.isFortran ? " in Fortran order" : ""}`;
    throw new Error(
      `${caller}: invalid array in ${source.label}: ${got}; expected [nTrs × nVoxels] in C order. Save it with numpy.save(file, numpy.ascontiguousarray(bold)).`,
    );
  }
  const [nTrs, nVoxels] = header.shape;
  if (nTrs === 0 || nVoxels === 0) {
    throw new Error(
      `${caller}: missing TRs of ${source.label}: ${nTrs} × ${nVoxels}; expected at least one TR and one voxel. Leave the run out.`,
    );
  }
  checkPromise(source, header.start + nTrs * nVoxels * bytesOf(header.datatype));
  const names = options.columnNames ?? Array.from({ length: nVoxels }, (_, j) => `${j}`);
  if (names.length !== nVoxels) {
    throw new Error(
      `${caller}: mismatched names for ${source.label}: ${names.length}; expected ${nVoxels}. Name every column.`,
    );
  }
  const format = { datatype: header.datatype, littleEndian: header.littleEndian, slope: 1, intercept: 0 };
  return {
    name: options.name ?? path,
    trs: { start: 0, end: nTrs },
    nFileTrs: nTrs,
    voxels: Int32Array.from({ length: nVoxels }, (_, j) => j),
    nFileVoxels: nVoxels,
    trSec: options.trSec,
    startSec: options.startSec,
    space: { kind: "columns", names },
    reader: trMajorReader({ source, format, start: header.start, nTrs, nVoxels }),
  };
}
