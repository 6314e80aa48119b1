import { benjaminiHochberg, maximumStatistic } from "../inference";
import { type Matrix, matrix, zeros } from "../tensor";
import type { AtomMaps } from "./atom-maps";
import { type GroupEffect, type GroupOptions, groupEffect, plainMean } from "./group-effect";
import { meansByNetwork, type NetworkLabels, voxelsByNetwork } from "./network-labels";

/** What the finding *polarity* does not show. */
export const POLARITY_LIMIT =
  "That an atom deactivates a network, or that two atoms' maps oppose each other, does not show inhibition: an atom's sign is a convention, BOLD has no absolute zero, and where d_k ≈ −d_m the mirrored layers follow by algebra.";

/** Mean pattern of every atom in every network for one subject, with its null. */
export interface NetworkPolarity {
  /** P [nAtoms × nNetworks]. */
  observed: Matrix<Float64Array>;
  /** The same of each draw: [nDraws × (nAtoms · nNetworks)]. */
  nullValues: Matrix<Float64Array>;
  networks: readonly string[];
}

/**
 * P_{k,g}, the mean pattern cov(x_k, ŷ) of atom k over the voxels of network g, of one subject's maps and of each of their draws. In SDs of
 * BOLD times those of the course where both are z-scored; the sign is the atom's own convention (codes sum to 0 or more).
 */
export function networkPolarity(maps: AtomMaps, labels: NetworkLabels): NetworkPolarity {
  const ofVoxel = Int32Array.from(maps.voxels, (v) => labels.ofVoxel[v]);
  const networks = voxelsByNetwork({ names: labels.names, ofVoxel });
  const observed = meansByNetwork(maps.maps, networks);
  const nullValues = zeros([maps.nullMaps.length, observed.data.length]);
  maps.nullMaps.forEach((draw, d) =>
    nullValues.data.set(meansByNetwork(draw, networks).data, d * observed.data.length),
  );
  return { observed, nullValues, networks: labels.names };
}

/** The mean pattern of one atom over one network (`networkPolarityTable`): `effect` is P of `networkPolarity`, mean over subjects. */
export interface PolarityRow extends GroupEffect {
  atom: number;
  network: string;
  q: number;
  /** Corrected for all atoms and networks by the largest |z| of each draw. */
  p_maximum: number;
  /** By the sign of the effect where q is below the level, else "neither". */
  direction: "activating" | "deactivating" | "neither";
}

/**
 * Whether each atom activates or deactivates each network: a row for each atom and network, the mean over subjects of P against phase-randomised
 * BOLD, two-sided. `q`: Benjamini and Hochberg over all rows; p is at least 2/(1 + nDraws), so that few draws cannot reach a small
 * q among many rows, where `p_maximum` still can. Throws when subjects differ in atoms, networks or draws.
 */
export function networkPolarityTable(
  subjects: readonly NetworkPolarity[],
  options: GroupOptions & { level: number },
): PolarityRow[] {
  const { networks, observed, nullValues } = subjects[0];
  const nCells = observed.data.length;
  const nDraws = nullValues.shape[0];
  const odd = subjects.findIndex(
    (one) => one.nullValues.shape[0] !== nDraws || one.nullValues.shape[1] !== nCells,
  );
  if (odd >= 0) {
    throw new Error(
      `networkPolarityTable: mismatched subject ${odd}: [${subjects[odd].nullValues.shape.join(" × ")}] null values; expected [${nDraws} × ${nCells}] as of the first. Use the same atoms, networks and draws.`,
    );
  }
  const effects = Array.from({ length: nCells }, (_, cell) => {
    const draws = zeros([nDraws, subjects.length]);
    subjects.forEach((one, s) => {
      for (let d = 0; d < nDraws; d++) {
        draws.data[d * subjects.length + s] = one.nullValues.data[d * nCells + cell];
      }
    });
    const kind = { tail: "two-sided", scale: "plain" } as const;
    return groupEffect(
      subjects.map((one) => one.observed.data[cell]),
      draws,
      kind,
      options,
    );
  });
  const q = benjaminiHochberg(effects.map(({ p }) => p));
  const { p: pMaximum } = maximumOfStandardised(subjects);
  return effects.map((effect, cell) => ({
    atom: Math.floor(cell / networks.length),
    network: networks[cell % networks.length],
    ...effect,
    q: q[cell],
    p_maximum: pMaximum[cell],
    direction: directionOf(effect.effect, q[cell] < options.level),
  }));
}

function directionOf(effect: number, isSignificant: boolean): PolarityRow["direction"] {
  if (!isSignificant) return "neither";
  return effect > 0 ? "activating" : "deactivating";
}

/** |z| of every cell against its own draws, at the group, and in each draw, so that cells of other scale weigh alike. */
function maximumOfStandardised(subjects: readonly NetworkPolarity[]) {
  const [nDraws, nCells] = subjects[0].nullValues.shape;
  const draws = zeros([nDraws, nCells]);
  const observed = new Float64Array(nCells);
  for (const one of subjects) {
    one.nullValues.data.forEach((value, at) => (draws.data[at] += value / subjects.length));
    one.observed.data.forEach((value, cell) => (observed[cell] += value / subjects.length));
  }
  for (let cell = 0; cell < nCells; cell++) {
    // The observed value counts among the draws: it is one of them when there is no effect.
    const all = [observed[cell], ...Array.from({ length: nDraws }, (_, d) => draws.data[d * nCells + cell])];
    const mean = plainMean(all);
    const sd = Math.sqrt(plainMean(all.map((value) => (value - mean) ** 2)));
    observed[cell] = Math.abs(observed[cell] - mean) / sd;
    for (let d = 0; d < nDraws; d++) {
      draws.data[d * nCells + cell] = Math.abs(draws.data[d * nCells + cell] - mean) / sd;
    }
  }
  return maximumStatistic(observed, matrix(draws.data, [nDraws, nCells]));
}
