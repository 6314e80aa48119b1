import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type StepTensor, stepTensor } from "../../src/activations";
import { FIXTURES } from "./tiny-models";

/** What `make_exported_models.py` wrote: a model of each architecture in each exporter's style. */
export const EXPORTED = join(FIXTURES, "exported");
export const exportedFiles = () =>
  readdirSync(EXPORTED)
    .filter((file) => file.endsWith(".onnx"))
    .sort();

/** One attention by PyTorch hooks in float64: every list is [batch][head][dim] in one. */
export interface ReferenceAttention {
  tower: string;
  kind: "self" | "cross";
  keysFrom: string;
  layer: number;
  qkMean: number[];
  clsQuery: number[];
  headOutput: number[];
  qkDiagonal?: number[];
  /** Of causal attention, as if it were not: tokens later than the query count as well. */
  qkMeanOfAllPairs?: number[];
  /** Mean of q · k / √d over unmasked pairs, [batch][head]. */
  meanLogit: number[];
}

export interface Reference {
  nHeads: number;
  headDim: number;
  isCausal: boolean;
  inputs: Record<string, number[] | number[][]>;
  attentions: ReferenceAttention[];
}

/** The reference of a file: "clip.optimum.onnx" has two towers and so two references. */
export function referencesOf(file: string): Reference[] {
  const architecture = file.split(".")[0];
  const names = architecture === "clip" ? ["clip-text", "clip-vision"] : [architecture];
  return names.map((name) => JSON.parse(readFileSync(join(EXPORTED, `${name}.json`), "utf8")));
}

/** The stimulus of a reference, as ready tensors. */
export function readyInputs(references: Reference[]): Record<string, StepTensor> {
  const entries = references.flatMap(({ inputs }) => Object.entries(inputs));
  return Object.fromEntries(
    entries.map(([name, values]) => {
      const flat = (values as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
      const dims: number[] = [];
      for (let inner = (values as unknown[])[0]; Array.isArray(inner); inner = inner[0])
        dims.push(inner.length);
      const data = name === "pixel_values" ? Float32Array.from(flat) : BigInt64Array.from(flat, BigInt);
      return [name, stepTensor(data, dims)];
    }),
  );
}

/** The two pairs of METER's reference, over and over, with other pixels each time. */
export function meterPairs(nSteps: number): Record<string, StepTensor> {
  const [{ inputs }] = referencesOf("meter.ts-sdpa.onnx");
  const flat = (name: string) => (inputs[name] as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
  const again = (name: string) => Array.from({ length: nSteps / 2 }, () => flat(name)).flat();
  return {
    pixel_values: stepTensor(
      Float32Array.from(again("pixel_values"), (x, i) => x + Math.floor(i / 384) / 8),
      [3, 8, 8],
    ),
    input_ids: stepTensor(BigInt64Array.from(again("input_ids"), BigInt), [6]),
    attention_mask: stepTensor(BigInt64Array.from(again("attention_mask"), BigInt), [6]),
  };
}
