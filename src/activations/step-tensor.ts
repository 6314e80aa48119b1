import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { type FrameSource, inputSize, type Preprocessing, pixelBatches } from "../stimuli";
import { contentKey } from "../store";
import { hashFile } from "./graph-files";
import { type NpyHeader, readNpyHeader } from "./npy-header";

/** Values of the type that a model's input takes: floats for images, integers for token ids and masks. */
export type StepValues = Float32Array | BigInt64Array;

/** What one input of a model takes at each step of a stimulus: [nSteps × dims]. */
export interface StepTensor {
  nSteps: number;
  /** Sizes of one step: [3, 224, 224] for an image, [77] for token ids. */
  dims: readonly number[];
  /** Stands for all values. */
  key: string;
  /** The values of these steps, one after the other. */
  read(steps: readonly number[]): StepValues | Promise<StepValues>;
}

/** A tensor that is in memory, [nSteps × dims] row-major. Throws when its length does not fit. */
export function stepTensor(data: StepValues, dims: readonly number[]): StepTensor {
  const size = dims.reduce((product, n) => product * n, 1);
  const nSteps = data.length / size;
  if (!Number.isInteger(nSteps) || nSteps === 0) {
    throw new Error(
      `stepTensor: mismatched length: ${data.length} values; expected a multiple of ${dims.join(" × ")} = ${size}. Pass the sizes of one step.`,
    );
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const values = createHash("sha256").update(bytes).digest("hex");
  return {
    nSteps,
    dims,
    key: contentKey({ type: data.constructor.name, dims, values }),
    read(steps) {
      const values =
        data instanceof Float32Array
          ? new Float32Array(steps.length * size)
          : new BigInt64Array(steps.length * size);
      steps.forEach((step, k) => {
        // Both are of one type; the compiler cannot tell.
        (values as Float32Array).set(data.subarray(step * size, (step + 1) * size) as Float32Array, k * size);
      });
      return values;
    },
  };
}

/**
 * Opens the inputs of a model that stand ready in a folder: `NAME.npy` [nSteps × …] for each input NAME, float32 or float64 for
 * images, integers or booleans for ids and masks. Only the steps of a batch are read at once. Throws for a folder without
 * any, a damaged file, another type, and files of different lengths.
 */
export function openStepTensors(folder: string): Record<string, StepTensor> {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".npy"))
    .sort();
  if (names.length === 0) {
    throw new Error(
      `openStepTensors: missing inputs in ${folder}: no .npy; expected a file for each input of the model, such as pixel_values.npy. Write them with numpy.save.`,
    );
  }
  const tensors = Object.fromEntries(
    names.map((file) => [file.slice(0, -".npy".length), openNpy(join(folder, file))]),
  );
  const [first] = Object.values(tensors);
  const other = Object.entries(tensors).find(([, { nSteps }]) => nSteps !== first.nSteps);
  if (other) {
    throw new Error(
      `openStepTensors: mismatched steps in ${folder}: ${other[0]}.npy has ${other[1].nSteps}, ${names[0]} has ${first.nSteps}; expected one row a step in all. Write them from the same stimulus.`,
    );
  }
  return tensors;
}

function openNpy(path: string): StepTensor {
  const { shape, type, start, stepBytes } = readNpyHeader(path);
  const [nSteps, ...dims] = shape;
  const size = dims.reduce((product, n) => product * n, 1);
  return {
    nSteps,
    dims,
    key: contentKey({ npy: hashFile(path) }),
    read(steps) {
      const file = openSync(path, "r");
      try {
        const bytes = Buffer.alloc(steps.length * stepBytes);
        steps.forEach((step, k) => {
          const nRead = readSync(file, bytes, k * stepBytes, stepBytes, start + step * stepBytes);
          if (nRead < stepBytes) throw new Error(`openStepTensors: missing step ${step} of ${path}`);
        });
        return convert(bytes, type, steps.length * size);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** The bytes of a file as the values that a model takes. */
function convert(bytes: Buffer, type: NpyHeader["type"], count: number): StepValues {
  const { buffer } = new Uint8Array(bytes);
  if (type === "<f4") return new Float32Array(buffer);
  if (type === "<f8") return Float32Array.from(new Float64Array(buffer));
  if (type === "<i8") return new BigInt64Array(buffer);
  const integers = type === "<i4" ? new Int32Array(buffer) : new Uint8Array(buffer);
  return BigInt64Array.from({ length: count }, (_, i) => BigInt(integers[i]));
}

/**
 * The frames of a film or folder as a vision model takes them. Step t shows frame `frameOfStep[t]`, the frames in their order by
 * default. Frames are decoded when a batch needs them.
 */
export function frameTensor(
  frames: FrameSource,
  preprocessing: Preprocessing,
  frameOfStep: readonly number[] = frames.names.map((_, i) => i),
): StepTensor {
  const { height, width } = inputSize(preprocessing);
  // Where the settings were read from changes no pixel.
  const { source: _source, ...settings } = preprocessing;
  return {
    nSteps: frameOfStep.length,
    dims: [3, height, width],
    key: contentKey({ frames: frames.sha256, settings, frameOfStep }),
    async read(steps) {
      const indices = steps.map((step) => frameOfStep[step]);
      for await (const { data } of pixelBatches(frames, preprocessing, { indices, batchSize: steps.length }))
        return data;
      return new Float32Array(0);
    },
  };
}
