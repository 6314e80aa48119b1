import { type LabelledMaps, labelMaps, type Spins, spinNull } from "../../networks";
import { type Matrix, row, zeros } from "../../tensor";
import type { FilmMaps } from "./film-maps";
import { filmSpins } from "./film-spins";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film labels 1";

/** A part of an atom's map and the network that it belongs to. */
export interface AtomNetworkRow {
  set: string;
  atlas: string;
  /** As in the other tables of the set, from 0. */
  atom: number;
  sign: "positive" | "negative";
  network: string;
  /** Places of cortex in the part. */
  n_part: number;
  dice: number;
  p: number;
  q: number;
}

/**
 * The networks of a set's atoms, in Cole and Anticevic's atlas and in Yeo's: the map of each atom (z against phase-randomised fits, joined over subjects by
 * Stouffer's Σz/√n, parcels laid out on the cortex), thresholded on both sides, by Dice; p by spins, q over all parts and networks of an
 * atlas. Below the cortex nothing is labelled.
 */
export async function filmLabels(
  study: FilmStudy,
  { set, z }: Pick<FilmMaps, "set" | "z">,
): Promise<AtomNetworkRow[]> {
  const { choices, dataset, means } = study;
  const { mapThreshold: threshold, level, inferenceSeed, nSpins } = choices;
  const maps = groupAtomMaps(study, { z });
  const rows: AtomNetworkRow[] = [];
  // Turning the spheres takes as long as labelling: both atlases share it, and a kept label needs none.
  let spins: Spins | undefined;
  for (const [name, atlas] of Object.entries({
    "Cole-Anticevic": dataset.networks,
    "Yeo, 7 networks": dataset.yeo7,
  })) {
    const parts = {
      version: VERSION,
      maps,
      atlas: name,
      labels: atlas.labels,
      threshold,
      level,
      inferenceSeed,
      N_SPINS: nSpins,
    };
    const { labels } = await means.store.product(
      "film-labels",
      parts,
      async (): Promise<Pick<LabelledMaps, "labels">> => {
        spins ??= await filmSpins(study, nSpins);
        const nulls = [spinNull(spins)];
        return labelMaps(maps, atlas, { threshold, level, nulls, ...means });
      },
    );
    for (const { map, ...rest } of labels) rows.push({ set, atlas: name, atom: map, ...rest });
  }
  return rows;
}

/** Maps of atoms over subjects, Σz/√n, every parcel's value at its places: [nAtoms × nVoxels]; NaN outside parcels. */
export function groupAtomMaps({ units }: FilmStudy, { z }: Pick<FilmMaps, "z">): Matrix<Float64Array> {
  const [nAtoms, nUnits] = z[0].shape;
  const maps = zeros([nAtoms, units.ofVoxel.length]);
  for (let k = 0; k < nAtoms; k++) {
    const joined = new Float64Array(nUnits);
    for (const subject of z) {
      row(subject, k).forEach((value, unit) => {
        joined[unit] += value / Math.sqrt(z.length);
      });
    }
    const own = row(maps, k);
    for (let v = 0; v < own.length; v++) own[v] = joined[units.ofVoxel[v]] ?? Number.NaN;
  }
  return maps;
}
