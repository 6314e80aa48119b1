/** How a value is shown: a bundle of the same thing in several MIME types, of which the front end takes the richest. */
import { inspect } from "node:util";
import { dataFrameBundle, isDataFrame } from "./data-frame";
import { isMatrix, matrixText } from "./matrix-text";

/** Data by MIME type. Text for text types, base64 for binary ones, plain objects for JSON ones. */
export type Bundle = Record<string, unknown>;

/** A value brings its own bundle, or a promise of one, by a method of this name. */
const displayMethod = Symbol.for("Jupyter.display");

/**
 * The bundle of any value. A value whose own method fails is shown as text, and `warn` is told why.
 */
export function bundleOf(value: unknown, warn: (reason: string) => void): Bundle | Promise<Bundle> {
  const method = ownMethod(value);
  if (!method) return plainBundle(value);
  const fallBack = (error: unknown): Bundle => {
    warn(`could not draw this value: ${error instanceof Error ? error.message : inspect(error)}`);
    return textBundle(value);
  };
  try {
    const bundle = method();
    return isPromise(bundle) ? bundle.then(encoded).catch(fallBack) : encoded(bundle);
  } catch (error) {
    return fallBack(error);
  }
}

/** Data that is in a MIME type already. */
export function bundleAs(type: string, value: unknown): Bundle {
  return encoded({ [type]: value });
}

export function textBundle(value: unknown): Bundle {
  return { "text/plain": inspect(value) };
}

function plainBundle(value: unknown): Bundle {
  if (isDataFrame(value)) return dataFrameBundle(value);
  if (isMatrix(value)) return { "text/plain": matrixText(value) };
  return textBundle(value);
}

function ownMethod(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = (value as Record<symbol, unknown>)[displayMethod];
  return typeof method === "function" ? () => method.call(value) : undefined;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === "function";
}

function encoded(bundle: unknown): Bundle {
  if (typeof bundle !== "object" || bundle === null) {
    throw new TypeError(
      `Jupyter.display: invalid bundle: ${inspect(bundle)}; expected an object of data by MIME type`,
    );
  }
  const entries = Object.entries(bundle).map(([type, data]) => [
    type,
    data instanceof Uint8Array
      ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")
      : data,
  ]);
  return Object.fromEntries(entries);
}
