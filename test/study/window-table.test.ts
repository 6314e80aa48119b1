import assert from "node:assert/strict";
import { test } from "node:test";
import { hcpMovieRuns } from "../../src/stimuli";
import { HCP_WINDOWS, readExcludedTrs, readWindows } from "../../src/study/window-table";
import { commandFolder } from "./run-command";

const files = commandFolder("windows");
const table = (...lines: string[]) =>
  files.write("windows.tsv", ["run\tstart_tr\tend_tr\tkind\tfirst_step", ...lines, ""].join("\n"));

test("a table of windows says which steps each run shows, and how long the runs are", () => {
  const path = table(
    "1\t0\t2\trest\tn/a",
    "1\t2\t5\tclip\t0",
    "1\t5\t7\tvalidation\t3",
    "2\t0\t4\tclip\t5",
    "2\t4\t5\trest\tn/a",
  );
  const runs = readWindows(path);
  assert.deepEqual(
    runs.map(({ nTrs }) => nTrs),
    [7, 5],
  );
  assert.deepEqual(runs[0].windows[2], { start: 5, end: 7, kind: "validation", firstStep: 3 });
  assert.equal(runs[1].windows[1].firstStep, null);
  assert.deepEqual(readExcludedTrs(path, { nTrs: [7, 5], riseTrs: 2 }), [
    [
      { start: 0, end: 2 },
      { start: 2, end: 4 },
      { start: 5, end: 7 },
    ],
    [
      { start: 0, end: 2 },
      { start: 4, end: 5 },
    ],
  ]);
});

test("a table without kinds excludes its windows", () => {
  const path = files.write("dull.tsv", "run\tstart_tr\tend_tr\n2\t0\t3\n2\t9\t12\n");
  assert.deepEqual(readExcludedTrs(path, { nTrs: [5, 20], riseTrs: 6 }), [
    [],
    [
      { start: 0, end: 3 },
      { start: 9, end: 12 },
    ],
  ]);
});

test("hcp-movie is the HCP's four runs, a step for each of their TRs", () => {
  const runs = readWindows(HCP_WINDOWS);
  assert.deepEqual(
    runs.map(({ nTrs }) => nTrs),
    [921, 918, 915, 901],
  );
  assert.deepEqual(runs[1].windows.slice(0, 2), [
    { start: 0, end: 20, kind: "rest", firstStep: null },
    { start: 20, end: 247, kind: "clip", firstStep: 921 + 20 },
  ]);
  runs.forEach(({ windows, nTrs }, r) => {
    assert.equal(windows.filter(({ kind }) => kind === "validation").length, 1);
    const shown = windows.filter(({ kind }) => kind !== "rest");
    assert.deepEqual(
      shown.map(({ start, end }) => [start, end]),
      hcpMovieRuns[r].clips.map(({ onsetSec, offsetSec }) => [onsetSec, offsetSec]),
    );
    assert.equal(windows.at(-1)?.end, nTrs);
  });
  const scored = (r: number) =>
    readExcludedTrs(HCP_WINDOWS, { nTrs: runs.map(({ nTrs }) => nTrs), riseTrs: 6 })[r];
  assert.deepEqual(scored(0).slice(0, 3), [
    { start: 0, end: 20 },
    { start: 20, end: 26 },
    { start: 264, end: 284 },
  ]);
});

test("a table that is not what it should be is refused by line and remedy", () => {
  const refused: [lines: string[], message: RegExp][] = [
    [
      ["1\t1\t5\tclip\t0"],
      /readWindows: invalid window in line 2 of .*: run 1 from TR 1; expected run 1 from TR 0/,
    ],
    [
      ["1\t0\t5\tclip\t0", "1\t6\t8\trest\tn/a"],
      /invalid window in line 3 .*: run 1 from TR 6; expected run 1 from TR 5 or run 2 from TR 0\. List the runs in order/,
    ],
    [["2\t0\t5\tclip\t0"], /run 2 from TR 0; expected run 1 from TR 0/],
    [
      ["1\t5\t5\tclip\t0"],
      /invalid window in line 2 .*: run 1, TRs 5 to 5; expected .* an end behind the start/,
    ],
    [["1\t0\t5\tpause\t0"], /unknown kind in line 2 .*: "pause"; expected one of clip, validation, rest/],
    [["1\t0\t5\trest\t0"], /invalid first_step in line 2 .*: "0" in a window of kind rest; expected n\/a/],
    [
      ["1\t0\t5\tclip\tn/a"],
      /invalid first_step in line 2 .*: "n\/a" in a window of kind clip; expected a step/,
    ],
    [
      ["1\t0\t5.5\tclip\t0"],
      /invalid number in line 2, column end_tr of .*: "5.5"; expected a whole number from 0/,
    ],
    [[], /missing windows of .*: no lines; expected a line for each window with run, start_tr/],
  ];
  for (const [lines, message] of refused) assert.throws(() => readWindows(table(...lines)), message);
  const short = files.write("short.tsv", "run\tend_tr\n1\t3\n");
  assert.throws(
    () => readExcludedTrs(short, { nTrs: [9], riseTrs: 0 }),
    /readExcludedTrs: missing column of .*: start_tr; .* or name the built-in table hcp-movie/,
  );
  assert.throws(
    () => readExcludedTrs(table("1\t0\t12\tclip\t0"), { nTrs: [9], riseTrs: 0 }),
    /readExcludedTrs: mismatched window in line 2 of .*: TRs 0 to 12 of run 1; expected windows within run 1 of 9 TRs/,
  );
  assert.throws(() => readWindows(files.at("nowhere.tsv")), /missing file: .*nowhere.tsv \(ENOENT\)/);
});
