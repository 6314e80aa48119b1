import { type Matrix, random, zeros } from "../tensor";
import type { AtomMaps } from "./atom-maps";
import { atomPairs, pairValues } from "./atom-pairs";
import { plainMean } from "./group-effect";
import { partialSpearman, residualsOf } from "./partial-correlation";
import { spatialCorrelations } from "./spatial-similarity";
import { type Measure, measuresOf, type SubjectMeasures } from "./subject-measures";

/** Signed layer profiles L_k(l) of the atoms, one matrix [nAtoms × nLayers] a tower (`atomProfiles`, layers.signed). */
export type LayerProfiles = readonly Matrix[];

/**
 * The mirror index of every two atoms, [nAtoms × nAtoms]: −r of their layer profiles, each tower's profile about its own mean, so that a
 * difference between towers is no trend over layers. From −1 (the same trend) to 1 (mirrored); NaN for a flat profile.
 */
export function mirrorIndex(profiles: LayerProfiles): Matrix<Float64Array> {
  const rows = centredProfiles(profiles);
  const nAtoms = rows.length;
  const out = zeros([nAtoms, nAtoms]);
  const length = rows.map((one) => Math.sqrt(dot(one, one)));
  for (let k = 0; k < nAtoms; k++) {
    for (let m = 0; m < nAtoms; m++) {
      const r = dot(rows[k], rows[m]) / (length[k] * length[m]);
      out.data[k * nAtoms + m] = -Math.max(-1, Math.min(1, r));
    }
  }
  return out;
}

/** All towers' profiles of each atom, side by side, each about its own mean over layers. */
function centredProfiles(profiles: LayerProfiles): Float64Array[] {
  return Array.from({ length: profiles[0].shape[0] }, (_, k) =>
    Float64Array.from(
      profiles.flatMap(({ data, shape: [, nLayers] }) => {
        const own = Array.from(data.subarray(k * nLayers, (k + 1) * nLayers));
        const mean = plainMean(own);
        return own.map((value) => value - mean);
      }),
    ),
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/**
 * Mirror indices of unrelated profiles that are as smooth over layers as the atoms' are, ascending: pairs drawn from a normal with the
 * covariance over layers that the profiles have. With a dozen smooth layers r = −0.9 is no rarity, and this shows how common it is.
 *
 * A permutation of neurons within layer and head cannot serve: it leaves every layer's mean, and so every profile, as it is.
 */
export function smoothMirrorNull(
  profiles: LayerProfiles,
  { nDraws, seed }: { nDraws: number; seed: number },
): Float64Array {
  const rows = centredProfiles(profiles);
  const mean = rows[0].map((_, l) => plainMean(rows.map((one) => one[l])));
  const deviations = rows.map((one) => one.map((value, l) => value - mean[l]));
  const numbers = random(seed);
  // A random mixture of the atoms' deviations has their covariance, of full rank or not.
  const draw = () => {
    const out = new Float64Array(mean.length);
    for (const one of deviations) {
      const share = numbers.normal();
      for (let l = 0; l < out.length; l++) out[l] += share * one[l];
    }
    return out;
  };
  return Float64Array.from({ length: nDraws }, () => {
    const [a, b] = [draw(), draw()];
    return -dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }).sort();
}

const PHASES = "whole fit on phase-randomised BOLD";
const MIRROR_MEASURES: readonly Measure[] = [
  { name: "mirror index, opposite minus matched pairs (t)", tail: "greater", scale: "plain", null: PHASES },
  {
    name: "the same, r of courses partialled out of the mirror index (t)",
    tail: "greater",
    scale: "plain",
    null: PHASES,
  },
  {
    name: "link of opposition and mirror index given r of courses",
    tail: "greater",
    scale: "correlation",
    null: PHASES,
  },
];

/**
 * Whether atoms with opposite maps have mirrored layer profiles, in one subject:
 *
 * - t of the mirror index of opposite pairs (spatial r < `threshold`) against pairs that resemble each other as much as those oppose: each
 *   opposite pair with the nearest in |spatial r| and r(d_k, d_m) among the pairs with r > 0, each used once, none farther than `tolerance`
 *   in either. Courses are matched with their sign: matching on |r(d_k, d_m)| leaves opposite pairs with the more negative r, which
 *   mirrors codes by algebra, and calls 20 % of brains mirrored that are not;
 * - the same after r(d_k, d_m) is partialled out of the mirror index;
 * - over all pairs, Spearman's partial correlation of −(spatial r) and the mirror index given r(d_k, d_m).
 *
 * Null: pairs chosen and matched on maps of phase-randomised BOLD; profiles, their smoothness and the courses are as they are, so that
 * what follows by algebra follows in every draw. Draws differ in how many pairs oppose, hence t and no plain difference. With fewer than three
 * matched pairs t is 0 in a draw and NaN in a subject.
 */
export function mirrorMeasures(
  maps: AtomMaps,
  model: { mirror: Matrix; courseCorrelation: Matrix },
  { threshold, tolerance }: { threshold: number; tolerance: number },
): SubjectMeasures {
  const mirror = pairValues(model.mirror);
  const courses = pairValues(model.courseCorrelation);
  const beyond = residualsOf(mirror, [courses]);
  const statistic = (each: Matrix, none: number) => {
    const r = pairValues(spatialCorrelations(each));
    const { opposite, matched } = matchedPairs(r, courses, { threshold, tolerance });
    const t = (values: Float64Array) =>
      opposite.length < LEAST_PAIRS
        ? none
        : pairedT(opposite.map((i, at) => values[i] - values[matched[at]]));
    const opposition = r.map((value) => -value);
    return [t(mirror), t(beyond), partialSpearman(opposition, mirror, [courses])];
  };
  const measured = measuresOf(MIRROR_MEASURES, maps.maps, maps.nullMaps, (each) => statistic(each, 0));
  return { ...measured, observed: Float64Array.from(statistic(maps.maps, Number.NaN)) };
}

/** Fewer differences have no t worth the name. */
const LEAST_PAIRS = 3;

function pairedT(differences: readonly number[]): number {
  const n = differences.length;
  const mean = plainMean(differences);
  return mean / Math.sqrt(plainMean(differences.map((value) => (value - mean) ** 2)) / (n - 1));
}

/** Numbers of opposite pairs, and of the pair that is matched to each; opposite pairs without a partner are left out. */
export function matchedPairs(
  spatial: Float64Array,
  courses: Float64Array,
  { threshold, tolerance }: { threshold: number; tolerance: number },
): { opposite: number[]; matched: number[] } {
  const all = Array.from(spatial.keys());
  const free = new Set(all.filter((i) => spatial[i] > 0));
  const opposite: number[] = [];
  const matched: number[] = [];
  for (const i of all.filter((one) => spatial[one] < threshold).sort((a, b) => spatial[a] - spatial[b])) {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (const j of free) {
      const apart = [Math.abs(spatial[j] + spatial[i]), Math.abs(courses[j] - courses[i])];
      const distance = apart[0] + apart[1];
      if (Math.max(...apart) <= tolerance && distance < least) [nearest, least] = [j, distance];
    }
    if (nearest < 0) continue;
    free.delete(nearest);
    opposite.push(i);
    matched.push(nearest);
  }
  return { opposite, matched };
}

/** Atoms k and m side by side (`mirrorRows`): r of their maps, r of their courses, and −r of their layer profiles (`mirrorIndex`). */
export interface MirrorRow {
  k: number;
  m: number;
  r_spatial: number;
  r_courses: number;
  mirror: number;
  /** What is left of the mirror index after least squares on r of courses over all pairs. */
  mirror_beyond_courses: number;
  /** Share of unrelated profiles of the same smoothness that are mirrored as much. */
  p_smooth: number;
}

/** The mirror indices of given pairs one by one, for showing: descriptive but for `p_smooth`. `spatial` [nAtoms × nAtoms]. */
export function mirrorRows(
  pairs: readonly { k: number; m: number }[],
  model: { mirror: Matrix; courseCorrelation: Matrix; spatial: Matrix },
  smoothNull: Float64Array,
): MirrorRow[] {
  const nAtoms = model.mirror.shape[0];
  const all = atomPairs(nAtoms);
  const beyond = residualsOf(pairValues(model.mirror), [pairValues(model.courseCorrelation)]);
  return pairs.map(({ k, m }) => {
    const at = k * nAtoms + m;
    const nReached = smoothNull.filter((value) => value >= model.mirror.data[at]).length;
    return {
      k,
      m,
      r_spatial: model.spatial.data[at],
      r_courses: model.courseCorrelation.data[at],
      mirror: model.mirror.data[at],
      mirror_beyond_courses: beyond[all.findIndex(([a, b]) => a === Math.min(k, m) && b === Math.max(k, m))],
      p_smooth: (1 + nReached) / (1 + smoothNull.length),
    };
  });
}
