import { decodeNpy, encodeNpy, type Matrix, matrix, type Real } from "../tensor";

/** A product as files: file name → bytes. */
export type ProductFiles = Record<string, Uint8Array>;

/** How a product becomes files and comes back. `decode(encode(value))` equals `value`. */
export interface Codec<T> {
  encode(value: T): ProductFiles;
  decode(files: ProductFiles): T;
}

const INTEGER_ARRAYS = { Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array };

/**
 * Keeps plain data: a tree of objects, arrays, strings, booleans, null and numbers in `value.json`, with every matrix and
 * every float array in a .npy file of its own named after its place in the tree (`courses.npy`, `fold.0.weights.npy`), so
 * that numpy reads them. NaN, ±Infinity and −0 come back as they were. Everything else (undefined, functions, class
 * instances, keys that begin with "$") throws with its place.
 */
export function plainCodec<T>(): Codec<T> {
  return {
    encode(value) {
      const files: ProductFiles = {};
      const tree = pack(value, "", files);
      files["value.json"] = Buffer.from(`${JSON.stringify(tree, null, 1)}\n`);
      return files;
    },
    decode(files) {
      return unpack(JSON.parse(Buffer.from(files["value.json"]).toString("utf8")), files) as T;
    },
  };
}

function pack(value: unknown, place: string, files: ProductFiles): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : `${value}` };
  }
  if (ArrayBuffer.isView(value)) {
    const floats = floatArray(value);
    if (floats) return { $vector: addNpy(matrix(floats, [floats.length, 1]), place, files) };
    const kind = kindOf(value);
    if (!(kind in INTEGER_ARRAYS)) throw invalid(place, kind);
    return { $integers: kind, values: Array.from(value as Uint8Array) };
  }
  if (Array.isArray(value)) return Array.from(value, (item, i) => pack(item, join(place, `${i}`), files));
  if (typeof value === "object" && isPlain(value)) {
    const found = asMatrix(value);
    if (found) return { $matrix: addNpy(found, place, files) };
    // No prototype, so that a key "__proto__" is a key like any other.
    const packed: Record<string, unknown> = Object.create(null);
    for (const [key, item] of Object.entries(value)) {
      if (key.startsWith("$")) throw invalid(join(place, key), 'a key that begins with "$"');
      packed[key] = pack(item, join(place, key), files);
    }
    return packed;
  }
  throw invalid(place, typeof value === "object" ? `a ${value?.constructor.name}` : typeof value);
}

function unpack(tree: unknown, files: ProductFiles): unknown {
  if (tree === null || typeof tree !== "object") return tree;
  if (Array.isArray(tree)) return tree.map((item) => unpack(item, files));
  const node = tree as Record<string, unknown>;
  if (typeof node.$number === "string") return Number(node.$number);
  if (typeof node.$vector === "string") return decodeNpy(files[node.$vector], node.$vector).data;
  if (typeof node.$matrix === "string") return decodeNpy(files[node.$matrix], node.$matrix);
  if (typeof node.$integers === "string") {
    const ArrayType = INTEGER_ARRAYS[node.$integers as keyof typeof INTEGER_ARRAYS];
    return ArrayType.from(node.values as number[]);
  }
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, unpack(item, files)]));
}

function addNpy(m: Matrix, place: string, files: ProductFiles): string {
  const stem = (place || "value").replace(/[^A-Za-z0-9._-]/g, "_");
  let file = `${stem}.npy`;
  for (let i = 2; file in files; i++) file = `${stem}~${i}.npy`;
  files[file] = encodeNpy(m);
  return file;
}

/** The value as a matrix when it is one. */
function asMatrix(value: object): Matrix | null {
  const { data, shape } = value as Partial<Matrix>;
  const floats = ArrayBuffer.isView(data) ? floatArray(data) : null;
  const isPair = Array.isArray(shape) && shape.length === 2 && Object.keys(value).length === 2;
  return floats && isPair ? matrix(floats, [shape[0], shape[1]]) : null;
}

/** A float array as one of this context's own: arrays made in a notebook's context are no `instanceof Float32Array`. */
function floatArray(value: ArrayBufferView): Real | null {
  const { buffer, byteOffset, byteLength } = value;
  const kind = kindOf(value);
  if (kind === "Float32Array") return new Float32Array(buffer, byteOffset, byteLength / 4);
  return kind === "Float64Array" ? new Float64Array(buffer, byteOffset, byteLength / 8) : null;
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function join(place: string, key: string): string {
  return place === "" ? key : `${place}.${key}`;
}

function invalid(place: string, got: string): Error {
  return new Error(
    `plainCodec: invalid value at ${place || "the top"}: ${got}; expected plain objects, arrays, strings, numbers, booleans, null, float or integer arrays of at most 32 bits, or matrices. Convert it before it is kept.`,
  );
}
