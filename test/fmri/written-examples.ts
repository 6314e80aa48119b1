import path from "node:path";
import {
  niftiHeaderOf,
  openCiftiRun,
  readCifti,
  readNifti,
  selectVoxels,
  structureVoxels,
  writeCifti,
  writeMaps,
  writeNifti,
} from "../../src/fmri";
import { fromRows } from "../../src/tensor";
import { fixturePath } from "./image-fixtures";

export const AFFINE = fromRows([
  [-2, 0.25, 0, 90],
  [0.125, 2.5, 0, -126],
  [0, -0.5, 3, -72],
  [0, 0, 0, 1],
]);

/** 24 values that every float type holds. */
export const FLOATS = Float64Array.from({ length: 24 }, (_, i) => (i === 5 ? Number.NaN : (i - 7) / 8));
export const INTEGERS = Float64Array.from({ length: 48 }, (_, i) => 700 * i - 16000);

/** Writes one file of every kind; what comes out is the same in every run. */
export async function writeExamples(folder: string): Promise<void> {
  const at = (name: string) => path.join(folder, name);
  const nifti = (name: string) => readNifti(fixturePath("nifti", name));
  const cifti = (name: string) => readCifti(fixturePath("cifti", name));

  const header = niftiHeaderOf(AFFINE);
  writeNifti(at("map.nii"), { header, shape: [3, 4, 2], values: FLOATS, datatype: "float32" });
  const bigEndian = (await nifti("both-1-be.nii")).header;
  writeNifti(at("big-endian.nii"), {
    header: bigEndian,
    shape: [3, 4, 2, 2],
    values: INTEGERS,
    datatype: "int16",
  });
  const version2 = (await nifti("qform-2-le.nii")).header;
  writeNifti(at("nifti-2.nii.gz"), {
    header: version2,
    shape: [3, 4, 2],
    values: FLOATS,
    datatype: "float64",
  });
  const withExtensions = await nifti("extensions.nii");
  writeNifti(at("extensions.nii"), {
    header: withExtensions.header,
    shape: withExtensions.header.shape,
    values: withExtensions.values,
    datatype: "int64",
    extensions: withExtensions.extensions,
  });
  for (const datatype of ["uint8", "int8", "uint16", "int32", "uint32", "uint64"] as const) {
    const values = [0, 1, 127, 3, 4, 5];
    writeNifti(at(`${datatype}.nii`), { header, shape: [3, 1, 2], values, datatype });
  }
  for (const name of ["maps.dscalar.nii", "atlas.dlabel.nii", "bold.dtseries.nii"]) {
    writeCifti(at(name), await cifti(name));
  }
  const run = await openCiftiRun(fixturePath("cifti", "bold.dtseries.nii"), { trSec: null });
  if (run.space.kind !== "grayordinates")
    throw new Error("writeExamples: invalid space; expected grayordinates.");
  const { voxels, space } = selectVoxels(
    run,
    structureVoxels(run.space.models, ["CIFTI_STRUCTURE_THALAMUS_LEFT"]),
  );
  const maps = fromRows([
    [0.5, 0.25, -1, 8],
    [1, Number.NaN, 3, 4],
  ]);
  writeMaps(at("selected.dscalar.nii"), { maps, names: ["r", "R² <x>"], space, voxels, outside: Number.NaN });
}
