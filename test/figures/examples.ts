import type { NeuronTokens } from "../../src/activations";
import { atomProfiles, type SweepRow } from "../../src/atoms";
import {
  atomCourseFigure,
  atomLayerFigure,
  atomStabilityFigure,
  atomSweepFigure,
  courseFigure,
  type Figure,
  headMap,
  neuronTokensFigure,
  nullDistribution,
  predictionByRoi,
  uniqueContribution,
} from "../../src/figures";
import type { PredictionRow, RandomRow, SubjectRow, UniqueRow } from "../../src/findings";
import { matrix, random } from "../../src/tensor";
import { findingFigures } from "./finding-examples";

const ROIS = ["LATL", "RATL", "LPTL", "LIPL", "LPreM", "LIFG"];
const N_SUBJECTS = 27;

/** Plausible results of six ROIs, two feature sets and 27 subjects; one ROI is NaN in what its model could not score. */
export function predictionTable(): { rows: PredictionRow[]; subjects: SubjectRow[]; random: RandomRow[] } {
  const draws = random(3);
  const subjects: SubjectRow[] = [];
  const rows: PredictionRow[] = [];
  const twins: RandomRow[] = [];
  for (const features of ["atoms", "neurons"] as const) {
    ROIS.forEach((roi, i) => {
      const r = 0.02 + 0.025 * i + (features === "neurons" ? 0.02 : 0);
      const spread = 0.05;
      for (let s = 0; s < N_SUBJECTS; s++) {
        const subject = `s${String(s + 18).padStart(2, "0")}`;
        subjects.push({ features, roi, subject, r: r + spread * draws.normal(), r2: 0.01 });
      }
      for (const seed of [1, 2, 3]) {
        twins.push({ features, roi, seed, r: 0.01 * (seed - 2) + 0.012 * i });
      }
      rows.push({
        features,
        roi,
        r,
        r_low: r - 0.019,
        r_high: r + 0.021,
        p_shift: (10 - i) / 344,
        q_shift: i < 2 ? 0.2 : 0.03,
        p_sign_flip: 0.001,
        ceiling: 0.12 + 0.02 * i,
        r_random: 0.01 + 0.012 * i,
        r_baseline: 0.06 + 0.01 * i,
        delta_r: 0.03 - 0.008 * i + (features === "neurons" ? 0.006 : 0),
        delta_r2: 0.004 - 0.001 * i,
        r_group_mean: r * 1.8,
        n_subjects: N_SUBJECTS,
      });
    });
  }
  return { rows, subjects, random: twins };
}

/** The gains of `predictionTable`, some of them significant. */
export function uniqueTable(): UniqueRow[] {
  return predictionTable().rows.map(({ features, roi, delta_r, delta_r2, r_baseline, n_subjects }, i) => ({
    features,
    roi,
    delta_r,
    delta_r_low: delta_r - 0.012,
    delta_r_high: delta_r + 0.014,
    p_shift: (1 + i) / 344,
    q_shift: i < 4 ? 0.01 : 0.2,
    delta_r2,
    r_baseline,
    r2_baseline: -0.02,
    n_subjects,
  }));
}

function headScores(offset: number): Float64Array {
  const draws = random(5);
  return Float64Array.from(
    { length: 72 },
    (_, i) => offset + 0.03 * draws.normal() + 0.004 * Math.floor(i / 12),
  );
}

/** A slow wave with noise for each of `nSeries`, in columns. */
function slowCourses(nTrs: number, nSeries: number): Float64Array {
  const draws = random(7);
  return Float64Array.from({ length: nTrs * nSeries }, (_, i) => {
    const [t, k] = [Math.floor(i / nSeries), i % nSeries];
    return 1.2 * Math.sin((t * (k + 1)) / 9 + k) + 0.5 * draws.normal();
  });
}

/** A sweep over three λ and the baselines, rebuilt better and less stable with more atoms. */
export function sweepRows(): SweepRow[] {
  const lines = [
    ...[0.05, 0.1, 0.2].map((lambda) => ({ method: "sparse" as const, lambda })),
    { method: "pca" as const, lambda: Number.NaN },
    { method: "ica" as const, lambda: Number.NaN },
  ];
  return lines.flatMap(({ method, lambda }, i) =>
    [16, 32, 64, 128, 256].map((n_atoms, j) => ({
      method,
      n_atoms,
      lambda,
      n_seeds: method === "pca" ? 1 : 3,
      reconstruction_r2: 0.6 * (1 - 0.75 ** (j + 1)) * (i < 3 ? 1 - 0.15 * i : 1.1),
      density: 0.3 - 0.05 * i,
      n_dead: 0,
      stability: method === "pca" ? Number.NaN : 0.95 - 0.09 * j - 0.04 * i,
      stability_chance: method === "pca" ? Number.NaN : 0.2 + 0.01 * j,
      prediction: 0.1 - 0.008 * (j - 2) ** 2 - 0.004 * i,
      prediction_low: 0.1 - 0.008 * (j - 2) ** 2 - 0.004 * i - (method === "pca" ? 0 : 0.01),
      prediction_high: 0.1 - 0.008 * (j - 2) ** 2 - 0.004 * i + (method === "pca" ? 0 : 0.01),
    })),
  );
}

/** Twelve atoms over six layers of two heads, the last of them dead; every layer has 16 neurons. */
function atomTower() {
  const draws = random(12);
  const neurons = Array.from({ length: 96 }, (_, j) => ({
    ...{ tower: "text", kind: "self" as const, keysFrom: "text" },
    depth: 1 + Math.floor(j / 16),
    head: Math.floor(j / 8) % 2,
  }));
  const codes = matrix(
    Float64Array.from({ length: 12 * 96 }, (_, i) => {
      const [k, depth] = [Math.floor(i / 96), neurons[i % 96].depth];
      const isCarried = k < 11 && draws.uniform() < Math.exp(-((depth - 1 - ((5 * k) % 12) / 2) ** 2));
      return isCarried ? 0.3 + 0.2 * draws.normal() - (k % 4 === 3 ? 0.4 : 0) : 0;
    }),
    [12, 96],
  );
  const members = Array.from({ length: 12 }, (_, k) =>
    neurons.flatMap((_, j) => (Math.abs(codes.data[k * 96 + j]) > 0.2 ? [j] : [])),
  );
  return atomProfiles({ codes }, { neurons, members })[0];
}

/** A neuron's tokens with queries and keys of alternating signs; their value is computed pair by pair. */
export function exampleTokens(nTokens: number, about: { tower: string; isCausal: boolean }): NeuronTokens {
  const draws = random(21);
  const query = Float32Array.from({ length: nTokens }, () => 0.3 + draws.normal());
  const key = Float32Array.from({ length: nTokens }, () => 0.2 + draws.normal());
  const { tower, isCausal } = about;
  const pairs = Array.from(query).flatMap((q, n) =>
    Array.from(isCausal ? key.subarray(0, n + 1) : key, (k) => q * k),
  );
  const places = Int32Array.from({ length: nTokens }, (_, i) => i);
  return {
    neuron: { index: 39, tower, kind: "self", keysFrom: tower, layer: 2, depth: 3, head: 1, dim: 7 },
    ...{ query, key, queryTokens: places, keyTokens: places, isCausal },
    value: pairs.reduce((sum, product) => sum + product, 0) / pairs.length,
  };
}

/** Green below, blue above, lighter from left to right. */
export const EXAMPLE_PICTURE = {
  width: 8,
  height: 8,
  data: Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const isUpper = pixel < 32;
    return channel === (isUpper ? 2 : 1) ? 200 : 60 + 18 * (pixel % 8);
  }),
};

const SENTENCE =
  "Alice was beginning to get very tired of sitting by her sister on the bank and of having nothing to do";

/** One example of every figure, by name: what the committed JSON and the pictures are made of. */
export function exampleFigures(): Record<string, Figure> {
  const nulls = random(9);
  const [bold, predicted] = [slowCourses(60, 1), slowCourses(60, 1).map((value) => 0.5 * value + 0.2)];
  return {
    "prediction-by-roi": predictionByRoi(predictionTable(), { features: ["atoms", "neurons"] }),
    "prediction-by-roi-atoms": predictionByRoi(predictionTable(), { features: ["atoms"] }),
    "unique-contribution": uniqueContribution(uniqueTable()),
    "head-map-signed": headMap(matrix(headScores(0), [6, 12]), {
      title: "Heads that predict LATL",
      valueTitle: "r (held-out)",
    }),
    "head-map-positive": headMap(
      matrix(
        headScores(0.2).map((value, i) => (i === 30 ? Number.NaN : value)),
        [6, 12],
      ),
      { title: "Heads that predict LIFG", valueTitle: "r (held-out)" },
    ),
    "atom-courses": atomCourseFigure(matrix(slowCourses(362, 8), [362, 8]), {
      trSec: 2,
      startSec: 20,
      atoms: [0, 2, 3, 5, 7],
      yTitle: "course (z)",
    }),
    course: courseFigure(
      [
        { name: "BOLD, LATL", values: bold },
        { name: "predicted", values: predicted },
      ],
      { trSec: 2, startSec: 20, yTitle: "BOLD (z)" },
    ),
    "course-words": courseFigure([{ name: "layer 3, head 5, dimension 7", values: slowCourses(20, 1) }], {
      trSec: 2,
      startSec: 20,
      yTitle: "activation (z)",
      words: SENTENCE.split(" ").map((text, i) => ({ text, onsetSec: 20.5 + 0.8 * i + (i % 3) * 0.3 })),
    }),
    "course-hrf": courseFigure(
      [
        {
          name: "canonical HRF",
          values: [0, 0.02, 0.2, 0.35, 0.28, 0.15, 0.05, -0.02, -0.04, -0.03, -0.01, 0],
        },
      ],
      {
        trSec: 2,
        startSec: 0,
        yTitle: "response (unit sum)",
      },
    ),
    "atom-sweep": atomSweepFigure(sweepRows(), { predictionTitle: "r (held-out)" }),
    "atom-stability": atomStabilityFigure(
      {
        ofAtoms: [Float64Array.from({ length: 32 }, (_, k) => 0.3 + (0.69 * ((7 * k) % 32)) / 31)],
        mean: 0.65,
        chance: 0.21,
      },
      { set: 0 },
    ),
    "atom-layers-members": atomLayerFigure(atomTower(), { value: "members" }),
    "atom-layers-signed": atomLayerFigure(atomTower(), { value: "signed" }),
    "neuron-tokens-patches": neuronTokensFigure(exampleTokens(17, { tower: "vision", isCausal: false }), {
      title: "A vision neuron at 20 s",
      shown: { picture: EXAMPLE_PICTURE, nPatches: [4, 4] },
    }),
    "neuron-tokens-words": neuronTokensFigure(exampleTokens(8, { tower: "text", isCausal: true }), {
      title: "A text neuron at 20 s",
      shown: { words: ["<s>", "the", "old", "rabbit", "runs", "to", "Alice", "</s>"] },
    }),
    "null-distribution": nullDistribution(
      Float64Array.from({ length: 343 }, () => 0.03 * nulls.normal()),
      0.093,
      { title: "LATL, atoms", valueTitle: "group r under circular shifts" },
    ),
    ...findingFigures(),
  };
}
