import fs from "node:fs";
import path from "node:path";
import type { Kernels } from "./linear-algebra";
import { plainKernels } from "./plain";

/** What is used of @tensorflow/tfjs-node and -gpu. */
interface Tensorflow {
  version: Record<string, string>;
  tensor2d(values: Float32Array, shape: [number, number]): unknown;
  matMul(a: unknown, b: unknown, transposeA: boolean, transposeB: boolean): { dataSync(): Float32Array };
  tidy<T>(work: () => T): T;
}

const BUILDS = { gpu: "@tensorflow/tfjs-node-gpu", cpu: "@tensorflow/tfjs-node" };
const FOLDER = path.join(__dirname, "..", "..", ".cache", "tensorflow");

/**
 * TensorFlow through @tensorflow/tfjs-node-gpu, else @tensorflow/tfjs-node, as `npm run tensorflow -- gpu|cpu` has
 * built it: products of float32 run there. It computes no float64: those products, and factorisations, are plain
 * JavaScript.
 */
export function loadTensorflow(): Kernels {
  // Its start-up would otherwise tell of instructions that the wheel does not use.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const failures: string[] = [];
  for (const [device, name] of Object.entries(BUILDS)) {
    const addon = path.join(FOLDER, device, "node_modules", ...name.split("/"));
    try {
      if (!fs.existsSync(addon)) throw new Error("not built");
      return tensorflowKernels(device, require(addon));
    } catch (error) {
      failures.push(`${device}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  throw new Error(
    `loadTensorflow: missing addon: ${failures.join("; ")}; expected one that loads. Build it with npm run tensorflow -- cpu.`,
  );
}

function tensorflowKernels(device: string, tf: Tensorflow): Kernels {
  const plain = plainKernels("beside TensorFlow");
  return {
    name: `TensorFlow through tfjs-node ${tf.version["tfjs-node"] ?? tf.version.tfjs} (${device}; float64 in plain JavaScript)`,
    multiply(product, a, b, out) {
      if (!(a instanceof Float32Array && b instanceof Float32Array)) {
        plain.multiply(product, a, b, out);
        return;
      }
      const { m, n, k, transposeA, transposeB } = product;
      const values = tf.tidy(() => {
        const left = tf.tensor2d(a, transposeA ? [k, m] : [m, k]);
        const right = tf.tensor2d(b, transposeB ? [n, k] : [k, n]);
        return tf.matMul(left, right, transposeA, transposeB).dataSync();
      });
      out.set(values);
    },
    symmetricEigen: plain.symmetricEigen,
    solvePositiveDefinite: plain.solvePositiveDefinite,
  };
}
