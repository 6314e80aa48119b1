// Our neurons against PyTorch's hooks at full size, random weights: npm run parity [name …].
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  extractActivations,
  type Model,
  openModel,
  openStepTensors,
  type ReadingName,
} from "../../src/activations";
import { openStore } from "../../src/store";
import { type Matrix, row } from "../../src/tensor";
import type { ReferenceAttention } from "../activations/exported-models";
import { relativeDifference } from "../activations/relative-difference";

const NAMES = ["clip-b32-vision", "clip-b32-text", "vit-b16", "roberta-base", "meter"];
/** Of the largest value of an attention. */
const TOLERANCE = 1e-5;
const REQUIREMENTS = "test/fixtures/activations/exported-requirements.txt";

/** The largest difference of a reading over all attentions, relative to the largest value of its attention. */
function largestDifference(
  model: Model,
  found: Matrix,
  attentions: ReferenceAttention[],
  reading: "qkMean" | "clsQuery" | "headOutput" | "qkDiagonal",
): number {
  const nSteps = found.shape[0];
  const differences = attentions.map((attention) => {
    const { tower, kind, keysFrom, layer } = attention;
    const own = model.towers.find((t) => t.name === tower && t.kind === kind && t.keysFrom === keysFrom);
    if (!own) throw new Error(`parity: missing ${kind}-attention of ${tower} to ${keysFrom}`);
    const width = own.nHeads * own.headDim;
    const first = own.firstNeuron + layer * width;
    const values = Array.from({ length: nSteps }, (_, step) =>
      Array.from(row(found, step).subarray(first, first + width)),
    );
    return relativeDifference(values.flat(), attention[reading]!);
  });
  return Math.max(...differences);
}

function runPython(python: string, script: string, args: string[] = []): string {
  const { status, stdout, stderr, error } = spawnSync(python, [join(__dirname, script), ...args], {
    encoding: "utf8",
  });
  if (!error && status === 0) return stdout;
  throw new Error(
    `parity: invalid exit of ${python} ${script}: ${error?.message ?? stderr.trim().slice(-2000)}; expected 0. Install ${REQUIREMENTS}.`,
  );
}

async function compare(name: string, python: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-parity-"));
  try {
    runPython(python, "full_size_models.py", [name, folder]);
    const store = openStore(join(folder, "store"));
    const model = await openModel(join(folder, "model.onnx"), { store });
    const attentions: ReferenceAttention[] = JSON.parse(readFileSync(join(folder, "reference.json"), "utf8"));
    const readings: ReadingName[] = ["qkMean", "clsQuery", "headOutput"];
    if (attentions.every(({ kind }) => kind === "self")) readings.push("qkDiagonal");
    const inputs = openStepTensors(join(folder, "inputs"));
    const found = await extractActivations({ model, store, inputs, readings });
    let isEqual = model.neurons.length === attentions.reduce((sum, a) => sum + a.qkMean.length / 2, 0);
    const figures = readings.map((reading) => {
      const difference = largestDifference(model, found[reading], attentions, reading as "qkMean");
      isEqual &&= difference <= TOLERANCE;
      return `${reading} ${difference.toExponential(1)}`;
    });
    console.log(
      `${isEqual ? "equal" : "DIFFERENT"}  ${name}: ${attentions.length} attentions, ${model.neurons.length} neurons; ${figures.join(", ")}`,
    );
    return isEqual;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(names: string[]): Promise<void> {
  const python = process.env.BRAINLENS_TORCH_PYTHON;
  if (python === undefined) {
    throw new Error(
      `parity: missing PyTorch: BRAINLENS_TORCH_PYTHON is not set; expected a Python 3.11 with ${REQUIREMENTS}. Make one: python3 -m venv VENV && VENV/bin/pip install --no-deps -r ${REQUIREMENTS}, then BRAINLENS_TORCH_PYTHON=VENV/bin/python npm run parity.`,
    );
  }
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `parity: unknown model: ${unknown}; expected one of ${NAMES.join(", ")}. Name none for all.`,
    );
  }
  console.log(`METER's definition against transformers: ${runPython(python, "meter_definition.py").trim()}`);
  console.log("Largest difference from float64 hooks, relative to the largest value of the attention:");
  let isEqual = true;
  for (const name of names.length > 0 ? names : NAMES) isEqual = (await compare(name, python)) && isEqual;
  if (!isEqual) process.exitCode = 1;
}

run(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
