import type { TrRange } from "../alignment";

/** A stretch of TRs that is held out as a whole: a fold of the outer cross-validation. */
export interface Block extends TrRange {
  readonly run: number;
}

/** A piece of a block in which all TRs play the same role in every fold. */
export interface Segment extends TrRange {
  readonly block: number;
  /** The block that this edge touches, or null for a core, which touches none. */
  readonly beside: number | null;
}

/**
 * Cuts one run into contiguous blocks whose lengths differ by at most 1, the longer ones first (numpy.array_split).
 * Throws when there are fewer TRs than blocks.
 */
export function contiguousBlocks({ nTrs, nBlocks }: { nTrs: number; nBlocks: number }): Block[] {
  if (!Number.isInteger(nBlocks) || nBlocks < 1 || nTrs < nBlocks) {
    throw new Error(
      `contiguousBlocks: invalid nBlocks: ${nBlocks} of ${nTrs} TRs; expected a positive integer up to the TRs. Ask for fewer blocks.`,
    );
  }
  const length = Math.floor(nTrs / nBlocks);
  const nLonger = nTrs % nBlocks;
  return Array.from({ length: nBlocks }, (_, i) => {
    const start = i * length + Math.min(i, nLonger);
    return { start, end: start + length + (i < nLonger ? 1 : 0), run: 0 };
  });
}

/** Every run as a block of its own, for leaving out one run at a time: such blocks have no neighbours. */
export function runBlocks(runs: readonly TrRange[]): Block[] {
  return runs.map(({ start, end }, run) => ({ start, end, run }));
}

/**
 * Cuts blocks into segments: where a block touches another of the same run (starts where it ends), the gapTrs nearest
 * to it are an edge; the rest is the core. An edge is left out of training or testing whenever its neighbour is on
 * the other side, because BOLD and haemodynamic response reach across the boundary. A pause between blocks is taken
 * for a sufficient gap. Throws when a block is not longer than its edges.
 */
export function segmentBlocks(blocks: readonly Block[], { gapTrs }: { gapTrs: number }): Segment[] {
  return blocks.flatMap((block, i) => {
    const previous = blocks[i - 1];
    const next = blocks[i + 1];
    const coreStart = touches(previous, block) ? block.start + gapTrs : block.start;
    const coreEnd = touches(block, next) ? block.end - gapTrs : block.end;
    if (coreEnd <= coreStart) {
      throw new Error(
        `segmentBlocks: invalid gapTrs: ${gapTrs} beside block ${i} of ${block.end - block.start} TRs; expected edges shorter than the block. Use fewer blocks or a shorter gap.`,
      );
    }
    return [
      { start: block.start, end: coreStart, block: i, beside: i - 1 },
      { start: coreStart, end: coreEnd, block: i, beside: null },
      { start: coreEnd, end: block.end, block: i, beside: i + 1 },
    ].filter(({ start, end }) => end > start);
  });
}

function touches(left: Block | undefined, right: Block | undefined): boolean {
  return left !== undefined && right !== undefined && left.run === right.run && left.end === right.start;
}

/** The segments to train on for a set of blocks: theirs, except edges that touch a block outside the set. */
export function trainingSegments(segments: readonly Segment[], blocks: readonly number[]): Segment[] {
  return segments.filter(
    ({ block, beside }) => blocks.includes(block) && (beside === null || blocks.includes(beside)),
  );
}

/** The segments to test a held-out block on: its own, except edges that touch another block. */
export function testSegments(segments: readonly Segment[], heldOut: number): Segment[] {
  return segments.filter(({ block, beside }) => block === heldOut && beside === null);
}

/** The row numbers of segments, in their order. */
export function rowsOf(ranges: readonly TrRange[]): Int32Array {
  return Int32Array.from(
    ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
  );
}
