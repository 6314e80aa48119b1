import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  decodeImage,
  inputSize,
  meterPreprocessing,
  type Preprocessing,
  preprocessImage,
  type ResampleFilter,
  readPreprocessing,
  resizeImage,
} from "../../src/stimuli";

const FOLDER = join(__dirname, "..", "fixtures", "stimuli");
const { images, sizes, configs } = JSON.parse(readFileSync(join(FOLDER, "images.json"), "utf8")) as {
  images: Expected[];
  sizes: [height: number, width: number][];
  configs: Record<string, object>;
};

interface Expected {
  file: string;
  width: number;
  height: number;
  rgb: string;
  resized: Record<ResampleFilter, string[]>;
  tensors: Record<string, string>;
}

/** Pillow makes something of these two kinds that no one wants; they are errors here. */
const REFUSED = ["16-bit-grey.png", "16-bit-grey-dark.png", "cmyk.jpg"];
const accepted = images.filter(({ file }) => !REFUSED.includes(file));

const digest = (data: Uint8Array | Float32Array) =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex")
    .slice(0, 16);
const bytesOf = (file: string) => readFileSync(join(FOLDER, "images", file));
const decode = (file: string) => decodeImage(bytesOf(file), file);

test("decodeImage gives the very bytes of Pillow's convert(RGB), whatever the format and its colours", async () => {
  assert.ok(accepted.length >= 50, `${accepted.length} pictures`);
  for (const { file, width, height, rgb } of accepted) {
    const image = await decode(file);
    assert.deepEqual([image.width, image.height, digest(image.data)], [width, height, rgb], file);
  }
});

test("resizeImage equals Pillow to the last bit, by every filter", async () => {
  for (const { file, resized } of accepted) {
    const image = await decode(file);
    for (const [filter, hashes] of Object.entries(resized)) {
      const got = sizes.map(([height, width]) =>
        digest(resizeImage(image, { width, height }, filter as ResampleFilter).data),
      );
      assert.deepEqual(got, hashes, `${file} by ${filter}`);
    }
  }
});

test("preprocessImage equals transformers' processors of CLIP, ViT, DeiT and DINOv2, and METER's transform, to the last bit", async () => {
  const preprocessings: Record<string, Preprocessing> = { meter: meterPreprocessing };
  for (const [name, config] of Object.entries(configs)) {
    preprocessings[name] = readPreprocessing(JSON.stringify(config), name);
  }
  for (const { file, tensors } of accepted) {
    const image = await decode(file);
    for (const [name, preprocessing] of Object.entries(preprocessings)) {
      const { height, width } = inputSize(preprocessing);
      const tensor = new Float32Array(3 * height * width);
      preprocessImage(image, preprocessing, file, tensor);
      assert.equal(digest(tensor), tensors[name], `${file} for ${name}`);
    }
  }
});

test("resizeImage of a part equals the part of the resized picture, in either order of passes", async () => {
  const tall = { width: 20, height: 90 };
  for (const file of ["photo-5-q85.jpg", "photo-6-q90.jpg", "odd-1x37.png"]) {
    const image = await decode(file);
    for (const filter of ["nearest", "bicubic", "lanczos"] as const) {
      const whole = resizeImage(image, tall, filter);
      const window = { left: 3, top: 40, width: 11, height: 29 };
      const part = resizeImage(image, tall, filter, window);
      for (let row = 0; row < window.height; row++) {
        const from = ((window.top + row) * tall.width + window.left) * 3;
        const to = row * window.width * 3;
        assert.deepEqual(
          part.data.subarray(to, to + window.width * 3),
          whole.data.subarray(from, from + window.width * 3),
        );
      }
    }
  }
});

test("resizeImage keeps a picture whose size stays, by every filter, and never changes its input", async () => {
  const image = await decode("photo-3-q75.jpg");
  const before = digest(image.data);
  for (const filter of Object.keys(images[0].resized) as ResampleFilter[]) {
    const same = resizeImage(image, image, filter);
    assert.equal(digest(same.data), before, filter);
    assert.notEqual(same.data.buffer, image.data.buffer);
  }
  assert.equal(digest(image.data), before);
});

test("resizeImage names a size or a window that is none", async () => {
  const image = await decode("odd-2x3.png");
  assert.throws(() => resizeImage(image, { width: 2.5, height: 2 }, "box"), {
    message: "resizeImage: invalid width: 2.5; expected a positive integer. Pass the size in pixels.",
  });
  const window = { left: 1, top: 0, width: 2, height: 2 };
  assert.throws(() => resizeImage(image, { width: 2, height: 2 }, "box", window), {
    message:
      "resizeImage: invalid window: 2 × 2 from column 1, row 0; expected a part of 2 × 2 (width × height). Crop no more than the resized picture has.",
  });
});

test("decodeImage refuses colours that Pillow would change beyond recognition", async () => {
  for (const [file, got] of [
    ["16-bit-grey.png", "16-bit grey"],
    ["16-bit-grey-dark.png", "16-bit grey"],
    ["cmyk.jpg", "CMYK"],
  ]) {
    await assert.rejects(decode(file), {
      message: `decodeImage: invalid colours of ${file}: ${got}; expected grey, palette or RGB of 8 bits, or RGB of 16. Convert the picture to 8-bit RGB.`,
    });
  }
});

test("decodeImage names other formats and empty files", async () => {
  const refused = (got: string) => ({
    message: `decodeImage: unknown format of a.png: ${got}; expected PNG, JPEG or WebP. Convert the picture.`,
  });
  await assert.rejects(
    decodeImage(Buffer.from("GIF89a..........."), "a.png"),
    refused('it starts with "GIF89a......"'),
  );
  await assert.rejects(decodeImage(Buffer.from("<svg/>"), "a.png"), refused('it starts with "<svg/>"'));
  await assert.rejects(decodeImage(Buffer.alloc(0), "a.png"), refused("an empty file"));
});

test("decodeImage names a file that is cut off, wherever", async () => {
  for (const file of [
    "photo-1-q65.jpg",
    "progressive.jpg",
    "photo-1.png",
    "interlaced.png",
    "photo-1.webp",
  ]) {
    const bytes = bytesOf(file);
    for (const share of [0.02, 0.3, 0.6, 0.9, 0.97]) {
      const format = file.endsWith("jpg") ? "JPEG" : file.endsWith("png") ? "PNG" : "WebP";
      const cut = bytes.subarray(0, Math.max(13, Math.floor(bytes.length * share)));
      await assert.rejects(decodeImage(cut, "cut"), (error: Error) => {
        assert.ok(
          error.message.startsWith(`decodeImage: invalid ${format} cut: `),
          `${file}: ${error.message}`,
        );
        return error.message.endsWith("; expected a whole picture. Save or download it again.");
      });
    }
  }
});

test("decodeImage reserves no room for a picture that its header only promises", async () => {
  const bytes = Buffer.from(bytesOf("photo-1.png"));
  bytes.writeUInt32BE(100_000, 16);
  bytes.writeUInt32BE(100_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  await assert.rejects(
    decodeImage(bytes, "bomb.png"),
    /^Error: decodeImage: invalid PNG bomb.png: .*pixel limit/,
  );
});

/** The checksum of a PNG chunk. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
