import { sameGrayordinates } from "./brain-models";
import type { CiftiImage } from "./cifti-image";
import { findLabels } from "./label-table";
import type { StreamedRun } from "./streamed-run";

/**
 * The grayordinates of a run whose label in a map of a .dlabel file is one of the named: numbers for `selectVoxels`. `source`
 * names the file in messages. Throws when run and atlas have other grayordinates, when map or label is unknown, and when
 * none has one of the labels.
 */
export function labelGrayordinates(
  run: StreamedRun,
  atlas: CiftiImage,
  wanted: { map: string; labels: readonly string[] },
  source: string,
): Int32Array {
  if (run.space.kind !== "grayordinates" || !sameGrayordinates(run.space.models, atlas.models)) {
    throw new Error(
      `labelGrayordinates: mismatched space of run ${run.name}: other grayordinates than ${source}; expected the same brain models. Take an atlas of the run's resolution, or resample it with wb_command.`,
    );
  }
  const { rows, values } = atlas;
  const maps = rows.kind === "labels" ? rows.maps : [];
  const index = maps.findIndex((map) => map.name === wanted.map);
  if (index < 0) {
    const known = maps.map((map) => `"${map.name}"`).join(", ") || "none: it is no .dlabel file";
    throw new Error(
      `labelGrayordinates: unknown map of ${source}: "${wanted.map}"; expected one of ${known}. Name it as the file does.`,
    );
  }
  const keys = new Set(findLabels(maps[index].labels, wanted.labels, source).map(({ key }) => key));
  const nGrayordinates = values.shape[1];
  const row = values.data.subarray(index * nGrayordinates, (index + 1) * nGrayordinates);
  const voxels = Int32Array.from(row.keys()).filter((i) => keys.has(row[i]));
  if (voxels.length > 0) return voxels;
  throw new Error(
    `labelGrayordinates: missing grayordinates: none of ${source} has label ${wanted.labels.join(", ")}; expected at least one. Choose labels that the map uses.`,
  );
}
