import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type FrameSource, openFrameFolder, type Preprocessing, pixelBatches } from "../../src/stimuli";

const IMAGES = join(__dirname, "..", "fixtures", "stimuli", "images");
const NONE: Preprocessing = {
  ...{
    source: "p.json",
    resize: { height: 2, width: 3 },
    resample: "nearest",
    crop: null,
    cropRounding: "down",
  },
  ...{ rescaleFactor: 1, mean: [0, 0, 0], std: [1, 1, 1] },
};

function makeFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-"));
  for (const [name, image] of Object.entries(files)) copyFileSync(join(IMAGES, image), join(folder, name));
  return folder;
}

/** n frames, all samples of frame i being i. */
function makeFrames(n: number): FrameSource & { nDecoded: number } {
  const frames = {
    ...{ source: "made", names: Array.from({ length: n }, (_, i) => `f${i}`), sha256: "", nDecoded: 0 },
    async *read(indices: readonly number[]) {
      for (const i of indices) {
        frames.nDecoded++;
        yield { width: 3, height: 2, data: new Uint8Array(18).fill(i) };
      }
    },
  };
  return frames;
}

test("openFrameFolder takes PNG, JPEG and WebP in natural order and leaves out what is no picture", async () => {
  const folder = makeFolder({
    ...{ "f10.png": "odd-2x3.png", "f2.JPG": "grey.jpg", "f1b.webp": "photo-0.webp", "f01.png": "grey.png" },
    ...{ ".hidden.png": "grey.png" },
  });
  writeFileSync(join(folder, "notes.txt"), "");
  mkdirSync(join(folder, "more.png"));
  const frames = await openFrameFolder(folder);
  assert.deepEqual(frames.names, ["f01.png", "f1b.webp", "f2.JPG", "f10.png"]);
  const sizes: number[][] = [];
  for await (const { width, height } of frames.read([3, 0, 3])) sizes.push([height, width]);
  assert.deepEqual(sizes, [
    [2, 3],
    [47, 53],
    [2, 3],
  ]);
});

test("openFrameFolder's order is by value, then by name, for runs of digits of any length", async () => {
  const many = "100000000000000000000";
  const names = ["1_2", "01_3", "1_10", "2", "10", many, `${many.slice(0, -1)}1`, "a", "b1", "b02", "b2"];
  const files = Object.fromEntries([...names].reverse().map((name) => [`${name}.png`, "odd-1x1.png"]));
  const frames = await openFrameFolder(makeFolder(files));
  assert.deepEqual(
    frames.names.map((name) => name.slice(0, -4)),
    names,
  );
});

test("openFrameFolder's hash follows names and bytes", async () => {
  const folder = makeFolder({ "a.png": "odd-1x1.png", "b.png": "odd-2x3.png" });
  const { sha256 } = await openFrameFolder(folder);
  assert.equal(
    (await openFrameFolder(makeFolder({ "b.png": "odd-2x3.png", "a.png": "odd-1x1.png" }))).sha256,
    sha256,
  );
  assert.notEqual(
    (await openFrameFolder(makeFolder({ "a.png": "odd-1x1.png", "b.png": "grey.png" }))).sha256,
    sha256,
  );
  renameSync(join(folder, "b.png"), join(folder, "c.png"));
  assert.notEqual((await openFrameFolder(folder)).sha256, sha256);
});

test("openFrameFolder names a folder that is missing, empty, or holds pictures that it does not read", async () => {
  const folder = makeFolder({});
  await assert.rejects(openFrameFolder(join(folder, "no")), {
    message: `openFrameFolder: missing folder: ${join(folder, "no")}: ENOENT; expected a folder of PNG, JPEG or WebP files. Check the path.`,
  });
  writeFileSync(join(folder, "notes.txt"), "");
  await assert.rejects(openFrameFolder(folder), {
    message: `openFrameFolder: missing frames in ${folder}: 1 files, none a picture; expected PNG, JPEG or WebP files. Check the path.`,
  });
  writeFileSync(join(folder, "f1.TIF"), "");
  await assert.rejects(openFrameFolder(folder), {
    message: `openFrameFolder: unknown format of ${join(folder, "f1.TIF")}: .tif; expected PNG, JPEG or WebP. Convert it, or move it elsewhere if it is no frame.`,
  });
  const twins = makeFolder({ "f1.png": "grey.png", "f1.jpg": "grey.jpg" });
  await assert.rejects(openFrameFolder(twins), {
    message: `openFrameFolder: invalid frames in ${twins}: f1.jpg and f1.png have one name; expected one file for a frame. Remove one of them.`,
  });
});

test("a frame that is damaged is named with its folder", async () => {
  const folder = makeFolder({ "f1.png": "grey.png" });
  writeFileSync(join(folder, "f2.png"), "no picture");
  const frames = await openFrameFolder(folder);
  const read = async () => {
    for await (const _ of pixelBatches(frames, NONE, { batchSize: 4 }));
  };
  await assert.rejects(read(), {
    message: `decodeImage: unknown format of ${join(folder, "f2.png")}: it starts with "no picture"; expected PNG, JPEG or WebP. Convert the picture.`,
  });
});

test("openFrameFolder and its reading stop when they are interrupted", async () => {
  const folder = makeFolder({ "f1.png": "grey.png" });
  const signal = AbortSignal.abort();
  await assert.rejects(openFrameFolder(folder, { signal }), { name: "AbortError" });
  const frames = await openFrameFolder(folder);
  const read = async () => {
    for await (const _ of frames.read([0], signal));
  };
  await assert.rejects(read(), { name: "AbortError" });
});

test("pixelBatches gives every frame once, in order, in batches of which the last may be smaller", async () => {
  for (const [n, batchSize] of [
    [7, 3],
    [6, 3],
    [2, 5],
    [5, 1],
  ]) {
    const sizes: number[] = [];
    const seen: number[] = [];
    for await (const { indices, data, dims } of pixelBatches(makeFrames(n), NONE, { batchSize })) {
      assert.deepEqual(dims, [indices.length, 3, 2, 3]);
      assert.equal(data.length, indices.length * 18);
      indices.forEach((index, k) => assert.ok(data.subarray(k * 18, (k + 1) * 18).every((v) => v === index)));
      sizes.push(indices.length);
      seen.push(...indices);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: n }, (_, i) => i),
    );
    assert.ok(sizes.every((size, b) => size === batchSize || b === sizes.length - 1));
  }
});

test("pixelBatches reads the frames that are asked for, and decodes no further than it is read", async () => {
  const frames = makeFrames(100);
  const batches = pixelBatches(frames, NONE, { batchSize: 2, indices: [4, 9, 40, 41, 42] });
  const first = await batches.next();
  assert.deepEqual(first.value?.indices, [4, 9]);
  assert.equal(frames.nDecoded, 2);
  await batches.return(undefined);
  assert.equal(frames.nDecoded, 2);
  for await (const _ of pixelBatches(frames, NONE, { batchSize: 2, indices: [] })) assert.fail();
});

test("pixelBatches names a frame that is not there and a batch size that is none", async () => {
  await assert.rejects(pixelBatches(makeFrames(3), NONE, { batchSize: 2, indices: [0, 3] }).next(), {
    message: "pixelBatches: invalid frame of made: 3; expected 0 to 2. Check which frame each TR gets.",
  });
  await assert.rejects(pixelBatches(makeFrames(3), NONE, { batchSize: 0 }).next(), {
    message:
      "pixelBatches: invalid batchSize: 0; expected a positive integer. Pass how many frames the model takes at once.",
  });
});
