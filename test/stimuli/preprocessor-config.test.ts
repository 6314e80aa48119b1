import assert from "node:assert/strict";
import { test } from "node:test";
import { inputSize, meterPreprocessing, preprocessImage, readPreprocessing } from "../../src/stimuli";

const CLIP = {
  ...{
    feature_extractor_type: "CLIPFeatureExtractor",
    do_resize: true,
    do_center_crop: true,
    do_normalize: true,
  },
  ...{ size: 224, crop_size: 224, resample: 3 },
  ...{ image_mean: [0.48145466, 0.4578275, 0.40821073], image_std: [0.26862954, 0.26130258, 0.27577711] },
};
const read = (config: unknown) => readPreprocessing(JSON.stringify(config), "p.json");

test("readPreprocessing reads the old and the new form of a file alike", () => {
  const expected = {
    ...{ source: "p.json", resize: { shortestEdge: 224 }, resample: "bicubic", cropRounding: "down" },
    ...{ crop: { height: 224, width: 224 }, rescaleFactor: 1 / 255 },
    ...{ mean: CLIP.image_mean, std: CLIP.image_std },
  };
  assert.deepEqual(read(CLIP), expected);
  const { feature_extractor_type: _, ...rest } = CLIP;
  const renewed = {
    ...rest,
    ...{ image_processor_type: "CLIPImageProcessorFast", do_convert_rgb: true, do_rescale: true },
    ...{
      rescale_factor: 0.00392156862745098,
      size: { shortest_edge: 224, height: null, longest_edge: null },
    },
    ...{
      crop_size: { height: 224, width: 224 },
      do_pad: null,
      pad_size: null,
      device: null,
      disable_grouping: null,
    },
  };
  assert.deepEqual(read(renewed), expected);
});

test("readPreprocessing takes a size that is one number as the processor does: the shorter side, or both", () => {
  const config = { size: 256, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
  const sizes = ["CLIP", "Bit", "ViT", "DeiT"].map((name) => {
    const { resize, crop, resample } = read({ ...config, image_processor_type: `${name}ImageProcessor` });
    return [resize, crop?.height ?? null, resample];
  });
  assert.deepEqual(sizes, [
    [{ shortestEdge: 256 }, 224, "bicubic"],
    [{ shortestEdge: 256 }, 224, "bicubic"],
    [{ height: 256, width: 256 }, null, "bilinear"],
    [{ height: 256, width: 256 }, 224, "bicubic"],
  ]);
});

test("readPreprocessing switches steps off as the file says", () => {
  const off = read({
    ...CLIP,
    do_resize: false,
    do_center_crop: false,
    do_rescale: false,
    do_normalize: false,
  });
  assert.deepEqual([off.resize, off.crop, off.rescaleFactor], [null, null, 1]);
  const image = { width: 2, height: 1, data: Uint8Array.of(0, 7, 255, 1, 8, 254) };
  const tensor = new Float32Array(6);
  preprocessImage(image, off, "a.png", tensor);
  assert.deepEqual([...tensor], [0, 1, 7, 8, 255, 254]);
  assert.throws(() => inputSize(off), {
    message:
      "inputSize: missing size of p.json: no centre crop and no resize to a height and width; expected pictures of one size. Add a crop_size.",
  });
});

test("readPreprocessing refuses what it does not know rather than passing it over", () => {
  const cases: [change: object, message: string][] = [
    [
      { feature_extractor_type: "ConvNextFeatureExtractor" },
      "readPreprocessing: unknown image processor of p.json: ConvNextFeatureExtractor; expected one of CLIP, Bit, ViT, DeiT. Prepare the pictures yourself and pass them as tensors.",
    ],
    [
      { crop_pct: 0.9 },
      "readPreprocessing: invalid crop_pct in p.json: 0.9; expected a setting that is known here. Prepare the pictures yourself.",
    ],
    [
      { do_pad: true },
      "readPreprocessing: invalid do_pad in p.json: true; expected a setting that is known here. Prepare the pictures yourself.",
    ],
    [
      { size: { longest_edge: 224 } },
      'readPreprocessing: invalid size in p.json: {"longest_edge":224}; expected a number, {"shortest_edge"} or {"height", "width"} in pixels. Correct it.',
    ],
    [
      { size: undefined },
      "readPreprocessing: missing size in p.json: none; expected a size. Add it from the published model.",
    ],
    [
      { resample: 9 },
      "readPreprocessing: invalid resample in p.json: 9; expected one of Pillow's numbers 0 to 7. Correct it.",
    ],
    [
      { rescale_factor: 0 },
      "readPreprocessing: invalid rescale_factor in p.json: 0; expected a positive number. Correct it.",
    ],
    [
      { image_mean: undefined },
      "readPreprocessing: missing image_mean in p.json: none; expected three numbers, of red, green and blue. Add it from the published model.",
    ],
    [
      { image_std: [1, 1, 0] },
      "readPreprocessing: invalid image_std in p.json: [1,1,0]; expected three numbers, of red, green and blue. Add it from the published model.",
    ],
  ];
  for (const [change, message] of cases) assert.throws(() => read({ ...CLIP, ...change }), { message });
});

test("readPreprocessing names a file that is no configuration", () => {
  for (const [content, got] of [
    ["{", /^readPreprocessing: invalid JSON in p\.json: /],
    ["[1]", /^readPreprocessing: invalid JSON in p\.json: \[1\]; /],
  ] as const) {
    assert.throws(() => readPreprocessing(content, "p.json"), { message: got });
  }
});

test("preprocessImage names a picture that is smaller than the crop", () => {
  const image = { width: 3, height: 2, data: new Uint8Array(18) };
  assert.throws(
    () => preprocessImage(image, { ...meterPreprocessing, resize: null }, "a.png", new Float32Array(0)),
    {
      message:
        "preprocessImage: invalid size of a.png: 3 × 2 before the crop; expected at least 288 × 288 (width × height). Use larger pictures, or a preprocessing that resizes.",
    },
  );
});

test("an odd margin is halved downwards for transformers and to the even side for torchvision", () => {
  // A row of 8 pixels, 0 to 7, from which 5 are kept: 1.5 to leave on the left.
  const image = { width: 8, height: 1, data: Uint8Array.from({ length: 24 }, (_, i) => Math.floor(i / 3)) };
  const base = { ...meterPreprocessing, resize: null, crop: { height: 1, width: 5 }, rescaleFactor: 1 };
  const first = (cropRounding: "down" | "half-even") => {
    const tensor = new Float32Array(15);
    const preprocessing = { ...base, cropRounding, mean: [0, 0, 0], std: [1, 1, 1] } as const;
    preprocessImage(image, preprocessing, "a.png", tensor);
    return tensor[0];
  };
  assert.deepEqual([first("down"), first("half-even")], [1, 2]);
});
