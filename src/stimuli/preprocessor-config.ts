import type { Preprocessing } from "./preprocessing";
import type { ResampleFilter } from "./resize-image";

/** The numbers by which Pillow and preprocessor_config.json call the filters. */
const FILTERS: readonly ResampleFilter[] = [
  ...(["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming", "mks2013", "mks2021"] as const),
];

/** What a processor does where its file is silent, and how it takes a size that is one number. */
const PROCESSORS: Readonly<
  Record<string, { resample: number; crop: number | null; numberMeans: "shortest edge" | "square" }>
> = {
  CLIP: { resample: 3, crop: 224, numberMeans: "shortest edge" },
  Bit: { resample: 3, crop: 224, numberMeans: "shortest edge" }, // the one of DINOv2
  ViT: { resample: 2, crop: null, numberMeans: "square" },
  DeiT: { resample: 3, crop: 224, numberMeans: "square" },
};

/** Keys that change no pixel here. Pictures are always made RGB, whatever do_convert_rgb says: three channels are what models take. */
const NEUTRAL = [
  ...[
    "image_processor_type",
    "feature_extractor_type",
    "processor_class",
    "auto_map",
    "_valid_processor_keys",
  ],
  ...["do_convert_rgb", "data_format", "input_data_format", "return_tensors", "device", "default_to_square"],
];
const USED = [
  ...["do_resize", "size", "resample", "do_center_crop", "crop_size", "do_rescale", "rescale_factor"],
  ...["do_normalize", "image_mean", "image_std"],
];

/**
 * Reads a `preprocessor_config.json` of CLIP, ViT, DeiT or DINOv2 (its processor is BiT's), old form or new. Where the file is
 * silent the processor's own default holds, as in transformers; sizes may be a number, {"shortest_edge"} or {"height", "width"}.
 *
 * Throws for other processors and for every setting that would change pixels and is not known here, rather than passing it over.
 * Source: transformers, image_processing_backends.py (the Pillow backend; its torchvision backend rounds otherwise).
 */
export function readPreprocessing(content: Uint8Array | string, source: string): Preprocessing {
  const config = parseConfig(content, source);
  const type = String(config.image_processor_type ?? config.feature_extractor_type);
  const defaults = PROCESSORS[type.replace(/(ImageProcessor|FeatureExtractor)(Fast|Pil)?$/, "")];
  if (defaults === undefined) {
    throw new Error(
      `readPreprocessing: unknown image processor of ${source}: ${type}; expected one of ${Object.keys(PROCESSORS).join(", ")}. Prepare the pictures yourself and pass them as tensors.`,
    );
  }
  for (const [key, value] of Object.entries(config)) {
    const changesNothing = value === null || value === false || NEUTRAL.includes(key) || USED.includes(key);
    if (changesNothing) continue;
    throw invalid(source, key, value, "a setting that is known here", "Prepare the pictures yourself");
  }
  const isOn = (key: string, byDefault: boolean) => (config[key] ?? byDefault) !== false;

  const size = config.size === undefined ? undefined : readSize(config.size, source, "size");
  const square = defaults.numberMeans === "square";
  const resize = typeof size === "number" ? (square ? bothSides(size) : { shortestEdge: size }) : size;
  if (isOn("do_resize", true) && resize === undefined) {
    throw invalid(source, "size", config.size, "a size", "Add it from the published model");
  }
  const cropSize = readSize(config.crop_size ?? defaults.crop ?? 0, source, "crop_size");
  const crop = typeof cropSize === "number" ? bothSides(cropSize) : cropSize;
  const crops = isOn("do_center_crop", defaults.crop !== null);
  if (crops && (!("height" in crop) || crop.height === 0)) {
    throw invalid(source, "crop_size", config.crop_size, "a number or a height and width", "Correct it");
  }
  const resample = FILTERS[(config.resample ?? defaults.resample) as number];
  if (resample === undefined) {
    throw invalid(source, "resample", config.resample, "one of Pillow's numbers 0 to 7", "Correct it");
  }
  const rescaleFactor = isOn("do_rescale", true) ? Number(config.rescale_factor ?? 1 / 255) : 1;
  if (!(rescaleFactor > 0)) {
    throw invalid(source, "rescale_factor", config.rescale_factor, "a positive number", "Correct it");
  }
  const normalises = isOn("do_normalize", true);
  return {
    source,
    resize: isOn("do_resize", true) ? (resize as Preprocessing["resize"]) : null,
    resample,
    crop: crops ? (crop as Preprocessing["crop"]) : null,
    cropRounding: "down",
    rescaleFactor,
    mean: normalises ? readTriple(config, "image_mean", source) : [0, 0, 0],
    std: normalises ? readTriple(config, "image_std", source) : [1, 1, 1],
  };
}

function parseConfig(content: Uint8Array | string, source: string): Record<string, unknown> {
  const text = typeof content === "string" ? content : Buffer.from(content).toString("utf8");
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `readPreprocessing: invalid JSON in ${source}: ${(error as Error).message}; expected a preprocessor_config.json. Download it again.`,
      { cause: error },
    );
  }
  if (typeof config === "object" && config !== null && !Array.isArray(config))
    return config as Record<string, unknown>;
  throw new Error(
    `readPreprocessing: invalid JSON in ${source}: ${text.slice(0, 40)}; expected a preprocessor_config.json, which is an object. Download it again.`,
  );
}

function bothSides(length: number): { height: number; width: number } {
  return { height: length, width: length };
}

function readSize(
  value: unknown,
  source: string,
  key: string,
): number | { height: number; width: number } | { shortestEdge: number } {
  const isLength = (length: unknown): length is number => Number.isInteger(length) && (length as number) >= 0;
  if (isLength(value)) return value;
  if (typeof value === "object" && value !== null) {
    // Newer files list every kind of size and leave the others null.
    const given = Object.fromEntries(Object.entries(value).filter(([, length]) => length !== null));
    const { height, width, shortest_edge: shortestEdge } = given as Record<string, unknown>;
    const nKeys = Object.keys(given).length;
    if (nKeys === 2 && isLength(height) && isLength(width)) return { height, width };
    if (nKeys === 1 && isLength(shortestEdge)) return { shortestEdge };
  }
  throw invalid(
    source,
    key,
    value,
    'a number, {"shortest_edge"} or {"height", "width"} in pixels',
    "Correct it",
  );
}

function readTriple(
  config: Record<string, unknown>,
  key: string,
  source: string,
): [red: number, green: number, blue: number] {
  const value = config[key];
  const isTriple =
    Array.isArray(value) &&
    value.length === 3 &&
    value.every((v) => Number.isFinite(v) && (key === "image_mean" || v > 0));
  if (isTriple) return value as [number, number, number];
  throw invalid(
    source,
    key,
    value,
    "three numbers, of red, green and blue",
    "Add it from the published model",
  );
}

function invalid(source: string, key: string, got: unknown, expected: string, remedy: string): Error {
  return new Error(
    `readPreprocessing: ${got === undefined ? "missing" : "invalid"} ${key} in ${source}: ${JSON.stringify(got) ?? "none"}; expected ${expected}. ${remedy}.`,
  );
}
