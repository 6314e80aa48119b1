import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { canonicalHrf } from "../../src/alignment";
import { groupCorrelation } from "../../src/findings";
import {
  atomFeatures,
  choices,
  encodeGroup,
  openAlice,
  openStudy,
  ridgeFeatures,
  type Study,
} from "../../src/study";
import { column, decodeNpy, matrix, row } from "../../src/tensor";
import { aliceFolders } from "./alice-folders";

const FIXTURES = join(__dirname, "..", "fixtures", "alice");
const reference = JSON.parse(readFileSync(join(FIXTURES, "alice-reference.json"), "utf8"));
const skip = aliceFolders.skip;
const SETS = ["atoms", "neurons"] as const;

/** The agreement asked of mean r per region where both programs are given the same. */
const SAME = 0.01;

let opened: Promise<Study> | undefined;
function study(): Promise<Study> {
  opened ??= openStudy({
    dataset: "alice",
    model: "minilm",
    choices: choices.alice,
    folders: aliceFolders.folders,
  });
  return opened;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

function assertClose(
  ours: ArrayLike<number>,
  theirs: Record<string, number>,
  tolerance: number,
  what: string,
): void {
  Object.entries(theirs).forEach(([roi, value], j) => {
    assert.ok(
      Math.abs(ours[j] - value) <= tolerance,
      `${what} in ${roi}: ${ours[j]}; the reference has ${value}`,
    );
  });
}

test("Alice: words, TRs, subjects and HRF are those of the reference", { skip }, async () => {
  const { dataset } = await study();
  assert.equal(dataset.words.length, reference.words.count);
  assert.deepEqual(
    dataset.run.subjects.map(({ id }) => id),
    reference.subjects,
  );
  assert.deepEqual(
    dataset.run.leftOut.map(({ id }) => id),
    reference.constantSubjects,
  );
  assert.deepEqual(dataset.run.roiNames, reference.choices.rois);
  const { averaged, trsWithWords, nDropped } = await (await study()).neuronCourses();
  const counted = reference.words.perTr.flatMap((count: number, tr: number) => (count > 0 ? [tr] : []));
  assert.deepEqual([...trsWithWords], counted);
  assert.equal(nDropped, reference.nConstantNeurons);
  assert.equal(averaged.shape[1], 2304);
  canonicalHrf(dataset.run).forEach((value, i) => assert.ok(Math.abs(value - reference.hrf[i]) < 1e-6));
});

test("Alice: neurons are those of an independent forward pass, in both readings", { skip }, async () => {
  const activations = await (await study()).activations();
  for (const reading of ["qkWord", "qkMean"] as const) {
    reference.neurons.words.forEach((word: number, i: number) => {
      reference.neurons.indices.forEach((neuron: number, j: number) => {
        const ours = row(activations[reading], word)[neuron];
        const theirs = reference.neurons[reading][i][j];
        // float32 through six layers in another order of sums; values are of order 1
        assert.ok(
          Math.abs(ours - theirs) < 1e-4,
          `${reading}, word ${word}, neuron ${neuron}: ${ours}, ${theirs}`,
        );
      });
    });
  }
});

test("Alice: with the reference's dictionary, mean r per region agrees within 0.01, and subject by subject", {
  skip,
}, async () => {
  const { dataset, targets, design, ...rest } = await study();
  const neurons = await rest.neuronCourses();
  const given = decodeNpy(readFileSync(join(FIXTURES, "alice-dictionary.npy")), "alice-dictionary.npy");
  const codes = matrix(Float64Array.from(given.data), given.shape);
  const X = atomFeatures(neurons, codes, dataset, neurons.trsWithWords);
  const scores = await encodeGroup({ X, solver: "primal" }, targets, design);
  assertClose(groupCorrelation(scores.r), reference.features.atoms.r, SAME, "r of atoms");
  assertClose(scores.rGroupMean, reference.features.atoms.rGroupMean, SAME, "r of the mean subject");
  reference.features.atoms.subjects.r.forEach((values: number[], s: number) => {
    values.forEach((r, j) =>
      assert.ok(Math.abs(row(scores.r, s)[j] - r) < 0.03, `subject ${s}, region ${j}`),
    );
  });
});

test("Alice: all neurons through the kernel agree with the reference within 0.01", { skip }, async () => {
  const { targets, design, ...rest } = await study();
  const scores = await encodeGroup(ridgeFeatures(await rest.features(), "neurons"), targets, design);
  assertClose(groupCorrelation(scores.r), reference.features.neurons.r, SAME, "r of neurons");
  assertClose(scores.rGroupMean, reference.features.neurons.rGroupMean, SAME, "r of the mean subject");
});

test("Alice: the whole table of neurons agrees with the reference", { skip }, async () => {
  const { table } = await (await study()).prediction();
  const of = (features: string) => table.filter((line) => line.features === features);
  const { neurons, atoms } = reference.features;
  const columns = {
    ceiling: "ceiling",
    r_baseline: "rBaseline",
    delta_r: "deltaR",
    delta_r2: "deltaR2",
  } as const;
  for (const [ours, theirs] of Object.entries(columns)) {
    assertClose(
      of("neurons").map((line) => line[ours as keyof typeof columns]),
      neurons[theirs],
      SAME,
      `${ours} of neurons`,
    );
  }
  assertClose(
    of("atoms").map((line) => line.r_baseline),
    atoms.rBaseline,
    SAME,
    "r_baseline",
  );
  // The same 343 shifts: p moves by one or two of them where scores differ in the fourth digit.
  assertClose(
    of("neurons").map((line) => line.p_shift),
    neurons.pShift,
    3 / 344,
    "p_shift of neurons",
  );
  // Other random draws of 10,000: three standard errors of a bound are about 0.002 here.
  assertClose(
    of("neurons").map((line) => line.r_low),
    neurons.rLow,
    0.005,
    "r_low of neurons",
  );
  assertClose(
    of("neurons").map((line) => line.r_high),
    neurons.rHigh,
    0.005,
    "r_high of neurons",
  );
  assertClose(
    of("neurons").map((line) => line.p_sign_flip),
    neurons.pSignFlip,
    0.02,
    "p_sign_flip of neurons",
  );
});

test("Alice: learned atoms predict within the reference's spread over seeds", { skip }, async () => {
  const rows = await (await study()).dictionaries();
  const { mean, sd } = reference.atomSeeds.r;
  for (const roi of reference.choices.rois as string[]) {
    const r = rows.filter((line) => line.roi === roi && line.learned_on === "all").map((line) => line.r);
    assert.equal(r.length, 5);
    const ours = r.reduce((sum, value) => sum + value, 0) / r.length;
    // The mean of 5 seeds against the mean of 10: three standard errors of their difference.
    const tolerance = 3 * sd[roi] * Math.sqrt(1 / 5 + 1 / reference.atomSeeds.each.length);
    assert.ok(
      Math.abs(ours - mean[roi]) <= tolerance,
      `${roi}: ${ours}; the reference has ${mean[roi]} ± ${sd[roi]}`,
    );
  }
});

test("Alice: qkMean agrees with the reference, and heads by themselves do", { skip }, async () => {
  const readings = await (await study()).readings();
  const neurons = readings.filter((line) => line.reading === "qkMean" && line.features === "neurons");
  assertClose(
    neurons.map((line) => line.r),
    reference.qkMean.neurons.r,
    SAME,
    "r of neurons, qkMean",
  );
  const heads = await (await study()).heads();
  reference.headMap.forEach((values: number[], h: number) => {
    values.forEach((r, j) => {
      const ours = heads[h * values.length + j];
      assert.ok(
        Math.abs(ours.r - r) <= SAME,
        `layer ${ours.layer}, head ${ours.head}, ${ours.roi}: ${ours.r}; ${r}`,
      );
    });
  });
});

test("Alice: random-weight twins predict as the reference's twins do", { skip }, async () => {
  const { evidence } = await (await study()).prediction();
  for (const set of SETS) {
    for (const [j, roi] of (reference.choices.rois as string[]).entries()) {
      const theirs = reference.randomWeights.map(
        (twin: Record<string, Record<string, { r: Record<string, number> }>>) => twin.qkWord[set].r[roi],
      );
      const ours = column(evidence.features[set]!.rRandom, j);
      const all = [...ours, ...theirs];
      const sd = Math.sqrt(mean(all.map((r) => (r - mean(all)) ** 2)) * (all.length / (all.length - 1)));
      // Our five draws against their two: three standard errors of the difference, by the spread of all seven.
      const tolerance = 3 * sd * Math.sqrt(1 / ours.length + 1 / theirs.length);
      assert.ok(
        Math.abs(mean(ours) - mean(theirs)) <= tolerance,
        `${set}, ${roi}: ${[...ours]}; theirs ${theirs}`,
      );
    }
  }
});

test("Alice: atoms learned on training TRs alone agree with the reference's within its spread over seeds", {
  skip,
}, async () => {
  const rows = (await (await study()).dictionaries()).filter((line) => line.learned_on === "training");
  // One seed of each program: three standard errors of the difference of two.
  rows.forEach(({ roi, r }) => {
    const tolerance = 3 * Math.SQRT2 * reference.atomSeeds.r.sd[roi];
    assert.ok(Math.abs(r - reference.learnedOnTraining.r[roi]) <= tolerance, `${roi}: ${r}`);
  });
});

test("openStudy names what it does not know, and where it looked for what is not there", async () => {
  const options = { dataset: "alice", model: "minilm", choices: choices.alice } as const;
  await assert.rejects(
    openStudy({ ...options, dataset: "narnia" as "alice" }),
    /openStudy: unknown dataset: "narnia"; expected one of alice/,
  );
  await assert.rejects(
    openStudy({ ...options, model: "gpt" as "minilm" }),
    /openStudy: unknown model: "gpt"; expected one of minilm/,
  );
  await assert.rejects(
    openStudy({ ...options, folders: ["nowhere"] }),
    /locateAlice: missing alice: no data.10mm in nowhere.alice.*npm run data -- alice/,
  );
});

test("openAlice says which file is missing when there is no stimulus", () => {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-alice-"));
  const tables = join(folder, "alice", "data", "10mm");
  mkdirSync(tables, { recursive: true });
  const line = `${Array.from({ length: 6 }, (_, j) => j).join(" ")}\n`;
  const rows = Array.from({ length: 362 }, (_, t) =>
    line.replace("0", String(t % 7)).replace("1", String(t % 5)),
  );
  writeFileSync(join(tables, "s18-timecourses.txt"), rows.join(""));
  assert.throws(
    () => openAlice({ radiusMm: 10, folders: [folder] }),
    /openAlice: missing TextGrid in .*stimulus: 0 files; expected one/,
  );
  rmSync(folder, { recursive: true });
});
