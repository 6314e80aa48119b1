import type { RgbImage } from "./decode-image";
import { inputSize, type Preprocessing, preprocessImage } from "./preprocessing";

/** The pictures of a stimulus in the order of time: a folder of files, or a film at its TRs. */
export interface FrameSource {
  /** The folder or the film. */
  source: string;
  /** A name for every frame: its file, or its time in the film. */
  names: readonly string[];
  /** SHA-256 of all that decides the pixels. */
  sha256: string;
  /** Decodes the frames of these indices, in this order, one at a time. */
  read(indices: readonly number[], signal?: AbortSignal): AsyncIterable<RgbImage>;
}

/** Frames as a vision model takes them. */
export interface PixelBatch {
  /** The frames' indices in their source. */
  indices: number[];
  /** [frames, 3, height, width] */
  data: Float32Array;
  dims: [nFrames: number, nChannels: 3, height: number, width: number];
}

/**
 * Prepares frames for a vision model, `batchSize` at a time: memory holds one batch and one decoded frame, however long the film.
 * Frames come in the order of `indices`, all of them by default. Throws for indices that the source does not have, for
 * a preprocessing without one size for all, and what the source and the preprocessing throw.
 */
export async function* pixelBatches(
  frames: FrameSource,
  preprocessing: Preprocessing,
  options: { indices?: readonly number[]; batchSize: number; signal?: AbortSignal },
): AsyncGenerator<PixelBatch> {
  const { indices = frames.names.map((_, i) => i), batchSize } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new Error(
      `pixelBatches: invalid batchSize: ${batchSize}; expected a positive integer. Pass how many frames the model takes at once.`,
    );
  }
  for (const index of indices) {
    if (frames.names[index] !== undefined) continue;
    throw new Error(
      `pixelBatches: invalid frame of ${frames.source}: ${index}; expected 0 to ${frames.names.length - 1}. Check which frame each TR gets.`,
    );
  }
  if (indices.length === 0) return;
  const { height, width } = inputSize(preprocessing);
  const nSamples = 3 * height * width;
  let batch: PixelBatch | null = null;
  let nDone = 0;
  for await (const image of frames.read(indices, options.signal)) {
    const nFrames = Math.min(batchSize, indices.length - nDone + (batch?.indices.length ?? 0));
    batch ??= { indices: [], data: new Float32Array(nFrames * nSamples), dims: [nFrames, 3, height, width] };
    const k = batch.indices.push(indices[nDone]) - 1;
    const target = batch.data.subarray(k * nSamples, (k + 1) * nSamples);
    preprocessImage(image, preprocessing, `${frames.source}, frame ${frames.names[indices[nDone]]}`, target);
    nDone++;
    if (batch.indices.length < nFrames) continue;
    yield batch;
    batch = null;
  }
}
