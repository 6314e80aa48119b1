import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  openBids,
  openCiftiRun,
  openNiftiRun,
  openNpyRun,
  readAnnotation,
  readCifti,
  readConfounds,
  readEvents,
  readGifti,
  readNifti,
  readNpz,
  readRun,
  type StreamedRun,
} from "../../src/fmri";
import { encodeNpy, type Random, random, zeros } from "../../src/tensor";
import { fixturePath, makeFolder } from "./image-fixtures";

type Reader = (file: string) => Promise<unknown>;

const clean = async (run: StreamedRun) =>
  readRun(run, { drift: "linear", confounds: "none", scale: "zscore" });
const readVolumeRun: Reader = async (file) => clean(await openNiftiRun(file, { trSec: null }));
const readDenseRun: Reader = async (file) => clean(await openCiftiRun(file, { trSec: null }));
const readArrayRun: Reader = async (file) => clean(await openNpyRun(file, { trSec: 1, startSec: 0 }));

/** Sound files and who reads them. */
const SEEDS: [file: string, readers: Reader[]][] = [
  ...["nifti/int16-1-le.nii", "nifti/float64-2-be.nii", "nifti/extensions.nii", "nifti/msec.nii"].map(
    (file): [string, Reader[]] => [file, [readNifti, readVolumeRun]],
  ),
  ["nifti/series.nii.gz", [readNifti, readVolumeRun]],
  ["nifti/members.nii.gz", [readNifti, readVolumeRun]],
  ["cifti/bold.dtseries.nii", [readCifti, readDenseRun]],
  ["cifti/maps.dscalar.nii", [readCifti]],
  ["cifti/atlas.dlabel.nii", [readCifti]],
  ["surface/ascii.surf.gii", [readGifti]],
  ["surface/gzip.surf.gii", [readGifti]],
  ["surface/labels.label.gii", [readGifti]],
  ["surface/lh.test.annot", [readAnnotation]],
  ["surface/deflated.npz", [readNpz]],
  ["surface/stored.npz", [readNpz]],
  ["surface/texts.npz", [readNpz]],
];

/** Where NIfTI-1 and NIfTI-2 headers keep dimensions, type, offset, scale, units, and the size of the first extension. */
const PROMISES = [
  ...[0, 40, 42, 44, 46, 48, 50, 54, 70, 72, 108, 112, 116, 123, 254, 348, 352, 356],
  ...[0, 4, 12, 14, 16, 24, 32, 40, 48, 56, 64, 72, 168, 176, 184, 500, 540, 544, 548],
];
const EVENTS = "onset\tduration\ttrial_type\n1.5\t2\tface\n3\tn/a\thouse\n";
const INTERESTING = [
  -16,
  0,
  1,
  -1,
  2,
  15,
  16,
  127,
  255,
  256,
  32767,
  -32768,
  65535,
  2 ** 31 - 1,
  -(2 ** 31),
  0x7fc00000,
  0x7f800000,
];
/** Far more than any of the small files can be worth. */
const MOST_GROWTH_BYTES = 512 * 2 ** 20;
const MOST_MS = 5000;

/**
 * Feeds `n` damaged files to the readers. Each has to be read or refused with a message of ours, soon and with little
 * memory. Returns how many were read and refused.
 */
export async function feedMutations(n: number, seed: number): Promise<{ nRead: number; nRefused: number }> {
  const draws = random(seed);
  const folder = makeFolder();
  const seeds: [name: string, bytes: Buffer, readers: Reader[]][] = SEEDS.map(([file, readers]) => [
    path.basename(file),
    fs.readFileSync(fixturePath(...file.split("/"))),
    readers,
  ]);
  seeds.push(["run.npy", Buffer.from(encodeNpy(zeros([6, 5]))), [readArrayRun]]);
  seeds.push(["events.tsv", Buffer.from(EVENTS), [async (file) => readEvents(file)]]);
  seeds.push([
    "confounds.tsv",
    Buffer.from("csf\ttrans_x\nn/a\t1\n2\t3\n"),
    [async (file) => readConfounds(file, { columns: ["csf"], missing: "zero" })],
  ]);
  const bids = path.join(folder, "bids", "sub-1", "func");
  fs.mkdirSync(bids, { recursive: true });
  fs.writeFileSync(path.join(bids, "sub-1_task-a_bold.nii.gz"), "");
  const sidecar = path.join(bids, "sub-1_task-a_bold.json");
  seeds.push([
    "sidecar.json",
    Buffer.from('{"RepetitionTime": 2.5, "TaskName": "a"}'),
    [
      async (file) => {
        fs.copyFileSync(file, sidecar);
        return openBids(path.join(folder, "bids"));
      },
    ],
  ]);

  const startBytes = process.memoryUsage().rss;
  const counts = { nRead: 0, nRefused: 0 };
  for (let i = 0; i < n; i++) {
    const [name, bytes, readers] = seeds[draws.integer(seeds.length)];
    const mutated = mutate(name, bytes, draws);
    const file = path.join(folder, name);
    fs.writeFileSync(file, mutated);
    const what = `mutation ${i} of seed ${seed} (${name})`;
    for (const reader of readers) {
      const startedMs = performance.now();
      try {
        await reader(file);
        counts.nRead++;
      } catch (error) {
        counts.nRefused++;
        const { name: kind, message } = error as Error;
        assert.equal(kind, "Error", `${what}: ${(error as Error).stack}`);
        assert.match(message, /^[a-zA-Z]+: [a-z]+ .*; expected .*\. [A-Z].*\.$/s, what);
      }
      assert.ok(performance.now() - startedMs < MOST_MS, `${what} took too long`);
    }
    const growth = process.memoryUsage().rss - startBytes;
    assert.ok(growth < MOST_GROWTH_BYTES, `${what}: ${growth} bytes more than at the start`);
  }
  fs.rmSync(folder, { recursive: true });
  return counts;
}

/** Damages a file: in its content, and for gzip in what it packs too. */
function mutate(name: string, bytes: Buffer, draws: Random): Buffer {
  if (name.endsWith(".gz") && draws.uniform() < 0.6) {
    const content = damage(gunzipSync(bytes), draws, true);
    return gzipSync(draws.uniform() < 0.1 ? Buffer.concat([content, Buffer.alloc(2 ** 24)]) : content, {
      level: 1,
    });
  }
  return damage(bytes, draws, name.endsWith(".nii"));
}

function damage(bytes: Buffer, draws: Random, isNifti: boolean): Buffer {
  let out = Buffer.from(bytes);
  if (isNifti && draws.uniform() < 0.5) {
    const at = Math.min(out.length - 8, PROMISES[draws.integer(PROMISES.length)]);
    const value = INTERESTING[draws.integer(INTERESTING.length)];
    const isLittle = draws.uniform() < 0.7;
    const view = new DataView(out.buffer, out.byteOffset, out.length);
    const kind = draws.integer(4);
    if (kind === 0) view.setInt16(at, value, isLittle);
    if (kind === 1) view.setInt32(at, value, isLittle);
    if (kind === 2) view.setFloat32(at, value, isLittle);
    if (kind === 3) view.setBigInt64(at, BigInt(value) * 65537n, isLittle);
    if (draws.uniform() < 0.7) return out;
  }
  const nEdits = 1 + draws.integer(4);
  // Headers are where the promises stand.
  const place = () => draws.integer(draws.uniform() < 0.6 ? Math.min(out.length, 600) : out.length);
  for (let edit = 0; edit < nEdits && out.length > 0; edit++) {
    const at = place();
    const value = INTERESTING[draws.integer(INTERESTING.length)];
    switch (draws.integer(7)) {
      case 0:
        out[at] ^= 1 << draws.integer(8);
        break;
      case 1:
        out[at] = draws.integer(256);
        break;
      case 2:
        if (at + 2 <= out.length) out.writeInt16LE((value << 16) >> 16, at - (at % 2));
        break;
      case 3:
        if (at + 8 <= out.length) out.writeInt32LE(value | 0, at - (at % 4));
        break;
      case 4:
        out = Buffer.from(out.subarray(0, at));
        break;
      case 5: {
        const length = draws.integer(64);
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)]);
        break;
      }
      default: {
        const from = place();
        const piece = out.subarray(from, from + draws.integer(64));
        out = Buffer.concat([out.subarray(0, at), piece, out.subarray(at)]);
      }
    }
  }
  return out;
}
