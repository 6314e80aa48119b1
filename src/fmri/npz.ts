import { readFile } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import { decodeNpyArray, type NpyArray, type NpyTexts } from "./npy-array";

const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const LOCAL_MARK = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
/** A comment at the end of a zip archive has at most 65,535 bytes. */
const MOST_TAIL_BYTES = 22 + 65535;
const IN_ZIP64 = 0xffffffff;

/** What an .npz archive holds, by name. */
export interface NpzContent {
  arrays: Map<string, NpyArray>;
  texts: Map<string, NpyTexts>;
  objectArrays: string[];
}

/**
 * Reads the arrays of a NumPy .npz archive (`numpy.savez`, `savez_compressed`) by name: numbers and truth values in `arrays`,
 * Unicode texts in `texts`, of any shape. Arrays of Python objects are left out, since they hold pickles, which are programs;
 * `objectArrays` names them.
 *
 * Throws, naming file and member, for archives that are damaged, encrypted or above 4 GiB, and for a member that unpacks to
 * another length than the archive says: no more than that is ever unpacked.
 */
export async function readNpz(path: string): Promise<NpzContent> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `readNpz: missing file: ${path} (${error.code}); expected an .npz archive. Check the path.`,
      {
        cause: error,
      },
    );
  });
  const arrays = new Map<string, NpyArray>();
  const texts = new Map<string, NpyTexts>();
  const objectArrays: string[] = [];
  for (const member of membersOf(bytes, path)) {
    const name = member.name.replace(/\.npy$/, "");
    const array = decodeNpyArray(unpack(bytes, member, path), `${member.name} in ${path}`);
    if (array === "objects") objectArrays.push(name);
    else if ("texts" in array) texts.set(name, array);
    else arrays.set(name, array);
  }
  return { arrays, texts, objectArrays };
}

interface Member {
  name: string;
  method: number;
  packedBytes: number;
  bytes: number;
  offset: number;
}

/** The archive's directory, which stands at its end. Source: PKWARE's APPNOTE, 4.3. */
function membersOf(bytes: Buffer, path: string): Member[] {
  const tailStart = Math.max(0, bytes.length - MOST_TAIL_BYTES);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < tailStart || end + 22 > bytes.length || bytes.readUInt32LE(end) !== END_MARK) {
    throw failure(path, "end", "no directory", "a zip archive");
  }
  const nMembers = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const members: Member[] = [];
  for (let i = 0; i < nMembers; i++) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== ENTRY_MARK) {
      throw failure(path, `entry ${i}`, `no mark at byte ${at}`, "an entry of the directory");
    }
    const isEncrypted = (bytes.readUInt16LE(at + 8) & 1) === 1;
    const [packedBytes, size] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)];
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) =>
      bytes.readUInt16LE(at + offset),
    );
    const name = bytes.toString("utf8", at + 46, at + 46 + nameBytes);
    const offset = bytes.readUInt32LE(at + 42);
    if (isEncrypted || [packedBytes, size, offset].includes(IN_ZIP64)) {
      throw failure(path, name, isEncrypted ? "encrypted" : "above 4 GiB", "a plain member below 4 GiB");
    }
    members.push({ name, method: bytes.readUInt16LE(at + 10), packedBytes, bytes: size, offset });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return members;
}

function unpack(bytes: Buffer, member: Member, path: string): Buffer {
  const { offset, name } = member;
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== LOCAL_MARK) {
    throw failure(path, name, `no mark at byte ${offset}`, "the member's own header");
  }
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(start, start + member.packedBytes);
  if (packed.length !== member.packedBytes) {
    throw failure(path, name, `${packed.length} bytes`, `${member.packedBytes}`);
  }
  if (member.method === STORED) {
    if (packed.length === member.bytes) return packed;
    throw failure(path, name, `${packed.length} bytes`, `${member.bytes}`);
  }
  if (member.method !== DEFLATED)
    throw failure(path, name, `packing method ${member.method}`, "stored or deflated");
  let content: Buffer;
  try {
    content = inflateRawSync(packed, { maxOutputLength: Math.max(1, member.bytes) });
  } catch (error) {
    throw failure(path, name, (error as Error).message, `${member.bytes} bytes`);
  }
  if (content.length === member.bytes) return content;
  throw failure(path, name, `${content.length} bytes`, `${member.bytes}`);
}

function failure(path: string, noun: string, got: string, expected: string): Error {
  return new Error(
    `readNpz: invalid member of ${path}: ${noun}: ${got}; expected ${expected}. Copy the file again, or write it with numpy.savez.`,
  );
}
