import { createHash, type Hash } from "node:crypto";

/**
 * The SHA-256 (hex) of a value's content: equal content gives the same key in every process and on every machine,
 * whatever the order of an object's keys. A product is kept under the key of its inputs.
 *
 * Plain objects, arrays, strings, booleans, null, bigints, numbers (NaN, −0 and ±Infinity each have a key of their own)
 * and typed arrays (element type, length and bytes; so a Matrix counts with its element type, shape and bytes) are content.
 * Everything else (undefined, functions, symbols, dates, maps, class instances, cycles) throws with its place in `parts`,
 * because leaving it out would let two different inputs share a key.
 */
export function contentKey(parts: unknown): string {
  const hash = createHash("sha256");
  feed(hash, parts, "parts", new Set());
  return hash.digest("hex");
}

/** Every value is fed as a tag that says its kind and length, then its content: no two values give the same stream. */
function feed(hash: Hash, value: unknown, place: string, above: Set<object>): void {
  if (value === null || typeof value === "boolean") {
    hash.update(`${value};`);
  } else if (typeof value === "number") {
    hash.update(Object.is(value, -0) ? "number -0;" : `number ${value};`);
  } else if (typeof value === "bigint") {
    hash.update(`bigint ${value};`);
  } else if (typeof value === "string") {
    const bytes = Buffer.from(value, "utf8");
    hash.update(`string ${bytes.length}:`).update(bytes);
  } else if (ArrayBuffer.isView(value)) {
    // The tag and not the constructor: arrays made in a notebook's context have constructors of their own.
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    hash.update(`${kind} ${value.byteLength}:`);
    hash.update(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  } else if (isPlain(value)) {
    if (above.has(value)) throw invalid(place, "an object that contains itself");
    above.add(value);
    if (Array.isArray(value)) {
      hash.update(`array ${value.length}:`);
      for (let i = 0; i < value.length; i++) feed(hash, value[i], `${place}[${i}]`, above);
    } else {
      const keys = Object.keys(value).sort();
      hash.update(`object ${keys.length}:`);
      for (const key of keys) {
        feed(hash, key, place, above);
        feed(hash, (value as Record<string, unknown>)[key], `${place}.${key}`, above);
      }
    }
    above.delete(value);
  } else {
    throw invalid(place, typeof value === "object" ? `a ${value?.constructor?.name}` : typeof value);
  }
}

/** True for arrays and for objects without a class, including those made in another context of the same process. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function invalid(place: string, got: string): Error {
  return new Error(
    `contentKey: invalid value at ${place}: ${got}; expected plain objects, arrays, strings, numbers, booleans, null or typed arrays. Leave it out or pass what it stands for.`,
  );
}
