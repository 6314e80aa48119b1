import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { plainCodec, throwIfAborted, writeAtomically, yieldToEventLoop } from "../store";
import type { EncodingStatistics } from "./encoding-statistics";
import type { Precision } from "./ridge-factor";
import type { Segment } from "./segments";
import type { RegressionStatistics } from "./statistics";

/** Changes when the meaning or layout of saved statistics does. */
const VERSION = 1;
const MANIFEST = "statistics.json";

interface Manifest {
  format: "brainlens encoding statistics";
  version: number;
  key: string;
  precision: Precision;
  parts: { segment: Segment; files: { name: string; file: string; sha256: string }[] }[];
}

/**
 * Saves statistics in a folder: for every segment its sums as .npy, and `statistics.json`, which names them with
 * their SHA-256 and is written last, in one step. Files are named after their content, so that statistics that
 * were there before stay whole until the new ones are; then what belongs to neither is removed.
 */
export async function saveStatistics(
  folder: string,
  { segments, parts, precision, key }: EncodingStatistics,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const codec = plainCodec<RegressionStatistics>();
  const manifest: Manifest = {
    format: "brainlens encoding statistics",
    version: VERSION,
    key,
    precision,
    parts: [],
  };
  for (const [s, part] of parts.entries()) {
    const files: Manifest["parts"][number]["files"] = [];
    for (const [name, bytes] of Object.entries(codec.encode(part))) {
      throwIfAborted(options.signal, "saveStatistics");
      const sha256 = digest(bytes);
      const file = `segment-${s}-${sha256.slice(0, 12)}-${name}`;
      if (!isWhole(path.join(folder, file), sha256)) writeAtomically(path.join(folder, file), bytes);
      files.push({ name, file, sha256 });
      await yieldToEventLoop();
    }
    manifest.parts.push({ segment: segments[s], files });
  }
  writeAtomically(path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
  const kept = new Set([MANIFEST, ...manifest.parts.flatMap(({ files }) => files.map(({ file }) => file))]);
  for (const file of fs.readdirSync(folder)) {
    if (/^segment-\d+-/.test(file) && !kept.has(file)) fs.rmSync(path.join(folder, file));
  }
}

/**
 * Reads saved statistics. `key` is that of the data they should be of (`statisticsKey`). Throws when there are none,
 * when they are of another version or of other data, or when a file is damaged.
 */
export function readStatistics(folder: string, key: string): EncodingStatistics {
  const manifestFile = path.join(folder, MANIFEST);
  const fail = (noun: string, got: string, expected: string): never => {
    throw new Error(
      `readStatistics: ${noun} in ${folder}: ${got}; expected ${expected}. Accumulate them again (accumulateRuns).`,
    );
  };
  if (!fs.existsSync(manifestFile)) fail("missing statistics", `no ${MANIFEST}`, "saved statistics");
  const manifest = JSON.parse(fs.readFileSync(manifestFile, "utf8")) as Manifest;
  if (manifest.version !== VERSION) {
    fail("mismatched version of statistics", `${manifest.version}`, `${VERSION}`);
  }
  if (manifest.key !== key) {
    fail(
      "mismatched data of statistics",
      `key ${manifest.key.slice(0, 12)}`,
      `${key.slice(0, 12)}, of these features and runs`,
    );
  }
  const parts = manifest.parts.map(({ files }) => {
    const contents: Record<string, Uint8Array> = {};
    for (const { name, file, sha256 } of files) {
      const bytes = fs.existsSync(path.join(folder, file)) ? fs.readFileSync(path.join(folder, file)) : null;
      if (bytes === null || digest(bytes) !== sha256)
        fail("damaged statistics", file, `SHA-256 ${sha256.slice(0, 12)}`);
      else contents[name] = bytes;
    }
    return plainCodec<RegressionStatistics>().decode(contents);
  });
  const segments = manifest.parts.map(({ segment }) => segment);
  return { segments, parts, precision: manifest.precision, key };
}

function isWhole(file: string, sha256: string): boolean {
  return fs.existsSync(file) && digest(fs.readFileSync(file)) === sha256;
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
