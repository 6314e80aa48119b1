import { type Matrix, matrix } from "../tensor";
import type { BrainModels } from "./brain-models";
import { readPieces } from "./byte-source";
import { type CiftiRows, type CiftiXml, decodeCiftiXml } from "./cifti-xml";
import { isUnscaled, storedValues } from "./nifti-datatype";
import { type NiftiHeader, promisedBytes } from "./nifti-header";
import { type NiftiFile, openNiftiFile } from "./nifti-image";
import type { StreamedRun } from "./streamed-run";
import { reconcileTr } from "./tr-of-run";
import { voxelMajorReader } from "./voxel-major-reader";

/** Maps of a CIFTI-2 file in memory. */
export interface CiftiImage {
  readonly header: NiftiHeader;
  readonly metadata: Readonly<Record<string, string>>;
  readonly rows: CiftiRows;
  readonly models: BrainModels;
  /** [nMaps × nGrayordinates] float64; label numbers in a label file. */
  readonly values: Matrix<Float64Array>;
}

/** The number of NIfTI extensions that hold CIFTI's XML. Source: CIFTI-2 specification. */
export const CIFTI_EXTENSION = 32;
const PIECE_BYTES = 2 ** 23;

/**
 * Reads a dense CIFTI-2 file (.dscalar.nii, .dlabel.nii, .dtseries.nii) into memory: names, label colours, brain models and
 * values, which equal nibabel's `get_fdata()`. Dense series are better streamed by `openCiftiRun`. Throws as `readNifti`
 * and `decodeCiftiXml`, and when XML and header do not fit each other.
 */
export async function readCifti(path: string): Promise<CiftiImage> {
  const file = await openNiftiFile(path, "readCifti");
  const xml = ciftiXmlOf(file);
  const { source, header } = file;
  const [nMaps, nGrayordinates] = [countRows(xml.rows), xml.models.nGrayordinates];
  const values = new Float64Array(nMaps * nGrayordinates);
  const { slope, intercept } = header.format;
  const end = promisedBytes(header);
  const range = { start: header.voxOffset, end, contentEnd: end, pieceBytes: PIECE_BYTES };
  let done = 0;
  for await (const piece of readPieces(source, range)) {
    const stored = storedValues(piece, header.format);
    const scaled = isUnscaled(header.format)
      ? stored
      : Float64Array.from(stored, (x) => x * slope + intercept);
    // On the disk the maps of a grayordinate follow each other.
    for (let i = 0; i < scaled.length; i++) {
      const [voxel, map] = [Math.floor((done + i) / nMaps), (done + i) % nMaps];
      values[map * nGrayordinates + voxel] = scaled[i];
    }
    done += scaled.length;
  }
  return { header, ...xml, values: matrix(values, [nMaps, nGrayordinates]) };
}

/**
 * Opens a CIFTI-2 dense series (.dtseries.nii) as a run: reads its header and brain models, none of its values. Voxels are
 * grayordinates in the file's order. `trSec` and `name` as for `openNiftiRun`. Throws as `readCifti`.
 */
export async function openCiftiRun(
  path: string,
  options: { trSec: number | null; name?: string },
): Promise<StreamedRun> {
  const file = await openNiftiFile(path, "openCiftiRun", options.name);
  const { source, header } = file;
  const { rows, models } = ciftiXmlOf(file);
  if (rows.kind !== "series") {
    throw new Error(
      `openCiftiRun: invalid kind of ${source.label}: ${rows.kind}; expected a dense series. Read maps with readCifti.`,
    );
  }
  const { nTrs } = rows;
  const nVoxels = models.nGrayordinates;
  if (nTrs === 0 || nVoxels === 0) {
    throw new Error(
      `openCiftiRun: missing TRs of ${source.label}: ${nTrs} TRs × ${nVoxels} grayordinates; expected at least one of each. The run was stopped or not exported: leave it out.`,
    );
  }
  return {
    name: options.name ?? path,
    trs: { start: 0, end: nTrs },
    nFileTrs: nTrs,
    voxels: Int32Array.from({ length: nVoxels }, (_, i) => i),
    nFileVoxels: nVoxels,
    trSec: reconcileTr(rows.stepSec, options.trSec, source),
    startSec: rows.startSec,
    space: { kind: "grayordinates", models },
    reader: voxelMajorReader({ source, format: header.format, start: header.voxOffset, nTrs, nVoxels }),
  };
}

export function countRows(rows: CiftiRows): number {
  return rows.kind === "series" ? rows.nTrs : rows.maps.length;
}

/** The XML of a CIFTI file, held against its header. */
function ciftiXmlOf({ source, header, extensions }: NiftiFile): CiftiXml {
  const found = extensions.filter(({ code }) => code === CIFTI_EXTENSION);
  if (found.length !== 1) {
    throw new Error(
      `${source.caller}: invalid CIFTI file ${source.label}: ${found.length} extensions with CIFTI's XML; expected one. Pass a .dtseries.nii, .dscalar.nii or .dlabel.nii file.`,
    );
  }
  const xml = decodeCiftiXml(found[0].content.toString("utf8").replace(/\0+$/, ""), source);
  const [nRows, nVoxels] = [countRows(xml.rows), xml.models.nGrayordinates];
  const [one, two, three, four, ...matrixShape] = header.shape;
  const isMatrix = one === 1 && two === 1 && three === 1 && four === 1 && matrixShape.length >= 2;
  const fits =
    matrixShape[0] === nRows && matrixShape[1] === nVoxels && matrixShape.slice(2).every((n) => n === 1);
  if (!isMatrix || !fits) {
    throw new Error(
      `${source.caller}: mismatched dimensions of ${source.label}: ${header.shape.join(" × ")} in the header; expected 1 × 1 × 1 × 1 × ${nRows} × ${nVoxels} as in its XML. The file is damaged: copy it again.`,
    );
  }
  return xml;
}
