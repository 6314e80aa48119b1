import { random } from "../../tensor";
import { ATTRIBUTES } from "../world/attributes";
import type { BrainLayout } from "./layout";
import { normalNumbers, seedFor } from "./normal-numbers";
import { NO_REGION, REGIONS, regionDrivers } from "./planted-truth";
import type { NoiseVariances, Responses } from "./responses";
import { fieldAt } from "./smooth-field";
import type { HrfShape } from "./subject-hrf";

/** How much of a weight's spread over the cortex all subjects share, as a share of variance, and how wide it is (SD of its logarithm). */
const SHARED_TUNING = 0.7;
const TUNING_SPREAD = 0.8;
/** Spread of the ceiling over the cortex of a region and over subjects, relative to the region's own; and its largest value. */
const CEILING_SPREAD = 0.25;
const SUBJECT_SPREAD = 0.1;
const MOST_CEILING = 0.75;
const HRF_SPREAD = { delaySec: 0.5, dispersionSec: 0.1 };

/** What is drawn once for a simulated subject. */
export interface SimulatedSubject {
  /** "sub-01" is the first. */
  readonly id: string;
  readonly hrf: HrfShape;
  /** By how much this subject's ceilings are better or worse than the plan's. */
  readonly quality: number;
}

/** What every grayordinate of a subject does with the attributes; those of position i stand from starts[i] to starts[i + 1] − 1. */
export interface SignalWeights {
  readonly starts: Int32Array;
  readonly attributes: Uint8Array;
  /** In units of the noise's SD per SD of the attribute. */
  readonly weights: Float32Array;
  /** √(signal variance / all variance) after a high-pass, without motion: over all clips' TRs, and of what repeats with the validation clip. */
  readonly filmCeiling: Float32Array;
  readonly validationCeiling: Float32Array;
}

/** Draws the subject of a number, counted from 1. Others of the same seed are not changed by how many there are. */
export function drawSubject(brainSeed: number, number: number): SimulatedSubject {
  const id = `sub-${String(number).padStart(2, "0")}`;
  const numbers = random(seedFor({ brainSeed, id, what: "subject" }));
  // Within two SDs: nobody's response peaks after 8 s.
  const spread = () => Math.max(-2, Math.min(2, numbers.normal()));
  return {
    id,
    hrf: {
      delaySec: 6 + HRF_SPREAD.delaySec * spread(),
      dispersionSec: 1 + HRF_SPREAD.dispersionSec * spread(),
    },
    quality: 1 + SUBJECT_SPREAD * spread(),
  };
}

/**
 * The weights of a subject. In each region every driver has its planted sign and strength times e^(field), the field being smooth over the
 * cortex, in part the group's and in part the subject's own; so neighbours are tuned alike, and no sign is other than planned. The sum is
 * scaled so that the ceiling of r within clips is the region's, with its own smooth spread, times the subject's quality; `gain` multiplies
 * the response after that. `noise` are the variances of `noiseVariances`.
 */
export function signalWeights(
  { regions, basis }: Pick<BrainLayout, "regions" | "basis">,
  subject: SimulatedSubject,
  responses: Responses,
  options: { brainSeed: number; gain: number; noise: NoiseVariances },
): SignalWeights {
  const { brainSeed, gain, noise } = options;
  const drivers = regionDrivers();
  const nodes = (parts: Record<string, string | number>) => {
    const values = new Float32Array(basis.nNodes);
    normalNumbers(seedFor({ brainSeed, ...parts }))(values);
    return values;
  };
  const group = ATTRIBUTES.map(({ name }) => nodes({ what: "group tuning", name }));
  const own = ATTRIBUTES.map(({ name }) => nodes({ what: "own tuning", name, id: subject.id }));
  const ceilingNodes = nodes({ what: "ceiling" });

  const starts = new Int32Array(regions.length + 1);
  regions.forEach((region, i) => {
    starts[i + 1] = starts[i] + (region === NO_REGION ? 0 : drivers[region].length);
  });
  const attributes = new Uint8Array(starts[regions.length]);
  const weights = new Float32Array(starts[regions.length]);
  const filmCeiling = new Float32Array(regions.length);
  const validationCeiling = new Float32Array(regions.length);
  regions.forEach((region, i) => {
    if (region === NO_REGION) return;
    const mine = weights.subarray(starts[i], starts[i + 1]);
    drivers[region].forEach(({ attribute, strength }, d) => {
      const shared = fieldAt(basis, i, group[attribute]);
      const private_ = fieldAt(basis, i, own[attribute]);
      const field = Math.sqrt(SHARED_TUNING) * shared + Math.sqrt(1 - SHARED_TUNING) * private_;
      mine[d] = strength * Math.exp(TUNING_SPREAD * field);
      attributes[starts[i] + d] = attribute;
    });
    const columns = attributes.subarray(starts[i], starts[i + 1]);
    const wanted = REGIONS[region].ceiling * (1 + CEILING_SPREAD * fieldAt(basis, i, ceilingNodes));
    const ceiling = Math.max(0, Math.min(MOST_CEILING, wanted * subject.quality));
    const raw = quadratic(responses.clips.data, columns, mine);
    const scale = raw > 0 ? gain * Math.sqrt(((ceiling ** 2 / (1 - ceiling ** 2)) * noise.clips) / raw) : 0;
    for (let d = 0; d < mine.length; d++) mine[d] *= scale;
    const inFilm = quadratic(responses.film.data, columns, mine);
    filmCeiling[i] = Math.sqrt(inFilm / (inFilm + noise.film));
    const inClip = quadratic(responses.validation.data, columns, mine);
    const repeated = quadratic(responses.repeated.data, columns, mine);
    validationCeiling[i] = Math.sqrt(Math.max(0, repeated) / (inClip + noise.validation));
  });
  return { starts, attributes, weights, filmCeiling, validationCeiling };
}

/** wᵀ C w for the columns of C that the weights belong to. */
function quadratic(covariance: Float64Array, columns: Uint8Array, weights: Float32Array): number {
  const n = ATTRIBUTES.length;
  let sum = 0;
  for (let a = 0; a < columns.length; a++) {
    for (let b = 0; b < columns.length; b++) {
      sum += weights[a] * weights[b] * covariance[columns[a] * n + columns[b]];
    }
  }
  return sum;
}
