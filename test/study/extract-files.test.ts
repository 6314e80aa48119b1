import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decodeNpy, encodeNpy, matrix, random } from "../../src/tensor";

const ROOT = join(__dirname, "..", "..");
const MODEL = join(ROOT, "test", "fixtures", "activations", "exported", "vit.attention-23.onnx");
/** Width of the pictures that this model takes. */
const SIZE = 8;
const folder = mkdtempSync(join(tmpdir(), "brainlens-extract-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function brainlens(...args: string[]) {
  const flags = ["--require", "tsx/cjs", "--conditions=import", join(ROOT, "src", "cli.ts")];
  return spawnSync(process.execPath, [...flags, ...args], { cwd: ROOT, encoding: "utf8" });
}

test("brainlens extract says what is missing, and what it cannot read as a number", () => {
  const nothing = brainlens("extract", "--model", MODEL, "--out", join(folder, "out"));
  assert.equal(nothing.status, 1);
  assert.match(nothing.stderr, /extractFiles: missing stimulus: none; expected frames, captions or inputs/);
  const words = brainlens("extract", "--model", MODEL, "--out", join(folder, "out"), "--threads", "two");
  assert.match(words.stderr, /--threads <n>' argument 'two' is invalid. expected a whole number above 0/);
  const pictures = join(folder, "pictures");
  mkdirSync(pictures);
  writeFileSync(join(pictures, "1.png"), "");
  const frames = brainlens("extract", "--model", MODEL, "--out", join(folder, "out"), "--frames", pictures);
  assert.match(frames.stderr, /stimulusTensors: missing preprocessor_config.json of .*vit.attention-23.onnx/);
});

test("brainlens extract writes the neurons of ready inputs, and finds them finished the next time", () => {
  const inputs = join(folder, "inputs");
  mkdirSync(inputs, { recursive: true });
  const [nSteps, size] = [3, SIZE];
  const numbers = random(4);
  const pixels = matrix(
    Float32Array.from({ length: nSteps * 3 * size * size }, () => numbers.normal()),
    [nSteps, 3 * size * size],
  );
  // numpy's header of a [nSteps × 3 × size × size] array: the matrix's own, with its shape written out.
  const flat = Buffer.from(encodeNpy(pixels));
  const header = flat.toString("latin1", 10, 10 + flat.readUInt16LE(8));
  const shape = `(${nSteps}, 3, ${size}, ${size})`;
  const full = header
    .replace(/\([^)]*\)/, shape)
    .trimEnd()
    .padEnd(header.length - 1);
  writeFileSync(
    join(inputs, "pixel_values.npy"),
    Buffer.concat([
      flat.subarray(0, 10),
      Buffer.from(`${full}\n`, "latin1"),
      flat.subarray(10 + header.length),
    ]),
  );
  const extract = (...options: string[]) =>
    brainlens(...["extract", "--model", MODEL, "--inputs", inputs, "--reading", "headOutput", ...options]);
  const out = join(folder, "out");
  const first = extract("--out", out);
  assert.equal(first.status, 0, first.stderr);
  const manifest = JSON.parse(readFileSync(join(folder, "out", "manifest.json"), "utf8"));
  assert.deepEqual([manifest.nSteps, manifest.reading], [nSteps, "headOutput"]);
  const file = join(folder, "out", "activations.npy");
  const activations = decodeNpy(readFileSync(file), file);
  assert.deepEqual(activations.shape, [nSteps, manifest.nNeurons]);
  assert.ok(activations.data.every(Number.isFinite) && activations.data.some((value) => value !== 0));
  const lines = readFileSync(join(folder, "out", "neurons.tsv"), "utf8")
    .trimEnd()
    .split("\n");
  assert.equal(lines.length, manifest.nNeurons + 1);
  const again = extract("--out", out);
  assert.equal(again.status, 0);
  assert.doesNotMatch(again.stderr, /done, 3/, "nothing is computed twice");

  const untrained = (seed: string) => {
    const folderOfSeed = join(folder, `untrained-${seed}`);
    const { status, stderr } = extract("--random-weights", seed, "--out", folderOfSeed);
    assert.equal(status, 0, stderr);
    assert.match(stderr, new RegExp(`random weights, seed ${seed}`));
    return readFileSync(join(folderOfSeed, "activations.npy"));
  };
  const [one, other] = [untrained("1"), untrained("2")];
  assert.ok(!one.equals(other) && !one.equals(readFileSync(file)) && one.length === other.length);
});
