import type { BidsImage, BidsRun } from "./bids-dataset";
import { openCiftiRun } from "./cifti-image";
import { openNiftiRun } from "./nifti-run";
import { openNpyRun } from "./npy-run";
import type { StreamedRun } from "./streamed-run";

/**
 * Opens a file as a run by its name: .dtseries.nii, .nii, .nii.gz, .npy. `trSec`: what you know of the TR, null to rely on the file; `name`
 * is for messages. Throws for other names, and as the reader of the format.
 */
export async function openRun(
  path: string,
  options: { trSec: number | null; name?: string },
): Promise<StreamedRun> {
  if (/\.dtseries\.nii$/i.test(path)) return openCiftiRun(path, options);
  if (/\.nii(\.gz)?$/i.test(path)) return openNiftiRun(path, options);
  if (/\.npy$/i.test(path)) return openNpyRun(path, { ...options, startSec: 0 });
  throw new Error(
    `openRun: unknown format of ${path}; expected .dtseries.nii, .nii, .nii.gz or .npy. Convert the file, or read a table with the reader of its data set.`,
  );
}

/**
 * Opens one image of a BIDS run; the TR of its sidecars and of its header must agree within 1 ms. `wanted` names what has to hold of the
 * image: its pipeline, format and entities such as { space: "MNI152NLin2009cAsym", desc: "preproc" }. Throws unless
 * exactly one image fits, with those there are.
 */
export async function openBidsRun(
  run: BidsRun,
  wanted: { pipeline: string; format: BidsImage["format"]; entities: BidsImage["entities"] },
): Promise<StreamedRun> {
  const fitting = run.images.filter(
    (image) =>
      image.pipeline === wanted.pipeline &&
      image.format === wanted.format &&
      Object.entries(wanted.entities).every(([key, value]) => image.entities[key] === value),
  );
  if (fitting.length === 1) return openRun(fitting[0].path, { trSec: run.trSec, name: run.name });
  const known = run.images.map(({ pipeline, format, entities }) => {
    const parts = Object.entries(entities).map(([key, value]) => `${key}-${value}`);
    return [pipeline, format, ...parts].join(" ");
  });
  throw new Error(
    `openBidsRun: ${fitting.length === 0 ? "missing" : "ambiguous"} image of run ${run.name}: ${fitting.length} fit ${JSON.stringify(wanted)}; expected one of: ${known.join("; ")}. Name pipeline, format and entities that single it out.`,
  );
}
