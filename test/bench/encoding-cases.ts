import fs from "node:fs";
import path from "node:path";
import { boldFile, type EncodingData, logSpacedAlphas, runBlocks, segmentBlocks } from "../../src/encoding";
import { writeAtomically } from "../../src/store";
import { matrix, random } from "../../src/tensor";

export interface EncodingCase {
  name: string;
  runs: number[];
  nRegressors: number;
  nTargets: number;
  alphas: { from: number; to: number; nAlphas: number };
  /** What is asked; see `run-encoding.ts` and `reference_encoding.py`. */
  question: "refit" | "nested" | "drop-one" | "dual" | "banded";
  /** The ratio to himalaya that must hold. */
  atLeast: number;
}

const FILM = [921, 918, 915, 901];

export const ENCODING_CASES: EncodingCase[] = [
  {
    name: "whole-brain",
    runs: FILM,
    nRegressors: 64,
    nTargets: 91_282,
    alphas: { from: 0, to: 6, nAlphas: 20 },
    question: "refit",
    atLeast: 40,
  },
  {
    name: "nested",
    runs: FILM,
    nRegressors: 64,
    nTargets: 10_000,
    alphas: { from: 0, to: 6, nAlphas: 20 },
    question: "nested",
    atLeast: 40,
  },
  {
    name: "drop-one",
    runs: FILM,
    nRegressors: 64,
    nTargets: 10_000,
    alphas: { from: 0, to: 6, nAlphas: 20 },
    question: "drop-one",
    atLeast: 100,
  },
  {
    name: "wide",
    runs: FILM,
    nRegressors: 1024,
    nTargets: 20_000,
    alphas: { from: 0, to: 6, nAlphas: 10 },
    question: "refit",
    atLeast: 1.5,
  },
  {
    name: "dual",
    runs: FILM,
    nRegressors: 9216,
    nTargets: 20_000,
    alphas: { from: 1, to: 7, nAlphas: 10 },
    question: "dual",
    atLeast: 1.2,
  },
  {
    name: "banded",
    runs: [250, 250, 250, 250],
    nRegressors: 200,
    nTargets: 5_000,
    alphas: { from: 0, to: 6, nAlphas: 10 },
    question: "banded",
    atLeast: 10,
  },
];

export const N_DRAWS = 20;

/** The first voxels of a case, for warming up. */
export function smaller(one: EncodingCase): EncodingCase {
  return { ...one, nTargets: Math.ceil(one.nTargets / 50) };
}

/** Features and BOLD of a case on disk, float32, TR after TR; made when they are missing. */
export function writeCase(folder: string, one: EncodingCase): void {
  const { runs, nRegressors: p, nTargets } = one;
  const nTrs = runs.reduce((sum, length) => sum + length, 0);
  fs.mkdirSync(folder, { recursive: true });
  const size = 4 * nTrs * nTargets;
  const Y = path.join(folder, "Y.f32");
  writeAtomically(
    path.join(folder, "case.json"),
    JSON.stringify({ ...one, alphas: Array.from(logSpacedAlphas(one.alphas)), nDraws: N_DRAWS }),
  );
  if (fs.existsSync(Y) && fs.statSync(Y).size === size) return;
  const X = smoothFeatures(nTrs, p);
  fs.writeFileSync(path.join(folder, "X.f32"), X);
  const noise = quickNoise(7);
  // Eight regressors carry signal, the more the further along a voxel stands: every part of the grid is chosen.
  const carriers = Array.from({ length: 8 }, (_, i) => Math.floor((i * p) / 8));
  const weights = carriers.map(() =>
    Float32Array.from({ length: nTargets }, (_, v) => (0.2 * noise() * v) / nTargets),
  );
  const file = fs.openSync(`${Y}.part`, "w");
  const y = new Float32Array(nTargets);
  for (let t = 0; t < nTrs; t++) {
    for (let v = 0; v < nTargets; v++) y[v] = noise();
    carriers.forEach((j, i) => {
      for (let v = 0; v < nTargets; v++) y[v] += X[t * p + j] * weights[i][v];
    });
    fs.writeSync(file, y);
  }
  fs.closeSync(file);
  fs.renameSync(`${Y}.part`, Y);
}

/** Courses as atoms or neurons have them: smooth in time (AR 0.8), and mixed, so that they correlate. */
function smoothFeatures(nTrs: number, p: number): Float32Array {
  const numbers = random(1);
  const nShared = 16;
  const mixing = Float64Array.from({ length: nShared * p }, () => 0.3 * numbers.normal());
  const [own, shared] = [new Float64Array(p), new Float64Array(nShared)];
  const X = new Float32Array(nTrs * p);
  const step = (state: Float64Array) => {
    for (let i = 0; i < state.length; i++) state[i] = 0.8 * state[i] + 0.6 * numbers.normal();
  };
  for (let t = 0; t < nTrs; t++) {
    step(own);
    step(shared);
    for (let j = 0; j < p; j++) {
      let sum = own[j];
      for (let k = 0; k < nShared; k++) sum += shared[k] * mixing[k * p + j];
      X[t * p + j] = sum;
    }
  }
  return X;
}

/** About normal numbers, from a xorshift: hundreds of millions of them are needed. */
function quickNoise(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return () => 2 * (uniform() + uniform() + uniform() - 1.5);
}

/** A case as the encoding stage takes it: BOLD stays on disk. */
export function openCase(folder: string, one: EncodingCase, nTargets: number): EncodingData {
  const { runs, nRegressors: p } = one;
  const X = new Float32Array(new Uint8Array(fs.readFileSync(path.join(folder, "X.f32"))).buffer);
  let start = 0;
  const ranges = runs.map((length) => {
    start += length;
    return { start: start - length, end: start };
  });
  const whole = boldFile({
    path: path.join(folder, "Y.f32"),
    nTrs: start,
    nTargets: one.nTargets,
    order: "trs",
  });
  return {
    features: ranges.map((range) =>
      matrix(X.subarray(range.start * p, range.end * p), [range.end - range.start, p]),
    ),
    bold: ranges.map((range, run) => ({
      ...whole,
      name: `run ${run + 1}`,
      nTrs: range.end - range.start,
      nTargets,
      read: (trs, targets, memory) =>
        whole.read({ start: trs.start + range.start, end: trs.end + range.start }, targets, memory),
    })),
    segments: segmentBlocks(runBlocks(ranges), { gapTrs: 0 }),
  };
}
