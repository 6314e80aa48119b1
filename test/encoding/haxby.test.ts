import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { canonicalHrf, convolveHrf, runRanges } from "../../src/alignment";
import { accumulateRuns, boldMatrix, nestedRidge, runBlocks, segmentBlocks } from "../../src/encoding";
import { readNifti, zscoreRuns } from "../../src/fmri";
import { dataFolders } from "../../src/study";
import { column, type Matrix, matrix, selectRows, zeros } from "../../src/tensor";

const fixture = JSON.parse(fs.readFileSync(path.join(__dirname, "../fixtures/encoding/haxby.json"), "utf8"));
const CATEGORIES = ["face", "house", "shoe", "cat", "scissors", "scrambledpix", "bottle", "chair"];
const [nRuns, nTrs, trSec] = [12, 121, 2.5];
const folders = [
  ...dataFolders(),
  path.join(__dirname, "../../../shared/data"),
  path.join(__dirname, "../../../shared"),
];
const folder = folders
  .map((each) => path.join(each, "haxby2001"))
  .find((each) => fs.existsSync(path.join(each, "bold.nii.gz")));

test("voxel-wise encoding of Haxby's eight categories gives himalaya's map of r, voxel by voxel", {
  skip: folder === undefined ? "haxby2001/bold.nii.gz is in no folder of BRAINLENS_DATA" : false,
}, async () => {
  const data = await readHaxby(folder!);
  const statistics = await accumulateRuns(data);
  const choices = { alphas: Float64Array.from(fixture.alphas), intercept: "fitted", rule: "best" } as const;
  const nested = await nestedRidge(statistics, choices);

  const r = meanOverRuns(nested.r);
  const [scored, unscored] = [fixture.r, fixture.r].map((all: (number | null)[], i) =>
    Array.from(all.keys()).filter((v) => (all[v] === null) === (i === 1)),
  );
  assert.equal(scored.length, 530);
  for (const v of unscored) assert.ok(Number.isNaN(r[v]));
  assert.equal(nested.nMissingTargets, unscored.length);
  // Alphas of 12 folds; float32 products on one side, float64 throughout on the other.
  let nOther = 0;
  let worst = 0;
  for (const v of scored) {
    const isSame = fixture.alphaPositions.map((row: number[], g: number) => {
      return choices.alphas[row[v]] === nested.alpha.data[g * 800 + v];
    });
    if (isSame.every(Boolean)) worst = Math.max(worst, Math.abs(r[v] - fixture.r[v]));
    nOther += isSame.filter((same: boolean) => !same).length;
  }
  assert.ok(nOther <= 0.001 * 12 * 530, `${nOther} alphas differ`);
  assert.ok(worst < 1e-5, `r differs by ${worst}`);
  // The categories do drive this slice: on noise the best of 530 voxels would be near 0.1.
  assert.ok(Math.max(...scored.map((v) => r[v])) > 0.5);
});

/** Features and BOLD as make_haxby.py makes them. */
async function readHaxby(from: string) {
  const image = await readNifti(path.join(from, "bold.nii.gz"));
  const bold = matrix(image.values, [nRuns * nTrs, 800]);
  const labels = fs
    .readFileSync(path.join(from, "attributes_literal.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  const ranges = runRanges(new Array(nRuns).fill(nTrs));
  const boxes = zeros([nRuns * nTrs, 8]);
  labels.forEach((label, t) => {
    const k = CATEGORIES.indexOf(label);
    if (k >= 0) boxes.data[t * 8 + k] = 1;
  });
  const convolved = convolveHrf(boxes, ranges, canonicalHrf({ trSec }));
  const cut = (m: Matrix) =>
    ranges.map(({ start }) =>
      selectRows(
        m,
        Array.from({ length: nTrs }, (_, t) => start + t),
      ),
    );
  return {
    features: cut(convolved).map((run) => {
      const means = Float64Array.from({ length: 8 }, (_, j) =>
        column(run, j).reduce((sum, x) => sum + x / nTrs, 0),
      );
      return matrix(
        Float64Array.from(run.data, (value, at) => value - means[at % 8]),
        run.shape,
      );
    }),
    bold: zscoreRuns(cut(bold)).map((run, i) => boldMatrix(`run ${i + 1}`, run)),
    segments: segmentBlocks(runBlocks(ranges), { gapTrs: 0 }),
  };
}

function meanOverRuns(m: Matrix): Float64Array {
  return Float64Array.from({ length: m.shape[1] }, (_, v) =>
    column(m, v).reduce((sum, r) => sum + r / m.shape[0], 0),
  );
}
