import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Store } from "../store";
import { random } from "../tensor";
import { type KeptGraph, keptGraph } from "./edited-graph";
import { tensorChunks } from "./external-data";
import { decodeFloats, encodeFloats, isFloat } from "./float-codec";
import { writeGraphFiles } from "./graph-files";
import { FLOAT32 } from "./graph-writer";
import { decodeOnnx, elementCount, isExternal, type OnnxTensor } from "./onnx-file";
import { graphOf, type Model } from "./open-model";

const VERSION = "normal with each tensor's mean and SD, version 2";
/** Masks hold the lowest float32 or −∞; no weight is this large. */
const MASK_VALUE = 1e30;
const DOUBLE = 11;

/**
 * The model with random weights: every weight, bias and embedding (initialisers of floating point, halves included, with more
 * than one element) is redrawn from a normal with the tensor's own mean and SD (ddof 0). What is not learned stays: integers,
 * scalars, masks, and constants in the graph. A tensor's numbers depend on the seed and its name alone. The twin is kept in
 * the store; the model's file is never changed. Throws for weights in double precision.
 */
export async function randomTwin(model: Model, seed: number, options: { store: Store }): Promise<Model> {
  const { path, key, inputs, streams } = model.graph;
  const layout = { inputs, streams, outputs: [] };
  const kept = await redrawnGraph({ path, key, layout }, seed, options.store);
  const name = `${model.name} (random weights, seed ${seed})`;
  return { ...model, name, seed, graph: graphOf(kept, model.graph.attentions) };
}

/** An edited graph with its weights redrawn. */
export async function redrawnGraph(graph: KeptGraph, seed: number, store: Store): Promise<KeptGraph> {
  const parts = { version: VERSION, graph: graph.key, seed };
  return await keptGraph(store, "random-twin", parts, (folder) => {
    const onnx = decodeOnnx(readFileSync(graph.path), graph.path);
    const inline = onnx.graph.initializer.filter((tensor) => !isExternal(tensor));
    for (const tensor of inline) {
      if (tensor.rawData.length > 0 || !isFloat(tensor.dataType)) continue;
      if (tensor.floatData.length !== elementCount(tensor)) {
        throw new Error(
          `randomTwin: unsupported weights of ${graph.path}: "${tensor.name}" has no bytes; expected its elements as bytes or floats. Save the model again in Python: onnx.save(onnx.load("model.onnx"), "saved.onnx").`,
        );
      }
      // Values in a typed field: as bytes they can be read and written like all others.
      tensor.rawData = encodeFloats(Float64Array.from(tensor.floatData), FLOAT32);
      tensor.floatData = [];
    }
    const files = writeGraphFiles(folder, onnx, (tensor) => redraw(tensor, seed, graph.path));
    return { layout: graph.layout, files };
  });
}

/** The bytes of a tensor, redrawn piece by piece where they are learned. */
function redraw(tensor: OnnxTensor, seed: number, source: string): Iterable<Uint8Array> {
  const chunks = () => tensorChunks(tensor, source);
  const { dataType, name } = tensor;
  if (elementCount(tensor) < 2) return chunks();
  if (dataType === DOUBLE) {
    throw new Error(
      `randomTwin: unsupported weights of ${source}: "${name}" is in double precision; expected float32 or a half. Export the model in float32.`,
    );
  }
  if (!isFloat(dataType)) return chunks();
  let [sum, count, largest] = [0, 0, 0];
  for (const chunk of chunks()) {
    for (const value of decodeFloats(chunk, dataType)) {
      sum += value;
      count++;
      largest = Math.max(largest, Math.abs(value));
    }
  }
  if (!(largest < MASK_VALUE)) return chunks();
  const mean = sum / count;
  let squares = 0;
  for (const chunk of chunks())
    for (const value of decodeFloats(chunk, dataType)) squares += (value - mean) ** 2;
  const sd = Math.sqrt(squares / count);

  const draw = random(createHash("sha256").update(`${seed} ${name}`).digest().readInt32LE(0));
  return (function* () {
    for (const chunk of chunks()) {
      const drawn = decodeFloats(chunk, dataType);
      for (let i = 0; i < drawn.length; i++) drawn[i] = mean + sd * draw.normal();
      yield encodeFloats(drawn, dataType);
    }
  })();
}
