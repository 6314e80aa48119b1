import { closeSync, openSync, readSync, statSync } from "node:fs";

/** What the start of a .npy file says. */
export interface NpyHeader {
  shape: number[];
  type: "<f4" | "<f8" | "<i8" | "<i4" | "|u1" | "|b1";
  /** Where the first element stands. */
  start: number;
  /** Bytes of one row: everything behind the first axis. */
  stepBytes: number;
}

const TYPE_BYTES: Record<NpyHeader["type"], number> = {
  ...{ "<f4": 4, "<f8": 8, "<i8": 8, "<i4": 4, "|u1": 1, "|b1": 1 },
};

/**
 * Reads the header of a .npy file of any number of axes, C order, without its data. Throws for other element types, and when
 * the data is not as long as the header says.
 */
export function readNpyHeader(path: string): NpyHeader {
  const fail = (noun: string, got: string, expected: string): never => {
    throw new Error(
      `openStepTensors: invalid ${noun} of ${path}: ${got}; expected ${expected}. Write it with numpy.save.`,
    );
  };
  const fileBytes = statSync(path).size;
  const head = Buffer.alloc(Math.min(fileBytes, 4096));
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  if (head.length < 12 || head.toString("latin1", 0, 6) !== "\x93NUMPY") {
    fail("start", `"${head.toString("latin1", 0, 6)}"`, "the npy magic string");
  }
  const isLong = head[6] >= 2;
  const first = isLong ? 12 : 10;
  const start = first + (isLong ? head.readUInt32LE(8) : head.readUInt16LE(8));
  if (start > head.length) fail("header", `${start} bytes`, `at most ${head.length}`);
  const header = head.toString("latin1", first, start);
  const type = (/'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "") as NpyHeader["type"];
  if (!(type in TYPE_BYTES)) fail("element type", type, Object.keys(TYPE_BYTES).join(", "));
  if (!/'fortran_order':\s*False/.test(header)) fail("order", "Fortran", "C order");
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  if (shape.length < 2 || shape.some((n) => !Number.isSafeInteger(n) || n < 1)) {
    fail("shape", `(${shape.join(", ")})`, "[nSteps × …], two axes or more");
  }
  const stepBytes = shape.slice(1).reduce((product, n) => product * n, TYPE_BYTES[type]);
  if (fileBytes - start !== shape[0] * stepBytes) {
    fail("size", `${fileBytes - start} bytes of data`, `${shape.join(" × ")} × ${TYPE_BYTES[type]}`);
  }
  return { shape, type, start, stepBytes };
}
