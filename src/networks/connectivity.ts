import { circularShifts, fisherMean, permutationP } from "../inference";
import { correlateColumns, type Matrix, matrix, random, zeros } from "../tensor";

/** Functional connectivity of BOLD beside that of its predictions. */
export interface ConnectivityAgreement {
  /** r between networks, [nNetworks × nNetworks], Fisher mean over runs. */
  bold: Matrix<Float64Array>;
  predicted: Matrix<Float64Array>;
  /** Pearson's r of the two over the pairs of networks, on Fisher's z. */
  r: number;
  /** One-sided, against predictions whose networks were shifted against each other. */
  p: number;
  nullValues: Float64Array;
  nPairs: number;
}

/**
 * Pearson's r between the courses of networks, [nTrs × nNetworks] each run; over runs the Fisher mean. A constant course
 * has r = NaN. Throws when runs differ in their number of networks.
 */
export function connectivity(runs: readonly Matrix[]): Matrix<Float64Array> {
  const nNetworks = runs[0]?.shape[1] ?? 0;
  const odd = runs.findIndex((run) => run.shape[1] !== nNetworks);
  if (runs.length === 0 || odd >= 0) {
    const got = runs.length === 0 ? "no runs" : `${runs[odd].shape[1]} in run ${odd}`;
    throw new Error(
      `connectivity: mismatched networks: ${got}; expected ${nNetworks || "some"} in every run. Take the means with one atlas.`,
    );
  }
  const each = runs.map((run) => correlateColumns(run, run));
  const out = zeros([nNetworks, nNetworks]);
  for (let i = 0; i < out.data.length; i++) {
    // A course with itself has r = 1 up to rounding, which Fisher's z does not take.
    out.data[i] =
      i % (nNetworks + 1) === 0
        ? each[0].data[i]
        : fisherMean(each.map((r) => Math.max(-1, Math.min(1, r.data[i]))));
  }
  return out;
}

/**
 * Whether predictions are connected as BOLD is: r between networks in both, and the correlation of the two sets of r.
 *
 * Null: in each run every network's predicted course is shifted in a circle by its own random number of TRs, at least `minShiftTrs` either
 * way, which keeps each course's autocorrelation and takes away what courses share; p = (1 + #{null ≥ r}) / (1 + nDraws). It
 * asks whether predicted networks belong together as measured ones do. That features are few, so that all predictions resemble
 * each other, is not excluded by it: compare models, and random weights.
 *
 * `runs`: courses of networks (`networkMeans`) of BOLD and of held-out predictions, [nTrs × nNetworks] each. Pairs with a NaN are left
 * out of r and counted in `nPairs`. Throws when shapes differ or fewer than three networks are given.
 */
export function connectivityAgreement(
  runs: readonly { bold: Matrix; predicted: Matrix }[],
  options: { minShiftTrs: number; nDraws: number; seed: number },
): ConnectivityAgreement {
  runs.forEach(({ bold, predicted }, i) => {
    if (bold.shape[0] === predicted.shape[0] && bold.shape[1] === predicted.shape[1]) return;
    throw new Error(
      `connectivityAgreement: mismatched shape in run ${i}: predictions [${predicted.shape.join(" × ")}]; expected [${bold.shape.join(" × ")}] as BOLD has. Take both at the same TRs and with one atlas.`,
    );
  });
  const { minShiftTrs, nDraws, seed } = options;
  const measured = connectivity(runs.map(({ bold }) => bold));
  const foretold = connectivity(runs.map(({ predicted }) => predicted));
  const nNetworks = measured.shape[0];
  if (nNetworks < 3) {
    throw new Error(
      `connectivityAgreement: invalid number of networks: ${nNetworks}; expected at least three, to have pairs to compare. Use an atlas with more.`,
    );
  }
  const observed = pairCorrelation(measured, foretold);
  const draw = random(seed);
  const shifts = runs.map(({ bold }) => circularShifts({ nTrs: bold.shape[0], minShiftTrs }));
  const nullValues = Float64Array.from({ length: nDraws }, () => {
    const shifted = runs.map(({ predicted }, run) => {
      const own = Array.from({ length: nNetworks }, () => shifts[run][draw.integer(shifts[run].length)]);
      return shiftColumns(predicted, own);
    });
    return pairCorrelation(measured, connectivity(shifted)).r;
  });
  const [p] = permutationP([observed.r], matrix(nullValues, [nDraws, 1]));
  return { bold: measured, predicted: foretold, r: observed.r, p, nullValues, nPairs: observed.nPairs };
}

function shiftColumns(
  { data, shape: [nTrs, nColumns] }: Matrix,
  shifts: readonly number[],
): Matrix<Float64Array> {
  const out = zeros([nTrs, nColumns]);
  for (let t = 0; t < nTrs; t++) {
    for (let j = 0; j < nColumns; j++)
      out.data[((t + shifts[j]) % nTrs) * nColumns + j] = data[t * nColumns + j];
  }
  return out;
}

/** Pearson's r of Fisher's z over the pairs that both matrices have. */
function pairCorrelation(a: Matrix, b: Matrix): { r: number; nPairs: number } {
  const n = a.shape[0];
  const pairs: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const [x, y] = [Math.atanh(a.data[i * n + j]), Math.atanh(b.data[i * n + j])];
      if (Number.isFinite(x) && Number.isFinite(y)) pairs.push([x, y]);
    }
  }
  const column = (k: 0 | 1) =>
    matrix(
      Float64Array.from(pairs, (pair) => pair[k]),
      [pairs.length, 1],
    );
  return { r: correlateColumns(column(0), column(1)).data[0] ?? Number.NaN, nPairs: pairs.length };
}
