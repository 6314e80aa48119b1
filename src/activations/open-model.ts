import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Store } from "../store";
import { editedGraph, type GraphRecipe, type KeptGraph, readModel } from "./edited-graph";
import { weightFilePath, weightFiles } from "./external-data";
import { hashFile } from "./graph-files";
import { imageSizes } from "./image-sizes";
import { type ModelInput, maskInput, maskName, tokenInput } from "./model-inputs";
import { NEURON_DEFINITION, type StreamWeights } from "./neuron-outputs";
import { type AttentionNeurons, type Neuron, neuronTable, type Tower } from "./neuron-table";
import { type ProbeResult, probeGraph } from "./probe";
import type { TowerNames } from "./tower-names";

/** A transformer whose neurons can be read. */
export interface Model {
  name: string;
  /** The file as it was given; it is never changed. */
  path: string;
  /** SHA-256 of that file. */
  sha256: string;
  towers: Tower[];
  /** All neurons in the order of the columns of an activation matrix. */
  neurons: Neuron[];
  /** The edited graph of readings by token weights (`qkMean` and others). */
  graph: NeuronGraph;
  /** How that graph was made: other readings need another one (`neuron-graph.ts`). */
  recipe: GraphRecipe;
  /** The seed of random weights, null for the weights in the file. */
  seed: number | null;
}

/** An edited graph that returns neurons. */
export interface NeuronGraph {
  path: string;
  /** Stands for everything that the neurons' values depend on besides the stimulus. */
  key: string;
  inputs: ModelInput[];
  streams: StreamWeights[];
  attentions: AttentionNeurons[];
}

/**
 * Opens a transformer from its ONNX file or the folder that holds it (`onnx/model.onnx` or `model.onnx`) and finds its
 * attention neurons. The graph is edited to return them (`addNeuronOutputs`), kept in the store, and run on a stimulus of
 * one step to learn the numbers of heads and dimensions and which streams are causal (`probeGraph`).
 *
 * Streams are called "text" and "vision" by the inputs that they take; `towers` names them where that is not enough, by the name
 * of one input of each: { decoder_input_ids: "decoder" }. `causal` lists the inputs of the streams whose tokens see only
 * earlier ones, instead of the probe's finding. Throws when there is no such file, when it is no ONNX model, its weights are
 * missing or outside its folder, it has no attention, or its streams cannot be told apart.
 */
export async function openModel(
  path: string,
  options: { store: Store; towers?: TowerNames; causal?: readonly string[] },
): Promise<Model> {
  const { store } = options;
  const file = findModelFile(path);
  const sha256 = hashFile(file);
  const about = await store.product("model-file", { definition: NEURON_DEFINITION, sha256 }, () => {
    const model = readModel(file);
    return { weightFiles: weightFiles(model), imageSizes: imageSizes(model, file) };
  });
  const weights = about.weightFiles.map((location) => hashFile(weightFilePath(location, file)));
  const plain: GraphRecipe = {
    sha256: [sha256, ...weights],
    statistic: "product",
    causalStreams: [],
    addedMasks: [],
  };
  const first = await editedGraph(file, plain, store);
  const probe = await store.product("neuron-probe", { graph: first.key }, () =>
    probeGraph(first.path, first.layout, about.imageSizes),
  );
  const recipe = { ...plain, ...whatIsMissing(first, probe, options.causal) };
  const isPlain = recipe.causalStreams.length === 0 && recipe.addedMasks.length === 0;
  const kept = isPlain ? first : await editedGraph(file, recipe, store);

  const { layout } = kept;
  const outputs = layout.outputs.map((output, i) => ({ ...output, ...probe.shapes[i] }));
  const table = neuronTable(outputs, layout.streams, layout.inputs, {
    source: file,
    towers: options.towers ?? {},
  });
  const graph = graphOf(kept, table.attentions);
  const { towers, neurons } = table;
  return { name: nameOf(file), path: file, sha256, towers, neurons, graph, recipe, seed: null };
}

/** A kept graph with the places of its neurons: `attentions` are those of another graph of the same model, in any order. */
export function graphOf(kept: KeptGraph, attentions: AttentionNeurons[]): NeuronGraph {
  const { path, key, layout } = kept;
  return { path, key, inputs: layout.inputs, streams: layout.streams, attentions };
}

/** What the file alone does not say: streams that are causal, and text that has no mask though its padding would be seen. */
function whatIsMissing(
  { layout }: KeptGraph,
  probe: ProbeResult,
  stated: readonly string[] | undefined,
): Pick<GraphRecipe, "causalStreams" | "addedMasks"> {
  const { streams, inputs, outputs } = layout;
  const isCausal = (stream: number) =>
    stated === undefined
      ? probe.causalStreams.includes(stream)
      : streams[stream].inputs.some((input) => stated.includes(input));
  const causalStreams = streams.filter((_, i) => isCausal(i)).map((stream) => stream.inputs);
  const addedMasks = streams.flatMap(({ inputs: stream }, i) => {
    const ids = tokenInput(stream, inputs);
    // Padding stands behind the text: causal attention never sees it.
    const seesPadding = !isCausal(i) && outputs.some((o) => o.keyStream === i && !o.isCausal);
    return ids !== null && seesPadding && maskInput(stream, inputs) === null
      ? [{ stream, name: maskName(ids) }]
      : [];
  });
  return { causalStreams, addedMasks };
}

function findModelFile(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const candidates = isFolder ? [join(path, "onnx", "model.onnx"), join(path, "model.onnx")] : [path];
  const found = candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (found === undefined) {
    throw new Error(
      `openModel: missing model: ${path}; expected one of ${candidates.join(", ")}. Pass an .onnx file or the folder of a model published in ONNX.`,
    );
  }
  return resolve(found);
}

/** The folder's name for a file with the usual name, else the file's own. */
function nameOf(file: string): string {
  const stem = basename(file, ".onnx");
  const folder = dirname(file);
  if (stem !== "model") return stem;
  return basename(basename(folder) === "onnx" ? dirname(folder) : folder);
}
