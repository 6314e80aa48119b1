import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import {
  accumulateRuns,
  accumulateStatistics,
  addStatistics,
  boldFile,
  boldMatrix,
  boldSeries,
  type EncodingData,
  type EncodingStatistics,
  mergeStatistics,
  type RegressionStatistics,
  selectBlocks,
  selectFeatures,
  selectTargets,
} from "../../src/encoding";
import {
  concatColumns,
  type Matrix,
  matrix,
  selectColumns,
  selectRows,
  transpose,
  zeros,
} from "../../src/tensor";
import { asRuns, madeData, madeRuns, RUNS } from "./made-data";

const { X, Y } = madeData(5, 7);
const float64 = { precision: "float64" } as const;

test("one pass gives the statistics of every segment, and leaves TRs outside them out", async () => {
  const data = asRuns(X, Y);
  const segments = [
    { start: 3, end: 70, block: 0, beside: null },
    { start: 80, end: 150, block: 1, beside: null },
    { start: 230, end: 300, block: 2, beside: null },
  ];
  const { parts } = await accumulateRuns({ ...data, segments }, float64);
  parts.forEach((part, s) => {
    assertSame(part, accumulateStatistics(X, Y, segments[s]), 1e-12);
  });
});

test("float32 products with float64 sums differ from float64 by 1e-6, and squares not at all", async () => {
  const narrow = await accumulateRuns(madeRuns(24, 50));
  const wide = await accumulateRuns(madeRuns(24, 50), float64);
  narrow.parts.forEach((part, s) => {
    assert.deepEqual(part.yy, wide.parts[s].yy);
    assertSame(part, wide.parts[s], 1e-6);
  });
});

test("files in either order give what the matrix gives, in pieces of any kind", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-runs-"));
  try {
    const data = asRuns(X, Y);
    const expected = await accumulateRuns(data);
    for (const order of ["trs", "targets"] as const) {
      const bold = RUNS.map((nTrs, run) => {
        const start = RUNS.slice(0, run).reduce((sum, length) => sum + length, 0);
        const rows = matrix(Y.data.slice(start * 7, (start + nTrs) * 7), [nTrs, 7]);
        const file = path.join(folder, `${order}${run}.f32`);
        // Eight bytes of something else first.
        fs.writeFileSync(
          file,
          Buffer.concat([Buffer.alloc(8), bytesOf(order === "trs" ? rows : transpose(rows))]),
        );
        return boldFile({ path: file, nTrs, nTargets: 7, order, offset: 8 });
      });
      const { parts } = await accumulateRuns({ ...data, bold });
      parts.forEach((part, s) => assertSame(part, expected.parts[s], 1e-6));
      const piece = await bold[1].read({ start: 2, end: 5 }, { start: 1, end: 3 }, new Float32Array(10));
      const rows = [82, 83, 84].map((t) => [Y.data[t * 7 + 1], Y.data[t * 7 + 2]]);
      assert.deepEqual(
        Array.from(piece),
        order === "trs" ? rows.flat() : [0, 1].flatMap((j) => rows.map((row) => row[j])),
      );
    }
    // A stream of series, three voxels at a time.
    let start = 0;
    const streams = RUNS.map((nTrs, run) => {
      const series = transpose(matrix(Y.data.slice(start * 7, (start + nTrs) * 7), [nTrs, 7]));
      start += nTrs;
      return boldSeries(
        { name: `run ${run + 1}`, identity: `${run}`, nTrs, nTargets: 7 },
        async function* () {
          for (const first of [0, 3, 6]) {
            const rows = Array.from({ length: Math.min(3, 7 - first) }, (_, i) => first + i);
            yield { first, series: selectRows(series, rows) };
          }
        },
      );
    });
    const segments = [
      { start: 5, end: 60, block: 0, beside: null },
      { start: 81, end: 150, block: 1, beside: null },
    ];
    const [streamed, whole] = await Promise.all(
      [streams, data.bold].map((bold) => accumulateRuns({ ...data, bold, segments })),
    );
    streamed.parts.forEach((part, s) => assertSame(part, whole.parts[s], 1e-6));
    assert.throws(
      () => boldFile({ path: path.join(folder, "trs0.f32"), nTrs: 80, nTargets: 7, order: "trs" }),
      /^Error: boldFile: mismatched size of .*trs0\.f32: 2248 bytes; expected 80 TRs × 7 targets × 4\. Pass the shape of the file\.$/,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test("permuting voxels permutes statistics, and a subset's statistics are the subset of the statistics", async () => {
  const all = await accumulateRuns(asRuns(X, Y), float64);
  const order = [4, 0, 6, 2, 1, 5, 3];
  const permuted = await accumulateRuns(asRuns(X, selectColumns(Y, order)), float64);
  permuted.parts.forEach((part, s) => {
    assert.deepEqual(
      Array.from(part.yy),
      order.map((v) => all.parts[s].yy[v]),
    );
  });
  const [voxels, features] = [selectTargets(all, { start: 2, end: 5 }), selectFeatures(all, [3, 1])];
  const fewVoxels = await accumulateRuns(asRuns(X, selectColumns(Y, [2, 3, 4])), float64);
  const fewFeatures = await accumulateRuns(asRuns(selectColumns(X, [3, 1]), Y), float64);
  all.parts.forEach((_, s) => {
    assertSame(voxels.parts[s], fewVoxels.parts[s], 1e-12);
    assertSame(features.parts[s], fewFeatures.parts[s], 1e-12);
  });
  assert.throws(() => selectFeatures(all, [5]), {
    message:
      "selectFeatures: unknown regressor: 5; expected at least one of 0 to 4. Name columns of the features.",
  });
  assert.throws(() => selectTargets(all, { start: 5, end: 8 }), {
    message: "selectTargets: invalid range: 5 to 8; expected some of 7 targets. Count them from 0.",
  });
});

test("sums over runs equal the whole, and runs accumulated apart merge into what they give together", async () => {
  const whole = await accumulateRuns(asRuns(X, Y), float64);
  assertSame(addStatistics(whole.parts), accumulateStatistics(X, Y, { start: 0, end: X.shape[0] }), 1e-12);
  const data = asRuns(X, Y);
  const apart = await Promise.all(
    RUNS.map((nTrs, run) =>
      accumulateRuns(
        {
          features: [data.features[run]],
          bold: [data.bold[run]],
          segments: [{ start: 0, end: nTrs, block: 0, beside: null }],
        },
        float64,
      ),
    ),
  );
  const merged = mergeStatistics(apart);
  assert.deepEqual(
    merged.segments.map(({ block }) => block),
    [0, 1, 2, 3],
  );
  merged.parts.forEach((part, s) => assertSame(part, whole.parts[s], 1e-12));
  assert.deepEqual(selectBlocks(merged, [1, 3]).parts, [merged.parts[1], merged.parts[3]]);
  const other = await accumulateRuns(asRuns(X, selectColumns(Y, [0, 1])), float64);
  assert.throws(() => mergeStatistics([whole, other]), {
    message:
      "mergeStatistics: mismatched statistics 1: 5 regressors, 2 targets in float64; expected 5 and 7 in float64. Accumulate all runs with the same features, voxels and precision.",
  });
});

test("keys tell data apart", async () => {
  const keys = new Set<string>();
  const add = ({ key }: EncodingStatistics) => keys.add(key);
  const data = asRuns(X, Y);
  add(await accumulateRuns(data));
  add(await accumulateRuns(asRuns(X, Y)));
  assert.equal(keys.size, 1);
  add(await accumulateRuns(data, float64));
  add(await accumulateRuns({ ...data, segments: data.segments.slice(1) }));
  add(await accumulateRuns(asRuns(selectColumns(X, [0, 1, 2, 4, 3]), Y)));
  add(selectFeatures(await accumulateRuns(data), [0, 1]));
  assert.equal(keys.size, 5);
});

test("accumulateRuns says which run does not fit, and what to do", async () => {
  const data = asRuns(X, Y);
  const rejects = (changed: Partial<EncodingData>, message: string) =>
    assert.rejects(accumulateRuns({ ...data, ...changed }), { message: `accumulateRuns: ${message}` });
  const replaced = <T>(all: readonly T[], run: number, one: T) =>
    all.map((each, i) => (i === run ? one : each));
  await rejects(
    { bold: data.bold.slice(1) },
    "mismatched runs: 4 of features, 3 of BOLD; expected as many, at least one. Pass one of each for every run.",
  );
  await rejects(
    { features: replaced(data.features, 2, zeros([72, 4])) },
    "mismatched width of features of run 3: 4 columns; expected 5 as in run 1. Use the same features in every run.",
  );
  await rejects(
    { bold: replaced(data.bold, 1, boldMatrix("second.nii", zeros([76, 6]))) },
    "mismatched width of BOLD of run 2 (second.nii): 6 voxels; expected 7 as in run 1. Use one mask for all runs.",
  );
  await rejects(
    { bold: replaced(data.bold, 3, boldMatrix("last.nii", zeros([80, 7]))) },
    "mismatched length of run 4 (last.nii): stimulus of 84 TRs, BOLD of 80; expected as many. Cut or pad the stimulus to the run's TRs.",
  );
  const holed = matrix(data.features[1].data.slice(), data.features[1].shape);
  holed.data[9 * 5 + 2] = Number.NaN;
  await rejects(
    { features: replaced(data.features, 1, holed) },
    "invalid value of features of run 2 at TR 9, column 2: NaN; expected finite numbers. Drop the column, or leave the TR out of the segments.",
  );
  await rejects(
    asRuns(concatColumns([X, zeros([X.shape[0], 1])]), Y),
    "invalid column 5 of features: 0 in every TR of every run; expected one that varies. Drop it and count it.",
  );
  const doubled = selectColumns(X, [1]);
  for (let t = 0; t < doubled.data.length; t++) doubled.data[t] = 3 - 2 * doubled.data[t];
  await rejects(
    asRuns(concatColumns([X, doubled]), Y),
    "invalid column 5 of features: a copy of column 1 in every run; expected columns that differ. Drop one of them and count it.",
  );
  await rejects(
    { features: RUNS.map((nTrs) => zeros([nTrs, 0])) },
    "missing features: 0 columns; expected at least one. Check which features were dropped.",
  );
  await rejects(
    { segments: [{ start: 70, end: 90, block: 0, beside: null }] },
    "invalid segment: TRs 70 to 90; expected one inside a run, of 0 to 80, 80 to 156, 156 to 228, 228 to 312. Count TRs through the runs.",
  );
  await rejects(
    { segments: [] },
    "missing segments: none given; expected at least one. Make them with runBlocks and segmentBlocks.",
  );
});

test("an interrupt ends the pass between pieces, and progress reaches its total", async () => {
  const seen: number[][] = [];
  await accumulateRuns(asRuns(X, Y), { onProgress: (done, total) => seen.push([done, total]) });
  assert.deepEqual(seen.at(-1), [Y.data.length, Y.data.length]);
  const stop = new AbortController();
  let nPieces = 0;
  const running = accumulateRuns(asRuns(X, Y), {
    signal: stop.signal,
    onProgress: () => {
      if (++nPieces === 2) stop.abort();
    },
  });
  await assert.rejects(running, { name: "AbortError" });
  assert.equal(nPieces, 2);
});

function bytesOf({ data }: Matrix): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Equal up to a share of the largest of each kind of sum. */
function assertSame(got: RegressionStatistics, expected: RegressionStatistics, tolerance: number): void {
  assert.equal(got.nTrs, expected.nTrs);
  const sums = ({ xSum, ySum, xx, yx, yy }: RegressionStatistics) => [xSum, ySum, xx.data, yx.data, yy];
  sums(got).forEach((values, kind) => {
    const reference = sums(expected)[kind];
    assert.equal(values.length, reference.length);
    const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    values.forEach((value, i) => {
      assert.ok(Math.abs(value - reference[i]) <= tolerance * largest, `${value}, expected ${reference[i]}`);
    });
  });
}
