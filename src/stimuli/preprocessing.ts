import type { RgbImage } from "./decode-image";
import { type ImageWindow, type ResampleFilter, resizeImage } from "./resize-image";

/** The way from a picture to a vision model's input. */
export interface Preprocessing {
  /** The file it was read from, or a name. */
  source: string;
  /** Resizes to a height and width, or the shorter side to a length with the longer in proportion, rounded down; null: never. */
  resize: { height: number; width: number } | { shortestEdge: number } | null;
  resample: ResampleFilter;
  /** The middle part that is kept; null: all of it. */
  crop: { height: number; width: number } | null;
  /** Which half an odd margin leaves on the left and top: "down" as in transformers, "half-even" as in torchvision. */
  cropRounding: "down" | "half-even";
  /** Samples 0 … 255 are multiplied by it. */
  rescaleFactor: number;
  /** Of red, green and blue: (sample · rescaleFactor − mean) / std. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/**
 * METER's `clip_transform`: the shorter side to 288 by bicubic, the middle 288 × 288, CLIP's mean and standard deviation.
 * The released code crops with torchvision. A picture that is partly transparent is resized there before its alpha is dropped, here
 * after that. Source: METER, meter/transforms/transform.py.
 */
export const meterPreprocessing: Preprocessing = {
  source: "METER's clip_transform",
  resize: { shortestEdge: 288 },
  resample: "bicubic",
  crop: { height: 288, width: 288 },
  cropRounding: "half-even",
  rescaleFactor: 1 / 255,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/**
 * The height and width of a model's input, when they are the same for every picture. Throws when they follow the picture, since
 * no batch could hold them.
 */
export function inputSize({ source, crop, resize }: Preprocessing): { height: number; width: number } {
  if (crop !== null) return crop;
  if (resize !== null && "height" in resize) return resize;
  throw new Error(
    `inputSize: missing size of ${source}: no centre crop and no resize to a height and width; expected pictures of one size. Add a crop_size.`,
  );
}

/**
 * Writes the model's input for one picture: red, green and blue planes, [3 × height × width], into `target`.
 *
 * The bytes are those of transformers' Pillow processors: uint8 until after the crop; then sample · rescaleFactor in float64
 * rounded to float32, less the float32 mean, over the float32 std. Throws when the picture, resized, is smaller than the crop.
 */
export function preprocessImage(
  image: RgbImage,
  preprocessing: Preprocessing,
  source: string,
  target: Float32Array,
): void {
  const size = resizedSize(image, preprocessing);
  const window = cropWindow(size, preprocessing, source);
  const { data } = resizeImage(image, size, preprocessing.resample, window);
  const nPixels = window.width * window.height;
  for (let channel = 0; channel < 3; channel++) {
    const values = channelValues(preprocessing, channel);
    const plane = target.subarray(channel * nPixels, (channel + 1) * nPixels);
    for (let i = 0, from = channel; i < nPixels; i++, from += 3) plane[i] = values[data[from]];
  }
}

function resizedSize(image: RgbImage, { resize }: Preprocessing): { height: number; width: number } {
  if (resize === null) return image;
  if ("height" in resize) return resize;
  const { width, height } = image;
  const short = resize.shortestEdge;
  const long = Math.trunc((short * Math.max(width, height)) / Math.min(width, height));
  return width <= height ? { width: short, height: long } : { width: long, height: short };
}

function cropWindow(
  size: { height: number; width: number },
  { crop, cropRounding }: Preprocessing,
  source: string,
): ImageWindow {
  if (crop === null) return { left: 0, top: 0, width: size.width, height: size.height };
  if (size.width < crop.width || size.height < crop.height) {
    throw new Error(
      `preprocessImage: invalid size of ${source}: ${size.width} × ${size.height} before the crop; expected at least ${crop.width} × ${crop.height} (width × height). Use larger pictures, or a preprocessing that resizes.`,
    );
  }
  const margin = (from: number, to: number) => {
    const half = (from - to) / 2;
    const down = Math.floor(half);
    // Of the two neighbours of a half torchvision's rounding takes the even one.
    return cropRounding === "half-even" && half !== down && down % 2 !== 0 ? down + 1 : down;
  };
  return { left: margin(size.width, crop.width), top: margin(size.height, crop.height), ...crop };
}

/** What each of the 256 samples of a channel becomes. */
function channelValues({ rescaleFactor, mean, std }: Preprocessing, channel: number): Float32Array {
  const m = Math.fround(mean[channel]);
  const s = Math.fround(std[channel]);
  // A difference or quotient of float32 values, rounded to float64 and then to float32, is rounded right.
  return Float32Array.from(
    { length: 256 },
    (_, sample) => Math.fround(Math.fround(sample * rescaleFactor) - m) / s,
  );
}
