import { type Loops, openLoops } from "../tensor";

/** Memories that nobody uses, kept because the next block of targets asks for one of about the same size. */
const idle: Loops[] = [];
const MOST_IDLE = 4;
/** Larger ones are given back. */
const KEPT_BYTES = 2 ** 26;

/** Lends a memory of at least so many bytes, empty, until what is done with it ends. */
export async function withLoops<T>(atLeastBytes: number, use: (loops: Loops) => Promise<T>): Promise<T> {
  const fitting = idle.findIndex(({ nBytes }) => nBytes >= atLeastBytes);
  const loops = fitting < 0 ? openLoops(atLeastBytes) : idle.splice(fitting, 1)[0];
  loops.clear();
  try {
    return await use(loops);
  } finally {
    if (loops.nBytes <= KEPT_BYTES) {
      idle.push(loops);
      if (idle.length > MOST_IDLE) idle.shift();
    }
  }
}
