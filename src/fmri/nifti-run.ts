import { openNiftiFile } from "./nifti-image";
import type { StreamedRun } from "./streamed-run";
import { trMajorReader } from "./tr-major-reader";
import { reconcileTr } from "./tr-of-run";

/**
 * Opens a NIfTI volume series (.nii, .nii.gz, above 2 GiB too) as a run: reads its header, none of its values. Voxels are numbered as on
 * the disk, i fastest.
 *
 * `trSec`: what you know of the TR, null to rely on the header; both given must agree within 1 ms. `name` is for messages (default: the path).
 * Throws for anything but 4 dimensions (longer ones must be 1), for no TRs, and as `readNifti`.
 */
export async function openNiftiRun(
  path: string,
  options: { trSec: number | null; name?: string },
): Promise<StreamedRun> {
  const { source, header } = await openNiftiFile(path, "openNiftiRun", options.name);
  const [nx, ny, nz, nTrs, ...more] = header.shape;
  const nVoxels = nx * ny * nz;
  if (header.shape.length < 4 || more.some((length) => length !== 1)) {
    throw new Error(
      `openNiftiRun: invalid dimensions of ${source.label}: ${header.shape.join(" × ")}; expected four, the last being time. Pass a series of volumes; read masks and maps with readNifti.`,
    );
  }
  if (nTrs === 0 || nVoxels === 0) {
    throw new Error(
      `openNiftiRun: missing TRs of ${source.label}: ${header.shape.join(" × ")}; expected at least one TR and one voxel. The run was stopped or not exported: leave it out.`,
    );
  }
  return {
    name: options.name ?? path,
    trs: { start: 0, end: nTrs },
    nFileTrs: nTrs,
    voxels: Int32Array.from({ length: nVoxels }, (_, i) => i),
    nFileVoxels: nVoxels,
    trSec: reconcileTr(header.trSec, options.trSec, source),
    startSec: 0,
    space: { kind: "volume", header },
    reader: trMajorReader({ source, format: header.format, start: header.voxOffset, nTrs, nVoxels }),
  };
}
