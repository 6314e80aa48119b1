import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  type CiftiSeries,
  ciftiSeriesBytes,
  openCiftiRun,
  readCifti,
  type SeriesBlock,
  sameGrayordinates,
  writeCifti,
  writeCiftiSeries,
} from "../../src/fmri";
import { matrix } from "../../src/tensor";

const content: CiftiSeries = {
  models: {
    nGrayordinates: 3,
    models: [
      {
        kind: "surface",
        structure: "CIFTI_STRUCTURE_CORTEX_LEFT",
        offset: 0,
        nSurfaceVertices: 10,
        vertices: Int32Array.of(1, 4, 7),
      },
    ],
    volume: null,
  },
  nTrs: 4,
  trSec: 1,
  scale: { slope: 0.5, intercept: 100 },
};
const rows = [
  [100, 101, 99.5, 100.5],
  [90, 110, 100.2, 100],
  [-16_000, 16_000, 0, 1],
];
const blockOf = (first: number, some: number[][]): SeriesBlock => ({
  first,
  series: matrix(Float32Array.from(some.flat()), [some.length, 4]),
});

function scratch(context: { after(f: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-series-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("writeCiftiSeries is read back to half a step of its scale, in the same space and time", async (context) => {
  const path = join(scratch(context), "run.dtseries.nii");
  await writeCiftiSeries(path, content, [blockOf(0, rows.slice(0, 2)), blockOf(2, rows.slice(2))]);
  const { values, models, rows: kind } = await readCifti(path);
  assert.deepEqual(values.shape, [4, 3]);
  rows.forEach((series, i) =>
    series.forEach((value, t) => assert.ok(Math.abs(values.data[t * 3 + i] - value) <= 0.25, `${i}, ${t}`)),
  );
  assert.ok(sameGrayordinates(models, content.models));
  assert.deepEqual(kind, { kind: "series", nTrs: 4, startSec: 0, stepSec: 1 });
  assert.equal((await openCiftiRun(path, { trSec: null })).trSec, 1);
  assert.equal(statSync(path).size, ciftiSeriesBytes(content));
});

test("writeCiftiSeries says the same of the space as writeCifti does", async (context) => {
  const folder = scratch(context);
  const [streamed, whole] = ["a", "b"].map((name) => join(folder, `${name}.dtseries.nii`));
  await writeCiftiSeries(streamed, content, [blockOf(0, rows)]);
  const values = matrix(
    Float32Array.from({ length: 12 }, (_, k) => rows[k % 3][Math.floor(k / 3)]),
    [4, 3],
  );
  writeCifti(whole, {
    rows: { kind: "series", nTrs: 4, startSec: 0, stepSec: 1 },
    models: content.models,
    values,
  });
  const [a, b] = [await readCifti(streamed), await readCifti(whole)];
  const { bytes: _a, format: _fa, ...headA } = a.header;
  const { bytes: _b, format: _fb, ...headB } = b.header;
  assert.deepEqual(headA, headB);
  assert.deepEqual([a.metadata, a.rows, a.models], [b.metadata, b.rows, b.models]);
});

test("writeCiftiSeries leaves no file when blocks are missing, values do not fit, or it is interrupted", async (context) => {
  const folder = scratch(context);
  const path = join(folder, "run.dtseries.nii");
  await assert.rejects(writeCiftiSeries(path, content, [blockOf(0, rows.slice(0, 2))]), {
    message: `writeCiftiSeries: mismatched blocks for ${path}: 4 TRs, -1 grayordinates off; expected 4 TRs of 3 grayordinates, one block after the other. Pass the blocks of one run in order.`,
  });
  await assert.rejects(writeCiftiSeries(path, content, [blockOf(1, rows)]), /1 grayordinates off/);
  for (const value of [16_484, Number.NaN]) {
    const odd = [[value, 0, 0, 0], ...rows.slice(1)];
    await assert.rejects(writeCiftiSeries(path, content, [blockOf(0, odd)]), {
      message: `writeCiftiSeries: invalid value for ${path}: ${value}; expected -16283.5 to 16483.5, which 16 bits hold at this scale. Choose a larger slope.`,
    });
  }
  const signal = AbortSignal.abort();
  await assert.rejects(writeCiftiSeries(path, content, [blockOf(0, rows)], { signal }), {
    name: "AbortError",
  });
  await assert.rejects(writeCiftiSeries(join(folder, "run.nii"), content, []), /invalid name/);
  assert.deepEqual(readdirSync(folder), []);
});
