import { crc32, deflateSync } from "node:zlib";

/** A picture in 8 bits: rows from the top, red, green and blue in turn. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  /** [height × width × 3] */
  readonly data: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const DEPTH_RGB = [8, 2, 0, 0, 0]; // 8 bits, colour without opacity, the only compression and filters there are, not interlaced

/** A picture as a `data:` address of a PNG, which plotly's images take. Source: PNG specification, third edition. */
export function pngAddress({ width, height, data }: RgbPicture): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(DEPTH_RGB, 8);
  const rows = Buffer.alloc(height * (width * 3 + 1)); // each row after a 0: not filtered
  for (let y = 0; y < height; y++) {
    rows.set(data.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  }
  const png = Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString("base64")}`;
}

function chunk(name: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
