import { type Random, random, row } from "../tensor";
import { type Atlas, labelPlaces } from "./atlas";
import type { BrainPart } from "./brain-space";
import type { MapPart } from "./map-parts";
import { normalScores } from "./normal-scores";
import { nthLargest } from "./nth-largest";
import type { OverlapCounts } from "./overlap";
import type { OverlapNull } from "./overlap-null";
import { drawPairs, fitVariogram, type VariogramPairs, variogram } from "./variogram";
import { boxVoxels, noiseSmoother } from "./voxel-box";

/** Standard deviations of the Gaussians among which the fit chooses, in voxels: from barely smooth to a third of a thalamus. */
const SMOOTHING_VOXELS = [0.5, 0.7, 1, 1.5, 2.25, 3.5, 5];

/**
 * The null of variogram-matched surrogates for structures of voxels, each structure by itself (Burt et al. 2020).
 *
 * A draw is white noise u, smoothed to several widths within the structure, S_w. For each map the width and the two variances are those
 * whose variogram is nearest to the map's, γ ≈ white + smooth · γ(S_w), and the surrogate is √smooth S_w + √white v with new white
 * noise v. Its largest values stand for the map's positive part and its smallest for the negative, as many as the map has in
 * that structure: what is tested is where they lie, not how many they are.
 *
 * Other than Burt et al.: noise is normal instead of the map permuted, so that one draw is smoothed once for all maps; the map's variogram is
 * that of its normal scores; widths are Gaussian standard deviations on the voxel grid. A map smoother than the widest (5 voxels)
 * gets surrogates that are too rough, and p too small.
 *
 * Throws, in `prepare`, when the atlas does not know where a structure's voxels are.
 */
export function surrogateNull({ nDraws, seed }: { nDraws: number; seed: number }): OverlapNull {
  if (!Number.isInteger(nDraws) || nDraws < 1) {
    throw new Error(
      `surrogateNull: invalid nDraws: ${nDraws}; expected a positive integer. 1,000 are usual.`,
    );
  }
  return {
    nDraws,
    covers: ({ surface }) => surface === null,
    prepare({ maps, parts, atlas }) {
      const structures = atlas.space.parts
        .filter(({ surface }) => surface === null)
        .map((part, i) =>
          surrogatesOf(part, {
            atlas,
            pairsSeed: seed + i,
            noise: random(seed + 1_000_003 * (i + 1)),
            parts,
            values: (map) => row(maps, map).subarray(part.offset, part.offset + part.nPositions),
          }),
        );
      return (_, counts) => {
        for (const add of structures) add(counts);
      };
    },
  };
}

interface Given {
  atlas: Atlas;
  pairsSeed: number;
  noise: Random;
  parts: readonly MapPart[];
  values: (map: number) => ArrayLike<number>;
}

/** The parts of one map within a structure, whose surrogates take their places. */
interface MapTarget {
  /** Where its positive part stands among all parts; the negative follows. */
  part: number;
  sizes: readonly [positive: number, negative: number];
  /** Voxels with a value. */
  present: Int32Array;
  variogram: Float64Array;
}

function surrogatesOf(part: BrainPart, given: Given): (counts: OverlapCounts) => void {
  const { atlas, noise } = given;
  const { volume } = atlas.space;
  if (part.voxels === null || volume === null) {
    throw new Error(
      `surrogateNull: missing voxels of ${part.structure} in atlas ${atlas.name}; expected their places. Use fitAtlas with a run of the same space, which knows them, or atlasOfStructures to leave the structure out.`,
    );
  }
  const box = boxVoxels(part.voxels, volume.affine);
  const pairs = drawPairs(box, given.pairsSeed);
  const voxelMm = Math.cbrt(box.voxelSizeMm[0] * box.voxelSizeMm[1] * box.voxelSizeMm[2]);
  const smoothers = SMOOTHING_VOXELS.map((width) => noiseSmoother(box, width * voxelMm));
  const places = labelPlaces(atlas).subarray(part.offset, part.offset + part.nPositions);
  const targets = targetsOf(part, given, pairs);
  const whites = () => Float64Array.from({ length: part.nPositions }, () => noise.normal());

  return (counts) => {
    const [first, second] = [whites(), whites()];
    const smooth = smoothers.map((smoother) => smoother(first));
    const variograms = smooth.map((field) => variogram(field, pairs));
    for (const target of targets) {
      addNetworkSizes(target, places, counts);
      if (target.sizes[0] + target.sizes[1] === 0) continue;
      const fits = variograms.map((source) => fitVariogram(target.variogram, source));
      const best = fits.reduce((a, b, i) => (b.squaredError < fits[a].squaredError ? i : a), 0);
      const [ofSmooth, ofWhite] = [Math.sqrt(fits[best].smooth), Math.sqrt(fits[best].white)];
      const { present } = target;
      const field = new Float64Array(present.length);
      for (let i = 0; i < field.length; i++) {
        field[i] = ofSmooth * smooth[best][present[i]] + ofWhite * second[present[i]];
      }
      addMembers(field, target, places, counts);
    }
  };
}

function targetsOf(
  { offset, nPositions }: BrainPart,
  { parts, values }: Given,
  pairs: VariogramPairs,
): MapTarget[] {
  const within = (positions: Int32Array) =>
    positions.reduce((n, position) => (position >= offset && position < offset + nPositions ? n + 1 : n), 0);
  return parts.flatMap((positive, part): MapTarget[] => {
    if (positive.sign === "negative") return [];
    const own = values(positive.map);
    const present: number[] = [];
    for (let i = 0; i < nPositions; i++) if (!Number.isNaN(own[i])) present.push(i);
    return [
      {
        part,
        sizes: [within(positive.members), within(parts[part + 1].members)],
        present: Int32Array.from(present),
        variogram: variogram(normalScores(own), pairs),
      },
    ];
  });
}

function addNetworkSizes(
  { part, present, sizes }: MapTarget,
  places: Uint16Array,
  counts: OverlapCounts,
): void {
  const { nNetworks, ofNetwork, ofPart } = counts;
  const ofPlace = new Int32Array(nNetworks + 2);
  for (const voxel of present) ofPlace[places[voxel]]++;
  for (const sign of [0, 1]) {
    ofPart[part + sign] += sizes[sign];
    for (let network = 0; network < nNetworks; network++) {
      ofNetwork[(part + sign) * nNetworks + network] += ofPlace[network];
    }
  }
}

/** Counts the networks of a surrogate's largest values, then of its smallest. */
function addMembers(
  field: Float64Array,
  target: MapTarget,
  places: Uint16Array,
  counts: OverlapCounts,
): void {
  const { nNetworks, both } = counts;
  for (const sign of [0, 1]) {
    const size = target.sizes[sign];
    if (size > 0) {
      const limit = nthLargest(field.slice(), size);
      for (let i = 0; i < field.length; i++) {
        const network = places[target.present[i]];
        if (field[i] >= limit && network < nNetworks) both[(target.part + sign) * nNetworks + network]++;
      }
    }
    for (let i = 0; i < field.length; i++) field[i] = -field[i];
  }
}
