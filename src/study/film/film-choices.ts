import { STEP_READINGS, type StepReading } from "../../activations";
import type { ChoiceForms } from "../change-choices";

/**
 * The choices of a film's study. None has a default: `filmChoices` is one stated set; spread it and change it.
 */
export interface FilmChoices {
  /** Which tokens' queries and keys make a neuron's value. */
  reading: StepReading;
  /** Atoms of a set, of a single layer's set, sparsity λ for unit-norm courses, seed of the start. */
  nAtoms: number;
  nLayerAtoms: number;
  lambda: number;
  atomSeed: number;
  /** The start of each clip that is left out, in seconds. */
  riseSec: number;
  /** Cut-off of the high-pass filter within each run, in seconds. */
  highPassSec: number;
  /** What findings are tested on: the mean courses of the cortex's parcels (Cole and Anticevic's), or every voxel by itself. */
  units: "parcels" | "voxels";
  /** Ridge penalties: nAlphas of them from 10^from to 10^to. */
  alphas: { from: number; to: number; nAlphas: number };
  /** Circular shifts are at least this long either way, in seconds; so many are drawn. */
  minShiftSec: number;
  nShifts: number;
  /** Phase-randomised fits of the maps' nulls; shifts of what is unique to a space. */
  nPhaseDraws: number;
  nUniqueShifts: number;
  /** Spins of the cortex: for the networks of atoms, and for the hierarchy. */
  nSpins: number;
  nHierarchySpins: number;
  /** Opposite maps: spatial r below this. Maps are thresholded at this |z|. A layer is preferred where its r is at least this. */
  oppositeBelow: number;
  mapThreshold: number;
  leastLayerR: number;
  /** A neuron is a member of an atom at this q; shuffles of that null. */
  memberQ: number;
  nMemberShuffles: number;
  level: number;
  nSignFlips: number;
  nBootstraps: number;
  inferenceSeed: number;
  /** Seeds of random-weight twins, and of the captions that change places. */
  twinSeeds: number[];
  shuffleSeed: number;
}

/** Choices that are words. */
export const filmChoiceForms: ChoiceForms = {
  reading: STEP_READINGS,
  units: ["parcels", "voxels"],
};

/** The choices of the demo's study; `describeFilmChoices` says where each comes from. */
export const filmChoices: FilmChoices = {
  reading: "qkMean",
  nAtoms: 32,
  nLayerAtoms: 16,
  lambda: 0.1,
  atomSeed: 7,
  riseSec: 6,
  highPassSec: 128,
  units: "parcels",
  alphas: { from: 0, to: 6, nAlphas: 7 },
  minShiftSec: 20,
  nShifts: 300,
  nPhaseDraws: 200,
  nUniqueShifts: 40,
  nSpins: 1000,
  nHierarchySpins: 200,
  oppositeBelow: -0.3,
  mapThreshold: 2.3,
  leastLayerR: 0.02,
  memberQ: 0.05,
  nMemberShuffles: 5,
  level: 0.05,
  nSignFlips: 10_000,
  nBootstraps: 10_000,
  inferenceSeed: 11,
  twinSeeds: [1, 2],
  shuffleSeed: 3,
};
