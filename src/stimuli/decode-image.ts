import type { Metadata } from "sharp";

/** A picture in 8 bits: rows from the top, pixels from the left, red, green and blue in turn. */
export interface RgbImage {
  width: number;
  height: number;
  /** [height × width × 3] */
  data: Uint8Array;
}

/**
 * Decodes a PNG, JPEG or WebP file to the very bytes that Pillow's `Image.open(file).convert("RGB")` gives: grey is repeated,
 * a palette is looked up, transparency is dropped (transformers 5 blends it with white), 16-bit colour keeps its upper byte, and colour
 * profiles, gamma and "turned" tags are ignored, as models' own preprocessing does. Of an animation the first picture is taken.
 *
 * Throws for other formats and for files that are truncated or damaged; and for two kinds that Pillow would change beyond
 * recognition or by a formula of its own: 16-bit grey (clipped to white there) and CMYK.
 */
export async function decodeImage(bytes: Uint8Array, source: string): Promise<RgbImage> {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  const format = formatOf(head);
  if (format === null) {
    const got = bytes.length === 0 ? "an empty file" : `it starts with ${JSON.stringify(head)}`;
    throw new Error(
      `decodeImage: unknown format of ${source}: ${got}; expected PNG, JPEG or WebP. Convert the picture.`,
    );
  }
  const { default: sharp } = await import("sharp"); // 20 MB of native code: only when a picture is there
  const options = { ignoreIcc: true };
  const damaged = (error: unknown) =>
    new Error(
      `decodeImage: invalid ${format} ${source}: ${(error as Error).message.trim().replaceAll("\n", "; ")}; expected a whole picture. Save or download it again.`,
      { cause: error },
    );
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, options).metadata();
  } catch (error) {
    throw damaged(error);
  }
  const { space, depth } = metadata;
  const isWide = depth === "ushort";
  refuseUnclear(metadata, source);

  // Wide samples are asked for as they are: their conversion is the one below.
  const decoder = isWide ? sharp(bytes, options).toColourspace(space) : sharp(bytes, options);
  const decoded = await decoder
    .raw({ depth: isWide ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((error) => {
      throw damaged(error);
    });
  const { width, height } = decoded.info;
  const samples = isWide
    ? new Uint16Array(decoded.data.buffer, decoded.data.byteOffset, decoded.data.length / 2)
    : decoded.data;
  const stride = decoded.info.channels;
  const isGrey = stride < 3;
  const shift = isWide ? 8 : 0;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0, from = 0; i < data.length; i += 3, from += stride) {
    data[i] = samples[from] >> shift;
    data[i + 1] = samples[isGrey ? from : from + 1] >> shift;
    data[i + 2] = samples[isGrey ? from : from + 2] >> shift;
  }
  return { width, height, data };
}

function formatOf(head: string): "PNG" | "JPEG" | "WebP" | null {
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (head.startsWith("\xff\xd8\xff")) return "JPEG";
  return head.startsWith("RIFF") && head.endsWith("WEBP") ? "WebP" : null;
}

function refuseUnclear({ space, depth, channels }: Metadata, source: string): void {
  const got =
    space === "cmyk"
      ? "CMYK"
      : space === "grey16" && channels === 1
        ? "16-bit grey"
        : depth !== "uchar" && depth !== "ushort"
          ? `samples of type ${depth}`
          : null;
  if (got === null) return;
  throw new Error(
    `decodeImage: invalid colours of ${source}: ${got}; expected grey, palette or RGB of 8 bits, or RGB of 16. Convert the picture to 8-bit RGB.`,
  );
}
