import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { interSubjectCorrelation, readAlicePredictors, readAliceRois, zscoreRuns } from "../../src/fmri";
import { dataFolders } from "../../src/study/locate-data";
import { column, random } from "../../src/tensor";

const N_TRS = 362;
const GENERIC = "sept18-generic-predictors-under-hrf-with-logfrqhal.txt";

/** Writes a small data set of three subjects with the published layout, and gives its folder. */
function writeAlice(): string {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-"));
  mkdirSync(join(folder, "data", "10mm"), { recursive: true });
  const { normal } = random(1);
  const rate = Array.from({ length: N_TRS }, () => normal());
  const table = (nRows: number, nCols: number) =>
    Array.from({ length: nRows }, () => Array.from({ length: nCols }, () => normal()));
  for (const [s, id] of ["s9", "s18", "s22"].entries()) {
    write(folder, `10mm/${id}-timecourses.txt`, table(N_TRS, 6));
    write(
      folder,
      `${id}-rate.txt`,
      rate.map((value) => [value + 0.001 * s]),
    );
    write(
      folder,
      `${id}-sndpwr.txt`,
      rate.map((value, t) => [value * t * (1 + 0.1 * s)]),
    );
  }
  write(
    folder,
    GENERIC,
    table(N_TRS + 10, 12).map((cells, t) => [cells[0], t, -t, ...cells.slice(3)]),
  );
  return folder;
}

function write(folder: string, file: string, rows: (number | string)[][], newline = "\n"): void {
  const text = rows.map((cells) => `   ${cells.join("\t")}`).join(newline) + newline;
  writeFileSync(join(folder, "data", file), text);
}

const constantTable = (change?: (rows: (number | string)[][]) => void) => {
  const rows: (number | string)[][] = Array.from({ length: N_TRS }, (_, t) =>
    Array.from({ length: 6 }, (_, j) => t * (j + 1)),
  );
  change?.(rows);
  return rows;
};

test("readAliceRois gives every subject's regions on the scanner's clock, in the order of their numbers", () => {
  const folder = writeAlice();
  write(folder, "10mm/s22-timecourses.txt", constantTable(), "\r\n");
  const run = readAliceRois(folder, { radiusMm: 10 });
  assert.deepEqual(
    run.subjects.map(({ id, nMissing, bold }) => [id, nMissing, ...bold.shape]),
    [
      ["s9", 0, 362, 6],
      ["s18", 0, 362, 6],
      ["s22", 0, 362, 6],
    ],
  );
  assert.deepEqual(run.roiNames, ["LATL", "RATL", "LPTL", "LIPL", "LPreM", "LIFG"]);
  assert.deepEqual([run.trSec, run.startSec, run.leftOut], [2, 20, []]);
  assert.deepEqual([...run.subjects[2].bold.data.subarray(6, 12)], [1, 2, 3, 4, 5, 6]);
});

test("readAliceRois leaves a constant subject out with the reason", () => {
  const folder = writeAlice();
  write(
    folder,
    "10mm/s18-timecourses.txt",
    constantTable((rows) => rows.forEach((cells) => cells.fill(0))),
  );
  const run = readAliceRois(folder, { radiusMm: 10 });
  assert.deepEqual(
    run.subjects.map(({ id }) => id),
    ["s9", "s22"],
  );
  assert.deepEqual(run.leftOut, [{ id: "s18", reason: "6 of 6 columns never change" }]);
});

test("readAliceRois makes a region with a NaN or without change NaN for that subject alone, and counts it", () => {
  const folder = writeAlice();
  write(
    folder,
    "10mm/s18-timecourses.txt",
    constantTable((rows) => {
      rows[3][1] = "NaN";
      for (const cells of rows) cells[4] = 7.5;
    }),
  );
  const run = readAliceRois(folder, { radiusMm: 10 });
  const { bold, nMissing } = run.subjects[1];
  assert.equal(nMissing, 2);
  for (const [j, isMissing] of [false, true, false, false, true, false].entries()) {
    assert.ok(column(bold, j).every((value) => Number.isNaN(value) === isMissing));
  }
  assert.deepEqual([run.subjects[0].nMissing, run.subjects[2].nMissing], [0, 0]);
});

test("readAliceRois names file, row and column of what is wrong with a table", () => {
  const cases: [change: (rows: (number | string)[][]) => void, message: (path: string) => string][] = [
    [(rows) => rows.splice(300), (path) => `readAliceRois: mismatched rows of ${path}: 300; expected 362.`],
    [
      (rows) => rows.push([1, 2, 3, 4, 5, 6]),
      (path) => `readAliceRois: mismatched rows of ${path}: 363; expected 362.`,
    ],
    [
      (rows) => rows[16].pop(),
      (path) =>
        `readAliceRois: mismatched columns in row 17 of ${path}: 5; expected 6 (LATL, RATL, LPTL, LIPL, LPreM, LIFG).`,
    ],
    [
      (rows) => {
        rows[16][2] = "1.2e";
      },
      (path) =>
        `readAliceRois: invalid number in row 17, column 3 (LPTL) of ${path}: "1.2e"; expected a number or NaN.`,
    ],
    [
      (rows) => {
        rows[0][5] = "Infinity";
      },
      (path) =>
        `readAliceRois: invalid number in row 1, column 6 (LIFG) of ${path}: "Infinity"; expected a number or NaN.`,
    ],
  ];
  for (const [change, message] of cases) {
    const folder = writeAlice();
    write(folder, "10mm/s22-timecourses.txt", constantTable(change));
    const path = join(folder, "data", "10mm", "s22-timecourses.txt");
    assert.throws(() => readAliceRois(folder, { radiusMm: 10 }), {
      message: `${message(path)} The file is damaged or another one: fetch or copy it again.`,
    });
  }
});

test("readAliceRois says where it looked when there are no tables", () => {
  const folder = writeAlice();
  assert.throws(() => readAliceRois(folder, { radiusMm: 6 }), {
    message: `readAliceRois: missing tables: no sNN-timecourses.txt in ${join(folder, "data", "6mm")}; expected one for each subject. Pass the data set's folder, the one that holds data and stimulus.`,
  });
});

test("readAlicePredictors averages over subjects and drops the TRs that the BOLD data lack", () => {
  const folder = writeAlice();
  const read = readAlicePredictors(folder, ["s9", "s18", "s22"]);
  const first = readAlicePredictors(folder, ["s9"]);
  // The rates were written as rate + 0.001 s, the powers as power × (1 + 0.1 s), s = 0, 1, 2.
  for (const t of [0, 100, 361]) {
    assert.ok(Math.abs(read.wordRate[t] - first.wordRate[t] - 0.001) < 1e-12);
    assert.ok(Math.abs(read.soundPower[t] - 1.1 * first.soundPower[t]) < 1e-9);
  }
  assert.deepEqual(
    read.logWordFrequency,
    Float64Array.from({ length: N_TRS }, (_, t) => t + 10),
  );
  assert.deepEqual(
    read.sentenceBreak,
    Float64Array.from({ length: N_TRS }, (_, t) => -t - 10),
  );
  assert.ok(read.lowestAgreement.wordRate > 0.999999 && read.lowestAgreement.soundPower > 0.999999);
});

test("readAlicePredictors refuses a subject whose table is of another recording", () => {
  const folder = writeAlice();
  write(
    folder,
    "s22-sndpwr.txt",
    constantTable().map(([value]) => [value]),
  );
  assert.throws(
    () => readAlicePredictors(folder, ["s9", "s18", "s22"]),
    (error: Error) =>
      /^readAlicePredictors: mismatched sndpwr of s\d+: r = 0\.\d{4} with the mean over 3 subjects in /.test(
        error.message,
      ) && error.message.endsWith("Fetch the file again or leave the subject out."),
  );
});

test("readAlicePredictors names a missing file, a truncated table and a gap", () => {
  const folder = writeAlice();
  const path = (file: string) => join(folder, "data", file);
  write(folder, "s18-rate.txt", [...Array(361).fill([1]), ["nan"]]);
  assert.throws(() => readAlicePredictors(folder, ["s9", "s18"]), {
    message: `readAlicePredictors: missing value at TR 361 of ${path("s18-rate.txt")}: NaN; expected a number for every TR. Fetch the file again.`,
  });
  rmSync(path(GENERIC));
  assert.throws(() => readAlicePredictors(folder, ["s9"]), {
    message: `readAlicePredictors: missing file: ${path(GENERIC)} (ENOENT); expected a table of 372 rows × 12 columns. Check the data's folder or fetch the data again.`,
  });
  write(folder, GENERIC, Array(362).fill(Array(12).fill(1)));
  assert.throws(() => readAlicePredictors(folder, ["s9"]), {
    message: `readAlicePredictors: mismatched rows of ${path(GENERIC)}: 362; expected 372. The file is damaged or another one: fetch or copy it again.`,
  });
  assert.throws(() => readAlicePredictors(folder, []), {
    message:
      "readAlicePredictors: missing subjects: none; expected at least one. Pass the ids of readAliceRois's subjects.",
  });
});

const folders = [...dataFolders(), resolve(__dirname, "..", "..", "..", "shared")];
const alice = folders
  .flatMap((folder) => [join(folder, "alice"), join(folder, "data", "alice")])
  .find((folder) => existsSync(join(folder, "data", "10mm"))) as string;
const skip = !alice && "the Alice data set is not here";

test("the published Alice data have 27 usable subjects of 362 TRs; s33 is left out", { skip }, () => {
  for (const radiusMm of [10, 6] as const) {
    const run = readAliceRois(alice, { radiusMm });
    assert.equal(run.subjects.length, 27);
    assert.deepEqual(run.leftOut, [{ id: "s33", reason: "6 of 6 columns never change" }]);
    assert.ok(run.subjects.every(({ bold, nMissing }) => bold.shape[0] === N_TRS && nMissing === 0));
  }
  assert.equal(readAliceRois(alice, { radiusMm: 10 }).subjects[0].bold.data[0], 72.152703);
});

test("the published word rate and sound power are the same for all subjects but s33", { skip }, () => {
  const ids = readAliceRois(alice, { radiusMm: 10 }).subjects.map(({ id }) => id);
  const { wordRate, lowestAgreement } = readAlicePredictors(alice, ids);
  assert.ok(lowestAgreement.wordRate > 0.9999 && lowestAgreement.soundPower > 0.9999);
  assert.ok(Math.abs(wordRate[0]) < 1e-6); // already under a haemodynamic response
  // s33's table of sound power is a copy of its word rate.
  assert.throws(() => readAlicePredictors(alice, [...ids, "s33"]), /mismatched sndpwr of s33: r = 0\.\d+ /);
});

test("the inter-subject correlation of the published data equals numpy's", { skip }, () => {
  const { subjects } = readAliceRois(alice, { radiusMm: 10 });
  const folds = [0, 61, 122, 182, 242, 302, 362];
  const testRows = folds
    .slice(1)
    .map((end, f) => Array.from({ length: end - folds[f] }, (_, t) => folds[f] + t));
  const r = interSubjectCorrelation(zscoreRuns(subjects.map(({ bold }) => bold)), testRows);
  const means = [0, 1, 2, 3, 4, 5].map((j) => column(r, j).reduce((sum, value) => sum + value / 27, 0));
  // numpy.corrcoef on series z-scored over the run, test rows as numpy.array_split(range(362), 6), plain means.
  const numpy = [0.28289584541918317, 0.2122579752043224, 0.3916070821832069];
  numpy.push(0.25246819275539556, 0.21306920717220895, 0.17839562891419436);
  means.forEach((mean, j) => assert.ok(Math.abs(mean - numpy[j]) < 1e-12, `ROI ${j}: ${mean}`));
});
