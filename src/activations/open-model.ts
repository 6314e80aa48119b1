import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Codec, contentKey, type Store } from "../store";
import { findAttention } from "./attention-graph";
import { addNeuronOutputs, NEURON_DEFINITION, type NeuronOutput, type StreamWeights } from "./neuron-outputs";
import { type AttentionNeurons, type ModelInput, type Neuron, neuronTable, type Tower } from "./neuron-table";
import { decodeOnnx, encodeOnnx, type OnnxModel, toNumber } from "./onnx-file";
import { type Feeds, openSession } from "./session";

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
  graph: NeuronGraph;
}

/** The edited graph that returns neurons. */
export interface NeuronGraph {
  path: string;
  /** Stands for everything that the neurons' values depend on besides the stimulus. */
  key: string;
  inputs: ModelInput[];
  streams: StreamWeights[];
  attentions: AttentionNeurons[];
}

/** What the edited graph takes and gives; kept beside it. */
interface GraphLayout {
  inputs: ModelInput[];
  streams: StreamWeights[];
  outputs: NeuronOutput[];
}

/** The name under which edited graphs are kept, and the file that holds one. */
export const GRAPH_FILE = "graph.onnx";

/**
 * Opens a transformer from its ONNX file or the folder that holds it (`onnx/model.onnx` or `model.onnx`) and finds its
 * attention neurons. The graph is edited to return them (`addNeuronOutputs`), kept in the store, and run once on a stimulus of
 * one step to learn the numbers of heads and dimensions. Throws when there is no such file, when it is no ONNX
 * model, has no attention, or its streams cannot be told apart.
 */
export async function openModel(path: string, options: { store: Store }): Promise<Model> {
  const { store } = options;
  const file = findModelFile(path);
  const bytes = readFileSync(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const parts = { definition: NEURON_DEFINITION, model: sha256 };

  const { layout } = await store.product("neuron-graph", parts, () => editGraph(bytes, file), graphCodec);
  const graphPath = join(store.productFolder("neuron-graph", parts), GRAPH_FILE);
  const shapes = await store.product("neuron-shapes", parts, () => measureNeurons(graphPath, layout));

  const outputs = layout.outputs.map((output, i) => ({ ...output, ...shapes[i] }));
  const { towers, attentions, neurons } = neuronTable(outputs, layout.streams, layout.inputs, file);
  const { inputs, streams } = layout;
  const graph = { path: graphPath, key: contentKey(parts), inputs, streams, attentions };
  return { name: nameOf(file), path: file, sha256, towers, neurons, graph };
}

/** What was found in a model, as a person would say it. */
export function describeModel(model: Model): string {
  const towers = model.towers.map(({ name, kind, keysFrom, nLayers, nHeads, headDim }) => {
    const source = kind === "self" ? "self-attention" : `cross-attention to ${keysFrom}`;
    const count = (nLayers * nHeads * headDim).toLocaleString("en");
    return `  ${name}, ${source}: ${nLayers} ${nLayers === 1 ? "layer" : "layers"} × ${nHeads} heads × ${headDim} dimensions = ${count} neurons`;
  });
  const inputs = model.graph.inputs.map(({ name, shape }) => `${name} [${shape.join(", ")}]`);
  return [
    `${model.name}: ${model.neurons.length.toLocaleString("en")} attention neurons`,
    ...towers,
    `  reads ${inputs.join(", ")}`,
    `  file ${model.path}, SHA-256 ${model.sha256}`,
  ].join("\n");
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

function editGraph(bytes: Uint8Array, source: string): { layout: GraphLayout; graph: Uint8Array } {
  const model = decodeOnnx(bytes, source);
  const inputs = modelInputs(model);
  const { streams, outputs } = addNeuronOutputs(model, findAttention(model, source));
  return { layout: { inputs, streams, outputs }, graph: encodeOnnx(model) };
}

const graphCodec: Codec<{ layout: GraphLayout; graph: Uint8Array }> = {
  encode: ({ layout, graph }) => ({
    [GRAPH_FILE]: graph,
    "layout.json": Buffer.from(`${JSON.stringify(layout, null, 1)}\n`),
  }),
  decode: (files) => ({
    layout: JSON.parse(Buffer.from(files["layout.json"]).toString("utf8")),
    graph: files[GRAPH_FILE],
  }),
};

function modelInputs(model: OnnxModel): ModelInput[] {
  const weights = new Set(model.graph.initializer.map(({ name }) => name));
  return model.graph.input
    .filter(({ name }) => !weights.has(name))
    .map(({ name, type }) => ({
      name,
      elementType: type?.tensorType?.elemType ?? 0,
      shape: (type?.tensorType?.shape?.dim ?? []).map(({ dimValue, dimParam }) =>
        dimParam ? dimParam : toNumber(dimValue ?? 0) || "?",
      ),
    }));
}

/** Heads and dimensions of each output, from one run: the file need not say them. */
async function measureNeurons(
  graphPath: string,
  layout: GraphLayout,
): Promise<{ nHeads: number; headDim: number }[]> {
  const feeds: Feeds = {};
  for (const { name, elementType, shape } of layout.inputs) {
    const dims = shape.map((size) => (typeof size === "number" ? size : 1));
    const count = dims.reduce((product, size) => product * size, 1);
    feeds[name] = { data: elementType === 1 ? new Float32Array(count) : new BigInt64Array(count), dims };
  }
  const nBatch = feeds[layout.inputs[0].name].dims[0];
  for (const { queryWeights, keyWeights } of layout.streams) {
    for (const name of [queryWeights, keyWeights]) {
      feeds[name] = { data: new Float32Array(nBatch).fill(1), dims: [nBatch, 1, 1] };
    }
  }
  const session = await openSession(graphPath, { threads: 1 });
  try {
    const outputs = await session.run(feeds);
    return layout.outputs.map(({ tensor }) => {
      const [, , nHeads, headDim] = outputs[tensor].dims;
      return { nHeads, headDim };
    });
  } finally {
    await session.close();
  }
}
