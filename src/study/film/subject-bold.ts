import { type Cleaning, explainableVariance, readRun, type StreamedRun } from "../../fmri";
import { type Matrix, matrix, zeros } from "../../tensor";
import type { FilmDesign } from "./film-design";

/** BOLD of one subject, cleaned, cut to the TRs that count. */
export interface SubjectBold {
  /** Of each run, [nScoredTrs × nVoxels] float32, z-scored over these TRs. */
  scored: Matrix<Float32Array>[];
  /** The validation clip of each run, [nValidationTrs × nVoxels], z-scored over its TRs: repeats for the noise ceiling. */
  repeats: Matrix<Float32Array>[];
  /** Explainable variance of each voxel from these repeats (`explainableOf`). */
  explainable: Float64Array;
}

/**
 * Reads the runs of a subject: drift and confounds out over the whole run, then z-scored over the TRs that are scored. One whole run
 * is in memory at a time, beside what is kept.
 */
export async function subjectBold(
  subject: { id: string; runs: readonly StreamedRun[]; confounds: readonly Matrix[] },
  design: FilmDesign,
  choices: { highPassSec: number },
  options: { signal?: AbortSignal } = {},
): Promise<SubjectBold> {
  const scored: Matrix<Float32Array>[] = [];
  const repeats: Matrix<Float32Array>[] = [];
  for (const [r, run] of subject.runs.entries()) {
    const cleaning: Cleaning = {
      drift: { cutoffSec: choices.highPassSec },
      confounds: subject.confounds[r],
      scale: "none",
    };
    const { bold } = await readRun(run, cleaning, options);
    scored.push(zscoredAt(bold, design.runs[r].scored));
    repeats.push(zscoredAt(bold, design.runs[r].validation));
  }
  return { scored, repeats, explainable: explainableOf(repeats) };
}

/** Explainable variance from the validation clip's repeats, corrected for their number. */
export function explainableOf(repeats: readonly Matrix<Float32Array>[]): Float64Array {
  return explainableVariance(repeats, { correction: "small-sample" }).values;
}

/** Some TRs of all voxels, z-scored over them; a voxel that does not vary is NaN. */
function zscoredAt(
  { data, shape: [, nVoxels] }: Matrix<Float32Array>,
  trs: Int32Array,
): Matrix<Float32Array> {
  const [sum, squares] = [new Float64Array(nVoxels), new Float64Array(nVoxels)];
  for (const t of trs) {
    const first = t * nVoxels;
    for (let v = 0; v < nVoxels; v++) sum[v] += data[first + v];
  }
  for (const t of trs) {
    const first = t * nVoxels;
    for (let v = 0; v < nVoxels; v++) squares[v] += (data[first + v] - sum[v] / trs.length) ** 2;
  }
  const scale = squares.map((value) => (value > 0 ? Math.sqrt(trs.length / value) : Number.NaN));
  const out = new Float32Array(trs.length * nVoxels);
  trs.forEach((t, i) => {
    for (let v = 0; v < nVoxels; v++) {
      out[i * nVoxels + v] = (data[t * nVoxels + v] - sum[v] / trs.length) * scale[v];
    }
  });
  return matrix(out, [trs.length, nVoxels]);
}

/** The mean course of each parcel, z-scored over the run's TRs again: [nTrs × nParcels]. Voxels that are NaN are left out. */
export function parcelCourses(
  bold: Matrix<Float32Array>,
  parcels: { nParcels: number; ofVoxel: ArrayLike<number> },
): Matrix<Float32Array> {
  const [nTrs, nVoxels] = bold.shape;
  const { nParcels, ofVoxel } = parcels;
  const sums = zeros([nTrs, nParcels]);
  for (let t = 0; t < nTrs; t++) {
    for (let v = 0; v < nVoxels; v++) {
      const value = bold.data[t * nVoxels + v];
      if (ofVoxel[v] < nParcels && !Number.isNaN(value)) sums.data[t * nParcels + ofVoxel[v]] += value;
    }
  }
  const every = Int32Array.from({ length: nTrs }, (_, t) => t);
  return zscoredAt(matrix(Float32Array.from(sums.data), sums.shape), every);
}
