import {
  atomSimilarityFigure,
  type Figure,
  layerHierarchy,
  layerMirrorFigure,
  measureEffects,
  modalityStrip,
  networkConnectivity,
  networkPolarityMap,
  networkPrediction,
  oppositePairsFigure,
  removalCurvesFigure,
  variancePartsFigure,
} from "../../src/figures";
import type {
  ArchitectureRow,
  GroupEffect,
  HierarchyRow,
  MeasureRow,
  ModalityRow,
  NetworkPredictionRow,
  OppositePairRow,
  PolarityRow,
  RemovalCurves,
} from "../../src/findings";
import { type Matrix, matrix, random, zeros } from "../../src/tensor";

const NETWORKS = [
  ...["Visual1", "Visual2", "Somatomotor", "Cingulo-Opercular", "Dorsal-Attention", "Language"],
  ...[
    "Frontoparietal",
    "Auditory",
    "Default",
    "Posterior-Multimodal",
    "Ventral-Multimodal",
    "Orbito-Affective",
  ],
];

/** An effect of 12 subjects about a value, its interval as wide as given. */
function about(effect: number, width: number): GroupEffect {
  return {
    effect,
    low: effect - 0.9 * width,
    high: effect + 1.1 * width,
    null_mean: 0.002,
    p: effect > 2 * width ? 0.003 : 0.3,
    p_subjects: effect > 2 * width ? 0.001 : 0.4,
    n_subjects: 12,
  };
}

export function networkPredictionRows(): NetworkPredictionRow[] {
  const draws = random(21);
  return ["CLIP", "ViT", "random CLIP"].flatMap((model, i) =>
    NETWORKS.map((network, g) => ({
      model,
      branch: "vision",
      network,
      ...about(0.25 * Math.exp(-g / (4 - i)) + 0.02 * draws.uniform(), 0.015),
      q: g < 5 - i ? 0.01 : 0.3,
      r2: 0.03,
      share_of_ceiling: 0.5,
      share_significant: 0.2,
      n_atoms: 3,
      n_voxels: 400,
    })),
  );
}

function measureRows(): MeasureRow[] {
  const phases = "whole fit on phase-randomised BOLD";
  return [
    { measure: "spatial |r| of maps", null: phases, ...about(0.24, 0.02), null_mean: 0.27, q: 0.6 },
    { measure: "Dice of maps", null: phases, ...about(0.31, 0.03), null_mean: 0.05, q: 0.01 },
    { measure: "atoms per voxel", null: phases, ...about(7.1, 0.6), null_mean: 1.2, q: 0.01 },
    {
      measure: "link of maps and members given r of courses",
      null: phases,
      ...about(0.12, 0.04),
      q: 0.02,
    },
    {
      measure: "the same, r of courses partialled out of the mirror index (t)",
      null: phases,
      ...about(2.1, 0.7),
      low: Number.NaN,
      high: Number.NaN,
      q: 0.02,
    },
  ];
}

function removalExample(): RemovalCurves[] {
  const draws = random(22);
  const nKept = [32, 28, 24, 20, 16, 12, 8, 4];
  const fall = (steepness: number) => nKept.map((n) => 0.06 * (1 - (1 - n / 32) ** steepness));
  return [1, 2, 3].map(() => ({
    nKept,
    redundantFirst: Float64Array.from(fall(3.2)),
    uniqueFirst: Float64Array.from(fall(1.1)),
    random: matrix(Float64Array.from(Array.from({ length: 20 }, () => fall(1.5 + draws.uniform())).flat()), [
      20,
      nKept.length,
    ]),
  }));
}

function similarity(nAtoms: number, seed: number): Matrix {
  const draws = random(seed);
  const out = zeros([nAtoms, nAtoms]);
  for (let k = 0; k < nAtoms; k++) {
    for (let m = 0; m <= k; m++) {
      const value = k === m ? 1 : 0.5 * Math.exp(-Math.abs(k - m) / 3) + 0.15 * draws.uniform();
      out.data[k * nAtoms + m] = value;
      out.data[m * nAtoms + k] = value;
    }
  }
  return out;
}

function polarityRows(): PolarityRow[] {
  const draws = random(23);
  return Array.from({ length: 32 }, (_, atom) =>
    NETWORKS.map((network, g) => {
      const effect = 0.12 * Math.sin((atom * (g + 1)) / 5) * draws.uniform();
      const q = Math.abs(effect) > 0.06 ? 0.01 : 0.4;
      const direction =
        q > 0.05 ? ("neither" as const) : effect > 0 ? ("activating" as const) : ("deactivating" as const);
      return { atom, network, ...about(effect, 0.02), q, p_maximum: q, direction };
    }),
  ).flat();
}

function oppositeRows(): OppositePairRow[] {
  const draws = random(24);
  return Array.from({ length: 14 }, (_, i) => {
    const chosen = -0.32 - 0.04 * i;
    const effect = 0.8 * chosen + 0.1 * draws.normal();
    const courses = -0.8 + 0.1 * i;
    return {
      k: i,
      m: i + 10,
      r_chosen: chosen,
      r_courses: courses,
      ...about(effect, 0.08),
      null_mean: 0.5 * courses,
      q: i % 3 === 0 ? 0.01 : 0.2,
    };
  });
}

function architectureRows(): ArchitectureRow[] {
  const cases = [
    { model: "CLIP", stage: "all layers", control: "none", parts: [0.02, 0.03, 0.04] },
    { model: "CLIP", stage: "all layers", control: "random weights", parts: [0.02, 0.01, 0.005] },
    { model: "METER", stage: "unimodal layers", control: "none", parts: [0.015, 0.02, 0.035] },
    { model: "METER", stage: "fusion", control: "none", parts: [0.004, 0.006, 0.07] },
    { model: "METER", stage: "fusion", control: "shuffled captions", parts: [0.02, -0.004, -0.006] },
  ];
  return cases.flatMap(({ model, stage, control, parts }) =>
    (["unique vision", "unique text", "shared"] as const).map((part, i) => ({
      ...{ model, stage, control, part, network: "Language" },
      ...about(parts[i], 0.006),
      q: 0.03,
    })),
  );
}

function modalityRows(seed: number, spread: number): ModalityRow[] {
  const draws = random(seed);
  return Array.from({ length: 32 }, (_, atom) => {
    const index = Math.max(-1, Math.min(1, spread * draws.normal()));
    return {
      ...{ atom, m_vision: 0.1, m_text: 0.1, index },
      low: Math.max(-1, index - 0.2),
      high: Math.min(1, index + 0.2),
      p: 0.01,
      q: Math.abs(index) > 0.5 ? 0.02 : 0.4,
      n_members: 120,
    };
  });
}

function hierarchyRows(): HierarchyRow[] {
  return ["CLIP, vision", "CLIP, text", "METER, text stream", "random CLIP, vision"].map((name, i) => ({
    name,
    ...about(0.3 - 0.1 * i, 0.03),
    null_mean: 0.02 * (i - 1),
    q: i < 2 ? 0.01 : 0.3,
    n_voxels: 12000,
  }));
}

function towerProfiles() {
  const depths = [1, 2, 3, 4, 5, 6];
  return ["vision", "text"].map((tower, i) => ({
    tower,
    depths,
    signed: matrix(
      Float64Array.from({ length: 12 }, (_, at) => {
        const [atom, layer] = [Math.floor(at / 6), at % 6];
        return 0.02 * (atom === 0 ? 1 : -0.9) * Math.sin((layer + i) / 1.7) + 0.004;
      }),
      [2, 6],
    ),
  }));
}

/** One example of every figure of the four findings, by name. */
export function findingFigures(): Record<string, Figure> {
  return {
    "network-prediction": networkPrediction(networkPredictionRows()),
    "measure-effects": measureEffects(measureRows()),
    "removal-curves": removalCurvesFigure(removalExample()),
    "atom-similarity": atomSimilarityFigure(
      { name: "spatial |r|", values: similarity(32, 25) },
      { name: "Jaccard of members", values: similarity(32, 26) },
    ),
    "network-connectivity": networkConnectivity(signed(12, 27), signed(12, 28), NETWORKS),
    "network-polarity": networkPolarityMap(polarityRows()),
    "opposite-pairs": oppositePairsFigure(oppositeRows()),
    "layer-mirror": layerMirrorFigure(towerProfiles(), { k: 0, m: 1 }),
    "variance-parts": variancePartsFigure(architectureRows(), "Language"),
    "modality-strip": modalityStrip([
      { name: "CLIP", rows: modalityRows(27, 0.8) },
      { name: "METER", rows: modalityRows(28, 0.4) },
      { name: "random CLIP", rows: modalityRows(29, 0.9) },
    ]),
    "layer-hierarchy": layerHierarchy(hierarchyRows()),
  };
}

function signed(n: number, seed: number) {
  const draws = random(seed);
  return matrix(
    Float64Array.from({ length: n * n }, () => 0.8 * Math.tanh(draws.normal() / 2)),
    [n, n],
  );
}
