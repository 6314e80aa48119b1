import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { openNiftiRun, readNifti, runBlocks } from "../../src/fmri";
import { expectedImages, fixturePath, floatsOf, writeFile } from "./image-fixtures";

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

for (const [name, expected] of Object.entries(expectedImages.nifti)) {
  test(`readNifti reads ${name} as nibabel does, value for value`, async () => {
    const { header, values, extensions } = await readNifti(fixturePath("nifti", name));
    assert.deepEqual(header.shape, expected.shape);
    assert.equal(header.format.datatype, expected.datatype);
    assert.equal(header.intentName, expected.intentName);
    assert.deepEqual(
      extensions.map(({ code }) => code),
      expected.extensions.map(([code]) => code),
    );
    assert.deepEqual(values, floatsOf(expected.values));
    // The qform goes through products of its quaternion, the last bits of which depend on their order.
    const affine = floatsOf(expected.affine);
    affine.forEach((value, i) =>
      assert.ok(Math.abs(header.affine.data[i] - value) <= 1e-12 * largest(affine)),
    );
    // float32 keeps seven digits of the TR.
    if (expected.trSec === null) assert.equal(header.trSec, null);
    else assert.ok(Math.abs((header.trSec ?? 0) - expected.trSec) < 1e-6);
  });
}

test("the fixtures cover ten types, both versions, both byte orders, 3 to 7 dimensions and gzip members", () => {
  const all = Object.entries(expectedImages.nifti);
  assert.equal(new Set(all.map(([, { datatype }]) => datatype)).size, 10);
  assert.deepEqual([...new Set(all.map(([, { shape }]) => shape.length))].sort(), [3, 4, 5, 6, 7]);
  const members = fs.readFileSync(fixturePath("nifti", "members.nii.gz"));
  assert.ok(members.indexOf(Buffer.from([0x1f, 0x8b, 8]), 1) > 0);
});

for (const name of ["series.nii.gz", "members.nii.gz", "msec.nii"]) {
  test(`a run of ${name} has the series of nibabel's array, in one pass and in many`, async () => {
    const { values, shape } = expectedImages.nifti[name];
    const expected = floatsOf(values);
    const nVoxels = shape[0] * shape[1] * shape[2];
    const run = await openNiftiRun(fixturePath("nifti", name), { trSec: null });
    for (const budgetBytes of [2 ** 31, 8 * 4 * shape[3] * 7]) {
      let nSeen = 0;
      for await (const { first, series } of runBlocks(run, { budgetBytes })) {
        assert.equal(first, nSeen);
        for (let i = 0; i < series.shape[0]; i++) {
          for (let t = 0; t < shape[3]; t++) {
            assert.equal(series.data[i * shape[3] + t], Math.fround(expected[t * nVoxels + first + i]));
          }
        }
        nSeen += series.shape[0];
      }
      assert.equal(nSeen, nVoxels);
    }
  });
}

const bytes = fs.readFileSync(fixturePath("nifti", "msec.nii"));

/** The file with some bytes changed. */
function changed(edit: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  edit(copy);
  return copy;
}

/** With another checksum. */
const flipped = gzipSync(bytes);
flipped.fill(0xff, flipped.length - 8, flipped.length - 4);

const COPY = "The file is damaged: copy it again.";

test("readNifti names the file and what is wrong with it", async () => {
  const cases: [name: string, content: Buffer, message: (path: string) => string][] = [
    [
      "empty.nii",
      Buffer.alloc(0),
      (p) => `invalid size of ${p}: 0 bytes; expected an image. Copy or download the file again.`,
    ],
    [
      "short.nii",
      bytes.subarray(0, 100),
      (p) =>
        `invalid start of ${p}: 100 bytes, the first 4 of them 5c010000; expected a NIfTI header of 348 or 540 bytes. Pass a .nii or .nii.gz file.`,
    ],
    [
      "pair.nii",
      changed((b) => b.write("ni1\0", 344)),
      (p) =>
        `invalid magic string of ${p}: "ni1\\u0000"; expected "n+1\\u0000". A pair of .hdr and .img is not read: save it as one .nii file.`,
    ],
    [
      "complex.nii",
      changed((b) => b.writeInt16LE(32, 70)),
      (p) =>
        `invalid datatype of ${p}: complex64 (code 32); expected integers of 8 to 64 bits, float32 or float64. Convert it to float32, for example with nibabel.`,
    ],
    [
      "dims.nii",
      changed((b) => b.writeInt16LE(-4, 42)),
      (p) =>
        `invalid dimensions of ${p}: [4, -4, 4, 3, 20, 1, 1, 1]; expected 1 to 7 lengths that are not negative. ${COPY}`,
    ],
    [
      "offset.nii",
      changed((b) => b.writeFloatLE(Number.NaN, 108)),
      (p) => `invalid vox_offset of ${p}: NaN; expected a whole number of at least 352. ${COPY}`,
    ],
    [
      "inter.nii",
      changed((b) => b.writeFloatLE(Infinity, 116)),
      (p) =>
        `invalid scl_inter of ${p}: Infinity beside scl_slope 1; expected a finite number. Set it to 0 if the values have no intercept.`,
    ],
    [
      "truncated.nii",
      bytes.subarray(0, -1),
      (p) =>
        `truncated file ${p}: 2751 bytes; expected 2752, as its header promises. Copy or download the file again.`,
    ],
    [
      "garbage.nii",
      Buffer.concat([bytes, Buffer.from("x")]),
      (p) =>
        `mismatched size of ${p}: 2753 bytes; expected 2752, as its header promises. The header or the file is damaged: copy it again.`,
    ],
    [
      "promise.nii.gz",
      gzipSync(changed((b) => b.writeInt16LE(32000, 48))),
      (p) =>
        `truncated file ${p}: ${gzipSync(changed((b) => b.writeInt16LE(32000, 48))).length} compressed bytes, at most ${1032 * gzipSync(changed((b) => b.writeInt16LE(32000, 48))).length}; expected 3840352, as its header promises. Copy or download the file again.`,
    ],
    [
      "short.nii.gz",
      gzipSync(bytes.subarray(0, -10)),
      (p) =>
        `truncated content of ${p}: it unpacks to 2742 bytes; expected 2752, as its header promises. Copy or download the file again.`,
    ],
    [
      "long.nii.gz",
      gzipSync(Buffer.concat([bytes, Buffer.alloc(2 ** 22)])),
      (p) =>
        `mismatched size of ${p}: it unpacks to more than 2752 bytes; expected that many, as its header promises. The header or the file is damaged: copy it again.`,
    ],
    [
      "cut.nii.gz",
      gzipSync(bytes).subarray(0, -6),
      (p) =>
        `truncated gzip ${p}: the stream ends after 2752 unpacked bytes; expected its end mark. Copy or download the file again.`,
    ],
    [
      "garbage.nii.gz",
      Buffer.concat([gzipSync(bytes), Buffer.from("garbage")]),
      (p) =>
        `invalid gzip ${p}: incorrect header check; expected sound gzip data to the end of the file. Copy or download the file again.`,
    ],
    [
      "late-garbage.nii.gz",
      Buffer.concat([gzipSync(bytes), Buffer.alloc(512), Buffer.from("garbage")]),
      (p) =>
        `invalid end of ${p}: bytes that are no gzip data from byte ${gzipSync(bytes).length + 512}; expected the end of the file. Copy or download the file again.`,
    ],
    [
      "flipped.nii.gz",
      flipped,
      (p) =>
        `invalid gzip ${p}: incorrect data check; expected sound gzip data to the end of the file. Copy or download the file again.`,
    ],
  ];
  for (const [name, content, message] of cases) {
    const path = writeFile(name, content);
    await assert.rejects(readNifti(path), { message: `readNifti: ${message(path)}` }, name);
  }
  await assert.rejects(readNifti("/nowhere/x.nii"), {
    message:
      "readNifti: missing file: /nowhere/x.nii (ENOENT); expected a file that can be read. Check the path and its permissions.",
  });
});

test("zero bytes after a gzip file are padding, as tapes leave them", async () => {
  const path = writeFile("padded.nii.gz", Buffer.concat([gzipSync(bytes), Buffer.alloc(2 ** 12)]));
  const { values } = await readNifti(path);
  assert.deepEqual(values, floatsOf(expectedImages.nifti["msec.nii"].values));
});

test("openNiftiRun names run and file when there is no time, no TR, or another TR than stated", async () => {
  const volume = fixturePath("nifti", "dims-3.nii");
  await assert.rejects(openNiftiRun(volume, { trSec: null, name: "movie 2" }), {
    message: `openNiftiRun: invalid dimensions of run movie 2 (${volume}): 3 × 2 × 2; expected four, the last being time. Pass a series of volumes; read masks and maps with readNifti.`,
  });
  const none = writeFile("none.nii", changed((b) => b.writeInt16LE(0, 48)).subarray(0, 352));
  await assert.rejects(openNiftiRun(none, { trSec: null }), {
    message: `openNiftiRun: missing TRs of ${none}: 5 × 4 × 3 × 0; expected at least one TR and one voxel. The run was stopped or not exported: leave it out.`,
  });
  const path = fixturePath("nifti", "msec.nii");
  await assert.rejects(openNiftiRun(path, { trSec: 0.75 }), {
    message: `openNiftiRun: mismatched TR of ${path}: 0.72 s in its header, 0.75 s as stated; expected the same within 1 ms. Correct whichever is wrong: events would drift against BOLD.`,
  });
  assert.equal((await openNiftiRun(path, { trSec: 0.7201 })).trSec, 0.7201);
  assert.equal((await openNiftiRun(fixturePath("nifti", "no-unit.nii"), { trSec: null })).trSec, null);
});

test("a file that is replaced, written to or cut short while it is read is refused", async () => {
  for (const [what, change] of [
    [
      "replaced",
      (path: string) => {
        fs.writeFileSync(
          `${path}.new`,
          changed((b) => b.writeInt16LE(7, 400)),
        );
        fs.renameSync(`${path}.new`, path);
      },
    ],
    ["written to", (path: string) => fs.appendFileSync(path, "x")],
    ["cut short", (path: string) => fs.truncateSync(path, 1000)],
  ] as [string, (path: string) => void][]) {
    for (const content of [bytes, gzipSync(bytes)]) {
      const path = writeFile("run.nii", content);
      const run = await openNiftiRun(path, { trSec: null, name: "movie 1" });
      change(path);
      const message = `openNiftiRun: mismatched file run movie 1 (${path}): it was replaced or written to while it was read; expected the file that was opened. Wait until it is finished and read it again.`;
      await assert.rejects(runBlocks(run).next(), { message }, what);
      // Between the first block and the last.
      const late = writeFile("late.nii", content);
      const opened = await openNiftiRun(late, { trSec: null });
      const blocks = runBlocks(opened, { budgetBytes: 8 * 4 * 20 * 7 });
      await blocks.next();
      change(late);
      await assert.rejects(
        async () => {
          for await (const _ of blocks);
        },
        /mismatched file .*replaced or written to/,
        what,
      );
    }
  }
});

test("gunzipSync agrees on the members of the fixture", () => {
  const whole = gunzipSync(fs.readFileSync(fixturePath("nifti", "members.nii.gz")));
  assert.equal(whole.length, 352 + 2 * 5 * 4 * 3 * 20);
});

test("an extension whose size is negative, odd or past the values is refused, one of size 0 ends the list", async () => {
  const sound = fs.readFileSync(fixturePath("nifti", "extensions.nii"));
  for (const [size, left] of [
    [-16, 64],
    [15, 64],
    [24, 64],
    [8, 64],
    [2 ** 30, 64],
  ]) {
    const bytes = Buffer.from(sound);
    bytes.writeInt32LE(size, 352);
    const path = writeFile("x.nii", bytes);
    await assert.rejects(readNifti(path), {
      message: `readNifti: invalid extension 1 of ${path}: ${size} bytes where ${left} are left; expected a multiple of 16 that fits. ${COPY}`,
    });
  }
  const bytes = Buffer.from(sound);
  bytes.writeInt32LE(0, 352);
  assert.deepEqual((await readNifti(writeFile("x.nii", bytes))).extensions, []);
});
