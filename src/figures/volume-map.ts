import type { Atlas } from "../networks";
import type { Figure, PlotlyTrace } from "./figure";
import { type SliceVolume, sliceMosaic } from "./slice-mosaic";

/** Affines whose entries differ by less than this (mm) put voxels in the same place. */
const AFFINE_TOLERANCE_MM = 1e-3;

/**
 * A map of voxels as axial slices over an image of the brain, blue below zero and red above, symmetric; left is left.
 *
 * `values` [nPositions] in the space of `atlas`; its voxels are drawn, those with |value| ≥ `threshold` (0 for all); NaN is not. `nSlices`: as
 * many as are spread evenly over the slices with something to draw. `template`: an image on the same grid, for instance the MNI template
 * resampled to the data, or "none". Throws when lengths or grids differ, when the atlas does not know where its voxels are, and
 * when nothing is left to draw.
 */
export function volumeMap(
  values: ArrayLike<number>,
  atlas: Atlas,
  options: {
    threshold: number;
    nSlices: number;
    template: SliceVolume | "none";
    title: string;
    valueTitle: string;
  },
): Figure {
  const { threshold, nSlices, template, title, valueTitle } = options;
  const volume = volumeOf(values, atlas, threshold);
  const slices = spreadSlices(volume, nSlices);
  const map = sliceMosaic(volume, { title, valueTitle, slices, colours: "signed", mask: "none" });
  const shown = threshold > 0 ? `, |value| ≥ ${threshold}` : "";
  const caption = `${title}: ${valueTitle}${shown}, ${slices.length} axial slice${slices.length > 1 ? "s" : ""}, left is left.`;
  if (template === "none") return { ...map, caption };
  checkGrid(template, volume);
  const below = sliceMosaic(template, { title, valueTitle, slices, colours: "grey", mask: "none" });
  const { cmin, cmax, colorscale } = below.layout.coloraxis as Record<string, unknown>;
  const grey = below.data.map(
    ({ coloraxis: _, hovertemplate: __, ...trace }): PlotlyTrace => ({
      ...trace,
      name: `template, ${trace.name}`,
      zmin: cmin,
      zmax: cmax,
      colorscale,
      showscale: false,
      hoverinfo: "skip",
    }),
  );
  return { ...map, data: [...grey, ...map.data], caption };
}

/** The map's voxels in their grid, NaN where nothing is drawn. */
function volumeOf(values: ArrayLike<number>, atlas: Atlas, threshold: number): SliceVolume {
  const { nPositions, parts, volume } = atlas.space;
  if (values.length !== nPositions) {
    throw new Error(
      `volumeMap: mismatched length of map: ${values.length}; expected ${nPositions}, the positions of atlas ${atlas.name}. Use fitAtlas with the run that the map is of.`,
    );
  }
  const placed = parts.filter(({ voxels }) => voxels !== null);
  if (volume === null || placed.length === 0) {
    throw new Error(
      `volumeMap: missing voxels in atlas ${atlas.name}; expected their places. Use fitAtlas with a run of the same space; surfaces are for surfaceMap.`,
    );
  }
  const [nx, ny, nz] = volume.shape;
  const out = new Float64Array(nx * ny * nz).fill(Number.NaN);
  let nDrawn = 0;
  for (const { offset, nPositions: n, voxels } of placed) {
    for (let i = 0; voxels !== null && i < n; i++) {
      const value = values[offset + i];
      if (!(Number.isFinite(value) && Math.abs(value) >= threshold)) continue;
      out[voxels[3 * i] + nx * (voxels[3 * i + 1] + ny * voxels[3 * i + 2])] = value;
      nDrawn++;
    }
  }
  if (nDrawn === 0) {
    throw new Error(
      `volumeMap: missing values: none is finite and at least ${threshold} away from 0; expected one at least. Lower the threshold, or check the map.`,
    );
  }
  return { header: { shape: [nx, ny, nz], affine: volume.affine }, values: out };
}

function spreadSlices({ header, values }: SliceVolume, nSlices: number): number[] {
  if (!(Number.isInteger(nSlices) && nSlices > 0)) {
    throw new Error(`volumeMap: invalid nSlices: ${nSlices}; expected a positive integer. 12 fill two rows.`);
  }
  const [nx, ny, nz] = header.shape;
  const filled = Array.from({ length: nz }, (_, k) => k).filter((k) => {
    for (let v = k * nx * ny; v < (k + 1) * nx * ny; v++) if (!Number.isNaN(values[v])) return true;
    return false;
  });
  if (filled.length <= nSlices) return filled;
  return Array.from({ length: nSlices }, (_, i) => filled[Math.floor(((i + 0.5) * filled.length) / nSlices)]);
}

function checkGrid(template: SliceVolume, map: SliceVolume): void {
  const isSame =
    map.header.shape.every((n, axis) => n === template.header.shape[axis]) &&
    map.header.affine.data.every(
      (value, i) => Math.abs(value - template.header.affine.data[i]) < AFFINE_TOLERANCE_MM,
    );
  if (isSame) return;
  throw new Error(
    `volumeMap: mismatched grid of the template: ${template.header.shape.join(" × ")}; expected ${map.header.shape.join(" × ")} voxels at the map's places. Resample it onto the data (nilearn's resample_to_img).`,
  );
}
