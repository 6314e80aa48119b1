import { availableParallelism } from "node:os";
import type { InferenceSession, Tensor } from "onnxruntime-node";

/** Values for a graph's inputs, row-major. */
export type Feeds = Record<string, { data: Float32Array | BigInt64Array; dims: number[] }>;

/** A graph that is loaded and can be run until it is closed. */
export interface GraphSession {
  /** The float32 outputs by name. */
  run(feeds: Feeds): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>>;
  close(): Promise<void>;
}

/** Loads an ONNX file on the CPU. `threads` (default: all cores) changes the time and nothing else. */
export async function openSession(
  path: string,
  { threads = availableParallelism() }: { threads?: number } = {},
): Promise<GraphSession> {
  // Loaded when first needed: the native library is 45 MB and reading a neuron table does not use it.
  const onnxruntime = await import("onnxruntime-node");
  const explain = (what: string, error: unknown): Error =>
    new Error(
      `openSession: failed ${what} of ${path}: ${(error as Error).message}; expected a graph that onnxruntime can run. Check the model and its inputs.`,
      { cause: error },
    );
  const session: InferenceSession = await onnxruntime.InferenceSession.create(path, {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
  }).catch((error: unknown) => {
    throw explain("loading", error);
  });
  return {
    async run(feeds) {
      const tensors: Record<string, Tensor> = {};
      for (const [name, { data, dims }] of Object.entries(feeds)) {
        const isFloat = data instanceof Float32Array;
        tensors[name] = isFloat
          ? new onnxruntime.Tensor("float32", data, dims)
          : new onnxruntime.Tensor("int64", data as BigInt64Array, dims);
      }
      const outputs = await session.run(tensors).catch((error: unknown) => {
        throw explain("run", error);
      });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]),
      );
    },
    close: () => session.release(),
  };
}
