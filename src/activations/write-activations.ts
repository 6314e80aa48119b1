import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { contentKey, withLock, writeAtomically } from "../store";
import { row } from "../tensor";
import { type ReadyStimulus, stimulusParts } from "./extract-activations";
import { type RunOptions, runExtraction } from "./extraction";
import { checkGraphFiles, type FileRecord, hashFile } from "./graph-files";
import type { Model } from "./open-model";
import type { ReadingName } from "./readings";
import { openRowWriter } from "./row-writer";
import { tensorSource } from "./tensor-source";

const ACTIVATIONS_FILE = "activations.npy";
const NEURON_FILE = "neurons.tsv";
const MANIFEST_FILE = "manifest.json";
const NEURON_COLUMNS = ["index", "tower", "kind", "keysFrom", "layer", "depth", "head", "dim"] as const;

/** What a folder of activations says of itself. */
export interface ActivationManifest {
  /** A key of the model, the inputs, the reading and the definition. */
  key: string;
  reading: ReadingName;
  nSteps: number;
  nNeurons: number;
  model: { name: string; sha256: string; seed: number | null; towers: Model["towers"] };
  /** Key of each input's values. */
  inputs: Record<string, string>;
  batchSize: number;
  files: FileRecord[];
}

/**
 * Extracts one reading of a model's neurons into a folder that other programs read: `activations.npy` [nSteps × nNeurons] float32,
 * `neurons.tsv` (a line for each column: tower, kind, source of keys, layer, depth, head, dimension) and `manifest.json`, written
 * last. Memory holds one batch, however many steps there are. A second call with the same question finds the folder and
 * computes nothing; one after a kill goes on behind the last finished batch; the bytes are the same in any case.
 */
export async function writeActivations(
  options: ReadyStimulus<ReadingName> & RunOptions & { out: string },
): Promise<ActivationManifest> {
  const { model, inputs, out, store, signal } = options;
  const [reading] = options.readings;
  if (reading === undefined || options.readings.length > 1) {
    throw new Error(
      `writeActivations: invalid readings: ${options.readings.join(", ") || "none"}; expected one. Write each reading to a folder of its own.`,
    );
  }
  const parts = stimulusParts(options, [reading]);
  const key = contentKey(parts);
  const finished = readFinished(out, key);
  if (finished !== null) return finished;

  const product = store.productFolder("activations", parts);
  const batchFolder = `${product}.batches`;
  return await withLock(
    `${product}.lock`,
    async () => {
      const source = await tensorSource(inputs, model.graph, [reading]);
      const { nSteps } = source;
      const nNeurons = model.neurons.length;
      // An older result must not stand beside new files.
      rmSync(join(out, MANIFEST_FILE), { force: true });
      const activations = openRowWriter(join(out, ACTIVATIONS_FILE), [nSteps, nNeurons]);
      try {
        await runExtraction({
          ...options,
          where: "writeActivations",
          source,
          readings: [reading],
          batchFolder,
          onRows({ steps, rows }) {
            for (const [k, step] of steps.entries()) activations.write(step, row(rows, k) as Float32Array);
          },
        });
        activations.finish();
      } finally {
        activations.close();
      }
      writeAtomically(join(out, NEURON_FILE), neuronLines(model));
      const manifest: ActivationManifest = {
        key,
        reading,
        nSteps,
        nNeurons,
        model: { name: model.name, sha256: model.sha256, seed: model.seed, towers: model.towers },
        inputs: parts.inputs,
        batchSize: parts.batchSize,
        files: [ACTIVATIONS_FILE, NEURON_FILE].map((file) => recordOf(out, file)),
      };
      writeAtomically(join(out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
      rmSync(batchFolder, { recursive: true, force: true });
      return manifest;
    },
    { signal },
  );
}

/** The manifest of a whole folder that answers this very question, else null. */
function readFinished(out: string, key: string): ActivationManifest | null {
  const path = join(out, MANIFEST_FILE);
  if (!existsSync(path)) return null;
  try {
    const manifest = JSON.parse(readFileSync(path, "utf8")) as ActivationManifest;
    if (manifest.key !== key) return null;
    checkGraphFiles(out, manifest.files);
    return manifest;
  } catch {
    // Damaged or of something else: it is written anew.
    return null;
  }
}

function recordOf(folder: string, file: string): FileRecord {
  const path = join(folder, file);
  return { file, bytes: statSync(path).size, sha256: hashFile(path) };
}

function neuronLines(model: Model): string {
  const lines = model.neurons.map((neuron) => NEURON_COLUMNS.map((column) => neuron[column]).join("\t"));
  return `${[NEURON_COLUMNS.join("\t"), ...lines].join("\n")}\n`;
}
