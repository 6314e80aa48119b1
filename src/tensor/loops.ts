import fs from "node:fs";
import path from "node:path";
import type { Real } from "./matrix";
import { plainAddSquares, plainShiftedSquares } from "./plain-loops";

/**
 * A memory of fixed size with loops in WebAssembly over what lies in it (`loops.wat`), which is what makes them fast. Arrays are laid
 * out in it one behind the other. Any function may write to them.
 */
export interface Loops {
  readonly nBytes: number;
  /** Room for numbers, which are what was there before. Throws when the memory is full. */
  float32(length: number): Float32Array<ArrayBuffer>;
  float64(length: number): Float64Array<ArrayBuffer>;
  /** Gives all room free again: arrays made before and arrays made later share it. */
  clear(): void;
  /**
   * Σ_j z_j (z_j − t_j) for every row t of `shifts` [nRows × width] and each of the rows z that belong to it, side by side in `z`
   * [nRows × nEach · width]; into `out` [nRows × nEach]. The sum is taken in float64.
   */
  shiftedSquares(z: Float32Array, shifts: Float64Array, out: Float64Array, width: number): void;
  /** Adds Σ y and Σ y² of the columns of `y` [nRows × nColumns] to `sums` and `squares` [nColumns], in float64. */
  addSquares(y: Float32Array, sums: Float64Array, squares: Float64Array): void;
}

/** What `loops.wat` exports: pointers are in bytes. */
interface Exports {
  shiftedSquares(z: number, shifts: number, out: number, nRows: number, nEach: number, width: number): void;
  addSquares(y: number, nRows: number, nColumns: number, sums: number, squares: number): void;
}

const PAGE_BYTES = 2 ** 16;
/** Arrays begin at multiples of so many bytes. At least as many lie behind them, since loops go two columns at a time. */
const ALIGNED_BYTES = 16;
/** So many rows' worth of one column go by before the next is taken: few enough for their lines of memory to stay in the first cache. */
const ROWS_AT_ONCE = 16;

/** What is used of it: TypeScript describes WebAssembly together with the rest of the browser, or not at all. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(assembled: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: object;
  }
}

let assembled: WebAssembly.Module | undefined;

/** Bytes that arrays of some lengths need in a memory. */
export function loopBytes(lengths: { float32?: readonly number[]; float64?: readonly number[] }): number {
  const { float32 = [], float64 = [] } = lengths;
  const sizes = [...float32.map((length) => 4 * length), ...float64.map((length) => 8 * length)];
  return sizes.reduce((sum, size) => sum + roomFor(size), 0);
}

function roomFor(nBytes: number): number {
  return (Math.ceil(nBytes / ALIGNED_BYTES) + 1) * ALIGNED_BYTES;
}

/**
 * Makes a memory of at least so many bytes. WebAssembly's reserves some 10 GB of addresses, whatever its size; where these are rationed the
 * loops are JavaScript, and take three times as long.
 */
export function openLoops(atLeastBytes: number): Loops {
  const nPages = Math.max(1, Math.ceil(atLeastBytes / PAGE_BYTES));
  const { buffer, shiftedSquares, addSquares } = assembledLoops(nPages) ?? {
    buffer: new ArrayBuffer(nPages * PAGE_BYTES),
    shiftedSquares: plainShiftedSquares,
    addSquares: plainAddSquares,
  };
  let used = 0;
  const take = (size: number) => {
    const first = used;
    if (first + roomFor(size) > buffer.byteLength) {
      throw new Error(
        `openLoops: missing room: ${size} bytes beside ${first} of ${buffer.byteLength}; expected to fit. Open it with the bytes of all arrays (loopBytes).`,
      );
    }
    used += roomFor(size);
    return first;
  };
  const check = (arrays: readonly Real[], fits: boolean) => {
    if (fits && arrays.every((array) => array.buffer === buffer)) return;
    throw new Error(
      `openLoops: invalid arrays: of ${arrays.map(({ length }) => length).join(", ")} numbers, or elsewhere; expected some of this memory whose lengths fit each other. Make them with float32 and float64.`,
    );
  };
  return {
    nBytes: buffer.byteLength,
    float32: (length) => new Float32Array(buffer, take(4 * length), length),
    float64: (length) => new Float64Array(buffer, take(8 * length), length),
    clear() {
      used = 0;
    },
    shiftedSquares(z, shifts, out, width) {
      const nEach = out.length / (shifts.length / width);
      const fits = out.length === 0 || (Number.isInteger(nEach) && z.length === out.length * width);
      check([z, shifts, out], fits);
      if (out.length > 0) shiftedSquares(z, shifts, out, width);
    },
    addSquares(y, sums, squares) {
      const nRows = y.length / sums.length;
      check(
        [y, sums, squares],
        squares.length === sums.length && (y.length === 0 || Number.isInteger(nRows)),
      );
      if (y.length > 0) addSquares(y, sums, squares);
    },
  };
}

/** The loops of `loops.wat` over a memory of so many pages; null where there is no such memory. */
function assembledLoops(nPages: number) {
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: nPages, maximum: nPages });
  } catch {
    return null;
  }
  assembled ??= new WebAssembly.Module(fs.readFileSync(path.join(__dirname, "loops.wasm")));
  const exports = new WebAssembly.Instance(assembled, { loops: { memory } }).exports as Exports;
  return {
    buffer: memory.buffer,
    shiftedSquares(z: Float32Array, shifts: Float64Array, out: Float64Array, width: number) {
      const nRows = shifts.length / width;
      const [zAt, shiftsAt, outAt] = [z, shifts, out].map(({ byteOffset }) => byteOffset);
      exports.shiftedSquares(zAt, shiftsAt, outAt, nRows, out.length / nRows, width);
    },
    addSquares(y: Float32Array, sums: Float64Array, squares: Float64Array) {
      const nColumns = sums.length;
      const nRows = y.length / nColumns;
      for (let row = 0; row < nRows; row += ROWS_AT_ONCE) {
        const first = y.byteOffset + 4 * row * nColumns;
        const size = Math.min(ROWS_AT_ONCE, nRows - row);
        exports.addSquares(first, size, nColumns, sums.byteOffset, squares.byteOffset);
      }
    },
  };
}
