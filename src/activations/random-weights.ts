import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Codec, contentKey, type Store } from "../store";
import { random } from "../tensor";
import { FLOAT32 } from "./graph-writer";
import { decodeOnnx, elementCount, encodeOnnx, type OnnxTensor } from "./onnx-file";
import { GRAPH_FILE, type Model } from "./open-model";

const VERSION = "normal with each tensor's mean and SD, version 1";
/** Masks hold the lowest float32 or −∞; no weight is this large. */
const MASK_VALUE = 1e30;
/** float16, double, bfloat16: weights, but not drawn here. */
const OTHER_FLOATS = [10, 11, 16];

/**
 * The model with random weights: every float32 weight, bias and embedding (initialisers with more than one element) is redrawn
 * from a normal with the tensor's own mean and SD (ddof 0). What is not learned stays: integers, scalars, masks, and constants in
 * the graph. A tensor's numbers depend on the seed and its name alone. The twin is kept in the store; the model's file is
 * never changed. Throws for weights in another float type.
 */
export async function randomTwin(model: Model, seed: number, options: { store: Store }): Promise<Model> {
  const { store } = options;
  const parts = { version: VERSION, graph: model.graph.key, seed };
  const redraw = () => {
    const onnx = decodeOnnx(readFileSync(model.graph.path), model.graph.path);
    for (const tensor of onnx.graph.initializer) redrawTensor(tensor, seed, model.path);
    return encodeOnnx(onnx);
  };
  await store.product("random-twin", parts, redraw, graphCodec);
  const path = join(store.productFolder("random-twin", parts), GRAPH_FILE);
  const name = `${model.name} (random weights, seed ${seed})`;
  return { ...model, name, graph: { ...model.graph, path, key: contentKey(parts) } };
}

const graphCodec: Codec<Uint8Array> = {
  encode: (graph) => ({ [GRAPH_FILE]: graph }),
  decode: (files) => files[GRAPH_FILE],
};

function redrawTensor(tensor: OnnxTensor, seed: number, source: string): void {
  if (elementCount(tensor) < 2) return;
  if (OTHER_FLOATS.includes(tensor.dataType)) {
    throw new Error(
      `randomTwin: unsupported weights of ${source}: "${tensor.name}" has element type ${tensor.dataType}; expected float32. Export the model in float32.`,
    );
  }
  if (tensor.dataType !== FLOAT32) return;
  const values = floatsOf(tensor);
  let sum = 0;
  let largest = 0;
  for (const value of values) {
    sum += value;
    largest = Math.max(largest, Math.abs(value));
  }
  if (!(largest < MASK_VALUE)) return;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const sd = Math.sqrt(squares / values.length);

  const draw = random(createHash("sha256").update(`${seed} ${tensor.name}`).digest().readInt32LE(0));
  const drawn = new Float32Array(values.length);
  for (let i = 0; i < drawn.length; i++) drawn[i] = mean + sd * draw.normal();
  tensor.floatData = [];
  tensor.rawData = Buffer.from(drawn.buffer);
}

/** The elements of a float32 tensor as a copy: the bytes in a file need not start at a multiple of four. */
function floatsOf(tensor: OnnxTensor): Float32Array {
  return tensor.rawData.length > 0
    ? new Float32Array(new Uint8Array(tensor.rawData).buffer)
    : Float32Array.from(tensor.floatData);
}
