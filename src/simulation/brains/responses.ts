import { convolveHrf, highPass } from "../../alignment";
import { type Matrix, matrix, selectRows, zeros } from "../../tensor";
import { type AttributeFilm, clipTrs, standardAttributes, validationTrs } from "./attribute-film";
import { expectedNoiseVariances } from "./noise";

/** Ceilings are those of data without drift, after the field's usual high-pass within each run. */
const CUTOFF_SEC = 128;

/** What the attributes of a film make of one subject's blood flow. */
export interface Responses {
  /** For each run the course of every attribute under the HRF, [nAttributes × nTrs]. */
  readonly runs: readonly Matrix<Float32Array>[];
  /** Covariances of these courses, high-passed, [nAttributes × nAttributes]: over all clips' TRs of a run; */
  readonly film: Matrix<Float64Array>;
  /** within clips, about the mean of each: less, because a clip has one theme; */
  readonly clips: Matrix<Float64Array>;
  /** within the validation clip; */
  readonly validation: Matrix<Float64Array>;
  /** and between two runs' validation clips: less, because what was shown before the clip still echoes in it. */
  readonly repeated: Matrix<Float64Array>;
}

/** The film's attributes, standardised, under a haemodynamic response. */
export function attributeResponses(film: AttributeFilm, hrf: Float64Array): Responses {
  const courses = standardAttributes(film).map((attributes) =>
    convolveHrf(attributes, [{ start: 0, end: attributes.shape[0] }], hrf),
  );
  const { trSeconds } = film;
  const filtered = courses.map((course) =>
    highPass(course, [{ start: 0, end: course.shape[0] }], { trSec: trSeconds, cutoffSec: CUTOFF_SEC }),
  );
  const validation = film.runs.map((run, r) => selectRows(filtered[r], validationTrs(run, trSeconds)));
  return {
    runs: courses.map(attributeMajor),
    film: meanCovariance(film.runs.map((run, r) => selectRows(filtered[r], clipTrs(run, trSeconds).flat()))),
    clips: meanCovariance(
      film.runs.flatMap((run, r) => clipTrs(run, trSeconds).map((trs) => selectRows(filtered[r], trs))),
    ),
    validation: meanCovariance(validation),
    repeated: covarianceBetween(validation),
  };
}

/** Variances of the noise, after the same high-pass, about the means of the same TRs as the covariances of `Responses`. */
export interface NoiseVariances {
  readonly film: number;
  readonly clips: number;
  readonly validation: number;
}

export function noiseVariances({ runs, trSeconds }: AttributeFilm): NoiseVariances {
  const options = { trSec: trSeconds, cutoffSec: CUTOFF_SEC };
  const mean = (windowsOf: (run: AttributeFilm["runs"][number]) => readonly number[][]) => {
    const variances = runs.flatMap((run) => expectedNoiseVariances(run.nTrs, windowsOf(run), options));
    return variances.reduce((sum, variance) => sum + variance, 0) / variances.length;
  };
  return {
    film: mean((run) => [clipTrs(run, trSeconds).flat()]),
    clips: mean((run) => clipTrs(run, trSeconds)),
    validation: mean((run) => [validationTrs(run, trSeconds)]),
  };
}

/** The covariance (n − 1) of columns within each stretch, averaged over stretches by their lengths. */
function meanCovariance(stretches: readonly Matrix<Float64Array>[]): Matrix<Float64Array> {
  const n = stretches[0].shape[1];
  const out = zeros([n, n]);
  const freedom = stretches.reduce((sum, { shape }) => sum + shape[0] - 1, 0);
  for (const { data, shape } of stretches) {
    const means = new Float64Array(n);
    for (let i = 0; i < data.length; i++) means[i % n] += data[i] / shape[0];
    for (let t = 0; t < shape[0]; t++) {
      for (let a = 0; a < n; a++) {
        const ofA = (data[t * n + a] - means[a]) / freedom;
        for (let b = 0; b < n; b++) out.data[a * n + b] += ofA * (data[t * n + b] - means[b]);
      }
    }
  }
  return out;
}

/** The mean over pairs of runs of the covariances between them: from the sum over runs, without each with itself. */
function covarianceBetween(runs: readonly Matrix<Float64Array>[]): Matrix<Float64Array> {
  const total = zeros(runs[0].shape);
  for (const { data, shape } of runs) {
    if (shape[0] !== total.shape[0]) {
      throw new Error(
        `attributeResponses: mismatched validation clips: ${shape[0]} TRs and ${total.shape[0]}; expected the same clip in every run. Make runs whose clips start at whole TRs.`,
      );
    }
    for (let i = 0; i < data.length; i++) total.data[i] += data[i];
  }
  const [ofTotal, within] = [meanCovariance([total]), meanCovariance(runs)];
  const n = runs.length;
  for (let i = 0; i < within.data.length; i++) {
    ofTotal.data[i] = (ofTotal.data[i] - n * within.data[i]) / (n * (n - 1));
  }
  return ofTotal;
}

function attributeMajor({ data, shape: [nTrs, n] }: Matrix<Float64Array>): Matrix<Float32Array> {
  const out = new Float32Array(data.length);
  for (let t = 0; t < nTrs; t++) for (let a = 0; a < n; a++) out[a * nTrs + t] = data[t * n + a];
  return matrix(out, [n, nTrs]);
}
