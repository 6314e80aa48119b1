import type { RgbImage } from "./decode-image";

/** The largest picture that is made room for: 16,384 × 16,384. */
const MOST_PIXELS = 2 ** 28;

/** Longer than any header: "P6", width, height and 255, a line each. */
const HEADER_BYTES = 40;

/**
 * The pictures of a stream of binary PPM files, as ffmpeg's image2pipe writes them: "P6\n<width> <height>\n255\n" and then the
 * pixels. Throws, naming `source`, for anything else and for a stream that ends inside a picture.
 */
export async function* readPpms(chunks: AsyncIterable<Buffer>, source: string): AsyncGenerator<RgbImage> {
  let head = Buffer.alloc(0);
  let image: RgbImage | null = null;
  let nFilled = 0;
  for await (const chunk of chunks) {
    let rest: Buffer = chunk;
    while (rest.length > 0) {
      if (image === null) {
        head = Buffer.concat([head, rest.subarray(0, HEADER_BYTES)]);
        const header = /^P6\n(\d+) (\d+)\n255\n/.exec(head.toString("latin1", 0, HEADER_BYTES));
        if (header === null) {
          if (head.length >= HEADER_BYTES)
            throw invalid(source, JSON.stringify(head.toString("latin1", 0, 12)));
          rest = rest.subarray(HEADER_BYTES);
          continue;
        }
        const [width, height] = [Number(header[1]), Number(header[2])];
        if (width * height > MOST_PIXELS) throw invalid(source, `${width} × ${height} pixels`);
        image = { width, height, data: new Uint8Array(width * height * 3) };
        nFilled = 0;
        // What of this chunk belonged to the header.
        const nBefore = head.length - Math.min(rest.length, HEADER_BYTES);
        rest = rest.subarray(header[0].length - nBefore);
        head = Buffer.alloc(0);
      }
      const part = rest.subarray(0, image.data.length - nFilled);
      image.data.set(part, nFilled);
      nFilled += part.length;
      rest = rest.subarray(part.length);
      if (nFilled < image.data.length) continue;
      yield image;
      image = null;
    }
  }
  if (image !== null || head.length > 0) throw invalid(source, "it ends inside a picture");
}

function invalid(source: string, got: string): Error {
  return new Error(
    `openVideo: invalid pictures of ${source}: ${got}; expected whole pictures from ffmpeg. Try another version of it.`,
  );
}
