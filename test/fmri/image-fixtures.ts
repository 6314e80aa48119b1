import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** What `make_images.py` kept of nibabel's reading. */
export interface ExpectedNifti {
  shape: number[];
  datatype: string;
  affine: string;
  trSec: number | null;
  intentName: string;
  extensions: [code: number, bytes: number][];
  values: string;
}

export interface ExpectedCifti {
  shape: [number, number];
  values: string;
  models: { structure: string; offset: number; nSurfaceVertices: number | null; indices: number[] }[];
  volumeShape: number[];
  volumeAffine: string;
  series?: { start: number; step: number; size: number };
  names?: string[];
  metadata?: Record<string, string>[];
  labels?: { key: number; name: string; rgba: number[] }[][];
}

const FOLDER = path.join(__dirname, "..", "fixtures", "fmri");

export const expectedImages: {
  nifti: Record<string, ExpectedNifti>;
  cifti: Record<string, ExpectedCifti>;
  surface: Record<string, unknown>;
} = JSON.parse(fs.readFileSync(path.join(FOLDER, "expected.json"), "utf8"));

export function fixturePath(...parts: string[]): string {
  return path.join(FOLDER, ...parts);
}

/** Base64 of little-endian float64. */
export function floatsOf(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
}

export function makeFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-"));
}

/** Writes bytes to a file in a folder of its own. */
export function writeFile(name: string, bytes: Uint8Array | string): string {
  const file = path.join(makeFolder(), name);
  fs.writeFileSync(file, bytes);
  return file;
}
