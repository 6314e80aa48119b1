import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  contiguousBlocks,
  crossValidatedRidge,
  logSpacedAlphas,
  rowsOf,
  segmentBlocks,
  testSegments,
  trainingSegments,
} from "../../src/encoding";
import { decodeNpy, encodeNpy, linearAlgebra, type Matrix, matrix, random } from "../../src/tensor";
import { runReference } from "./reference-python";
import { describeTiming, timeRuns, timingOf } from "./timing";

const N_RUNS = 5;
const [nTrs, nFeatures, nTargets, nBlocks] = [362, 32, 168, 6];

/**
 * Nested cross-validation as in the Alice study (6 outer × 5 inner folds with gaps, 25 alphas, 32 atoms, 28 × 6
 * targets): ours from segment statistics in float64; himalaya's RidgeCV once for each outer fold.
 */
export async function nestedRidge(): Promise<string[]> {
  const X = noise(1, [nTrs, nFeatures]);
  const Y = noise(2, [nTrs, nTargets]);
  // Signal that grows with the target, so that every part of the grid is chosen by some.
  for (let t = 0; t < nTrs; t++) {
    for (let j = 0; j < nTargets; j++) {
      Y.data[t * nTargets + j] += (j / nTargets) * X.data[t * nFeatures + (j % nFeatures)];
    }
  }
  const segments = segmentBlocks(contiguousBlocks({ nTrs, nBlocks }), { gapTrs: 10 });
  const alphas = logSpacedAlphas({ from: -1, to: 7, nAlphas: 25 });

  const solve = () => crossValidatedRidge({ X, Y, segments, alphas, solver: "primal" });
  const ours = await timeRuns(N_RUNS, solve);
  const scores = await solve();

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-bench-"));
  try {
    fs.writeFileSync(path.join(folder, "X.npy"), encodeNpy(X));
    fs.writeFileSync(path.join(folder, "Y.npy"), encodeNpy(Y));
    fs.writeFileSync(
      path.join(folder, "folds.json"),
      JSON.stringify({ alphas: Array.from(alphas), outer: foldRows() }),
    );
    const lines = [linearAlgebra().name, describeTiming("brainlens, float64", ours)];
    for (const type of ["float32", "float64"]) {
      const { runsSec, version } = JSON.parse(
        runReference("reference_ridge.py", [folder, type, `${N_RUNS}`]),
      );
      const theirs = timingOf(runsSec);
      const read = (name: string) => decodeNpy(fs.readFileSync(path.join(folder, name)), name);
      lines.push(
        describeTiming(`himalaya ${version}, ${type}`, theirs),
        `  ratio ${(theirs.medianSec / ours.medianSec).toFixed(1)}; ${agreement(scores.alpha, scores.r, read("alpha.npy"), read("r.npy"))}`,
      );
    }
    return lines;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }

  function foldRows() {
    const blocks = Array.from({ length: nBlocks }, (_, i) => i);
    const rows = (training: number[], heldOut: number) => ({
      train: Array.from(rowsOf(trainingSegments(segments, training))),
      test: Array.from(rowsOf(testSegments(segments, heldOut))),
    });
    return blocks.map((g) => {
      const others = blocks.filter((block) => block !== g);
      const inner = others.map((h) =>
        rows(
          others.filter((block) => block !== h),
          h,
        ),
      );
      return { ...rows(others, g), inner };
    });
  }
}

/** How many alphas are the same, and how far r differs where they are. */
function agreement(alpha: Matrix, r: Matrix, theirAlpha: Matrix, theirR: Matrix): string {
  let [nSame, furthest] = [0, 0];
  for (let i = 0; i < alpha.data.length; i++) {
    // himalaya returns exp(log(alpha)): compare up to rounding.
    if (Math.abs(theirAlpha.data[i] / alpha.data[i] - 1) > 1e-5) continue;
    nSame++;
    furthest = Math.max(furthest, Math.abs(theirR.data[i] - r.data[i]));
  }
  return `same alpha ${nSame} of ${alpha.data.length}, there r within ${furthest.toExponential(1)}`;
}

function noise(seed: number, shape: [number, number]): Matrix<Float64Array> {
  const draw = random(seed);
  return matrix(
    Float64Array.from({ length: shape[0] * shape[1] }, () => draw.normal()),
    shape,
  );
}
