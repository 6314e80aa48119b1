import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Codec, contentKey, type Store } from "../store";
import { type Attention, findAttention } from "./attention-graph";
import { tensorChunks } from "./external-data";
import { checkGraphFiles, type FileRecord, GRAPH_FILE, writeGraphFiles } from "./graph-files";
import { widenHalves } from "./half-precision";
import { addAttentionMask } from "./missing-mask";
import { type ModelInput, modelInputs } from "./model-inputs";
import { addNeuronOutputs, NEURON_DEFINITION, type NeuronOutput, type StreamWeights } from "./neuron-outputs";
import { decodeOnnx, type OnnxModel, opsetVersion } from "./onnx-file";
import type { Statistic } from "./readings";

/** A file of a model, by its content, and how its graph is to be edited. */
export interface GraphRecipe {
  /** SHA-256 of the file and of the files that hold its weights. */
  sha256: string[];
  statistic: Statistic;
  /** Inputs of the streams whose attention is known to be causal though no operator says so. */
  causalStreams: string[][];
  /** Streams whose padding is hidden by a mask input that the exporter dropped. */
  addedMasks: { stream: string[]; name: string }[];
}

/** What an edited graph takes and gives. */
export interface GraphLayout {
  inputs: ModelInput[];
  streams: StreamWeights[];
  outputs: NeuronOutput[];
}

/** An edited graph on disk. */
export interface KeptGraph {
  path: string;
  /** Stands for everything that the neurons' values depend on besides the stimulus. */
  key: string;
  layout: GraphLayout;
}

/** Before this version of ONNX's operators, some that the edit uses do not exist. */
const FIRST_OPSET = 11;

/** Reads a model's file for editing; its weights may be elsewhere. Throws for operators too old for the edit. */
export function readModel(file: string): OnnxModel {
  // A protobuf cannot be larger, and Node reads no more at once.
  const { size } = statSync(file);
  if (size >= 2 ** 31) {
    throw new Error(
      `openModel: invalid model file ${file}: ${size} bytes; expected less than 2 GiB, as every ONNX file has. Save large weights in a file beside it (save_as_external_data=True).`,
    );
  }
  const model = decodeOnnx(readFileSync(file), file);
  const opset = opsetVersion(model) ?? 0;
  if (opset < FIRST_OPSET) {
    throw new Error(
      `openModel: unsupported operator set of ${file}: ${opset}; expected ${FIRST_OPSET} or later. Export the model again, or convert it in Python with onnx.version_converter.convert_version(model, 17).`,
    );
  }
  widenHalves(model);
  return model;
}

/** The edited graph of `file` that the recipe describes: kept in the store, made when it is missing or damaged. */
export async function editedGraph(file: string, recipe: GraphRecipe, store: Store): Promise<KeptGraph> {
  const parts = { definition: NEURON_DEFINITION, ...recipe };
  const edit = (): { model: OnnxModel; layout: GraphLayout } => {
    const model = readModel(file);
    const attentions = findAttention(model, file);
    for (const { stream, name } of recipe.addedMasks) addAttentionMask(model, attentions, stream, name);
    const inputs = modelInputs(model, file);
    const isCausal = (attention: Attention) =>
      attention.isCausal || recipe.causalStreams.some((stream) => `${stream}` === `${attention.queryStream}`);
    const { statistic } = recipe;
    return { model, layout: { inputs, ...addNeuronOutputs(model, attentions, { statistic, isCausal }) } };
  };
  return await keptGraph(store, "neuron-graph", parts, (folder) => {
    const { model, layout } = edit();
    return { layout, files: writeGraphFiles(folder, model, (tensor) => tensorChunks(tensor, file)) };
  });
}

interface GraphRecord {
  layout: GraphLayout;
  files: FileRecord[];
}

/**
 * A product whose large files stand in a folder of their own beside it, since a store's products are held in memory. `write` fills
 * the folder; its files are checked whenever the product is read.
 */
export async function keptGraph(
  store: Store,
  name: string,
  parts: unknown,
  write: (folder: string) => GraphRecord,
): Promise<KeptGraph> {
  const folder = `${store.productFolder(name, parts)}.files`;
  const codec: Codec<GraphRecord> = {
    encode: (record) => ({ "graph.json": Buffer.from(`${JSON.stringify(record, null, 1)}\n`) }),
    decode(files) {
      const record = JSON.parse(Buffer.from(files["graph.json"]).toString("utf8")) as GraphRecord;
      checkGraphFiles(folder, record.files);
      return record;
    },
  };
  const { layout } = await store.product(name, parts, () => write(folder), codec);
  return { path: join(folder, GRAPH_FILE), key: contentKey(parts), layout };
}
