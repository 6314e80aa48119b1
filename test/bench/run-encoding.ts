// One case in a process of its own, so that its peak memory is its own: run-encoding.ts FOLDER. Prints JSON.
import fs from "node:fs";
import path from "node:path";
import {
  accumulateRuns,
  bandedRidge,
  dropOneR2,
  dualWeights,
  type FeatureSpace,
  logSpacedAlphas,
  nestedRidge,
  ridgeWeights,
  scoreWeights,
} from "../../src/encoding";
import { encodeNpy, linearAlgebra, type Matrix, matrix } from "../../src/tensor";
import { ENCODING_CASES, type EncodingCase, openCase, smaller } from "./encoding-cases";
import { drawsOf } from "./encoding-draws";

const seconds = (startedMs: number) => (performance.now() - startedMs) / 1000;

/** Answers the question; returns seconds by stage, and alphas to compare. */
async function answer(folder: string, one: EncodingCase, nTargets: number) {
  const data = openCase(folder, one, nTargets);
  const choices = { alphas: logSpacedAlphas(one.alphas), intercept: "none", rule: "best" } as const;
  const startedMs = performance.now();
  const stages: Record<string, number> = {};
  const lap = (name: string) => {
    stages[name] = seconds(startedMs) - Object.values(stages).reduce((sum, sec) => sum + sec, 0);
  };
  if (one.question === "dual") {
    const { alpha } = await dualWeights(data, choices);
    lap("fit");
    return { sec: seconds(startedMs), stages, alpha };
  }
  const statistics = await accumulateRuns(data);
  lap("statistics");
  if (one.question === "refit") {
    const weights = await ridgeWeights(statistics, choices);
    lap("fit");
    scoreWeights(statistics, weights);
    lap("score");
    return { sec: seconds(startedMs), stages, alpha: weights.alpha };
  }
  if (one.question === "banded") {
    const half = one.nRegressors / 2;
    const spaces: FeatureSpace[] = [0, 1].map((k) => ({
      name: `${k}`,
      regressors: Array.from({ length: half }, (_, j) => k * half + j),
    }));
    const { alpha } = await bandedRidge(statistics, { ...choices, spaces, draws: drawsOf() });
    lap("fit");
    return { sec: seconds(startedMs), stages, alpha };
  }
  const nested = await nestedRidge(statistics, choices);
  lap("fit");
  if (one.question === "nested") return { sec: seconds(startedMs), stages, alpha: nested.alpha.data };
  await dropOneR2(statistics, nested);
  lap("drop one");
  return { sec: stages["drop one"], stages, alpha: nested.alpha.data };
}

/** What no program that reads Y once and evaluates every alpha can do without: those products and that read. */
async function limitSec(folder: string, one: EncodingCase): Promise<number> {
  const { nRegressors: p, nTargets: v, runs, alphas } = one;
  const n = runs.reduce((sum, length) => sum + length, 0);
  const nTest = n / runs.length;
  const nTraining = n - nTest;
  const rank = Math.min(p, nTest);
  const a = alphas.nAlphas;
  const folds = one.question === "nested" || one.question === "drop-one" ? 12 : runs.length;
  const draws = one.question === "banded" ? drawsOf().shape[0] : 1;
  const products: [m: number, n: number, k: number, times: number][] =
    one.question === "dual"
      ? [
          [n, n, p, 1],
          [nTest, v, nTraining, folds * a],
          [n, v, n, 1],
        ]
      : one.question === "drop-one"
        ? [[v, p, p, 3 * runs.length]]
        : [
            [v, p, n, 1],
            [v, rank * a, p, folds * draws],
          ];
  let sec = 0;
  for (const [rows, columns, inner, times] of products)
    sec += (2 * rows * columns * inner * times) / (await rate(rows, columns, inner));
  const startedMs = performance.now();
  const memory = new Float32Array(2 ** 24);
  if (one.question !== "drop-one") {
    for (const run of openCase(folder, one, v).bold) {
      if (run.order === "series") continue;
      const step = Math.floor(memory.length / v);
      for (let t = 0; t < run.nTrs; t += step) {
        await run.read({ start: t, end: Math.min(run.nTrs, t + step) }, { start: 0, end: v }, memory);
      }
    }
    sec += seconds(startedMs);
  }
  return sec;
}

/** Operations a second of a float32 product, measured on one of at most 4096 in every direction: median of 5. */
async function rate(m: number, n: number, k: number): Promise<number> {
  const [rows, columns, inner] = [m, n, k].map((size) => Math.round(Math.min(size, 4096)));
  const filled = (nRows: number, nColumns: number): Matrix<Float32Array> =>
    matrix(new Float32Array(nRows * nColumns).fill(0.5), [nRows, nColumns]);
  const [A, B] = [filled(rows, inner), filled(inner, columns)];
  const into = filled(rows, columns);
  const sec = Array.from({ length: 5 }, () => {
    const startedMs = performance.now();
    linearAlgebra().multiply(A, B, { into });
    return seconds(startedMs);
  }).sort((x, y) => x - y)[2];
  return (2 * rows * columns * inner) / sec;
}

async function main(folder: string): Promise<void> {
  const { name } = JSON.parse(fs.readFileSync(path.join(folder, "case.json"), "utf8"));
  const one = ENCODING_CASES.find((each) => each.name === name)!;
  await answer(folder, one, smaller(one).nTargets);
  const cpu = process.cpuUsage();
  const { sec, stages, alpha } = await answer(folder, one, one.nTargets);
  const { user, system } = process.cpuUsage(cpu);
  const peakBytes = 1024 * process.resourceUsage().maxRSS;
  fs.writeFileSync(
    path.join(folder, "alpha-brainlens.npy"),
    encodeNpy(matrix(Float64Array.from(alpha), [alpha.length, 1])),
  );
  const limit = await limitSec(folder, one);
  console.log(
    JSON.stringify({
      program: linearAlgebra().name,
      sec,
      cpuSec: (user + system) / 1e6,
      stages,
      peakBytes,
      limitSec: limit,
    }),
  );
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
