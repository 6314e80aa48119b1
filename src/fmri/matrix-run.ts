import { column, type Matrix, matrix } from "../tensor";
import type { GroupRun } from "./group-run";
import type { RunReader, StreamedRun } from "./streamed-run";

/** BOLD that is in memory already as a run like any other. The matrix [nTrs × nVoxels] is not copied until it is read. */
export function matrixRun(
  bold: Matrix,
  about: { name: string; trSec: number; startSec: number; columnNames: readonly string[] },
): StreamedRun {
  const [nTrs, nVoxels] = bold.shape;
  if (nTrs === 0 || nVoxels === 0) {
    throw new Error(
      `matrixRun: invalid shape of run ${about.name}: ${nTrs} TRs × ${nVoxels} voxels; expected at least one of each. Check where the run comes from.`,
    );
  }
  if (about.columnNames.length !== nVoxels) {
    throw new Error(
      `matrixRun: mismatched names of run ${about.name}: ${about.columnNames.length} for ${nVoxels} columns; expected one each. Name every column.`,
    );
  }
  return {
    name: about.name,
    trs: { start: 0, end: nTrs },
    nFileTrs: nTrs,
    voxels: Int32Array.from({ length: nVoxels }, (_, j) => j),
    nFileVoxels: nVoxels,
    trSec: about.trSec,
    startSec: about.startSec,
    space: { kind: "columns", names: about.columnNames },
    reader: matrixReader(bold),
  };
}

/** The runs of a group's subjects, in their order; a region that is missing in a subject is NaN there. */
export function subjectRuns(group: GroupRun): StreamedRun[] {
  return group.subjects.map(({ id, bold }) =>
    matrixRun(bold, {
      name: id,
      trSec: group.trSec,
      startSec: group.startSec,
      columnNames: group.roiNames,
    }),
  );
}

function matrixReader(bold: Matrix): RunReader {
  return {
    async *series({ trs, voxels }) {
      const nTrs = trs.end - trs.start;
      const series = new Float32Array(voxels.length * nTrs);
      voxels.forEach((voxel, i) => series.set(column(bold, voxel).subarray(trs.start, trs.end), i * nTrs));
      yield { first: 0, series: matrix(series, [voxels.length, nTrs]) };
    },
    fill: null,
  };
}
