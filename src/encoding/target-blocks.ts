import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import type { TargetRange } from "./statistics";

/** What a computation over targets may be given. */
export interface TargetOptions {
  onProgress?: Progress;
  signal?: AbortSignal;
}

/** So many numbers of a block's widest product stay in the processor's second cache. */
const BLOCK_VALUES = 2 ** 19;
/** A product needs some hundreds of rows to run at full speed. */
const LEAST_TARGETS = 256;
/** How long the event loop may wait. */
const SERVED_EVERY_MS = 50;

/**
 * Goes through the targets in blocks whose work fits the processor's cache, `valuesPerTarget` being the width of the
 * widest product. The event loop is served between blocks; throws AbortError when the signal asks.
 */
export async function eachTargetBlock(
  where: { caller: string; label: string },
  size: { nTargets: number; valuesPerTarget: number },
  { onProgress, signal }: TargetOptions,
  visit: (targets: TargetRange) => void | Promise<void>,
): Promise<void> {
  const { nTargets, valuesPerTarget } = size;
  const blockSize = Math.max(LEAST_TARGETS, Math.floor(BLOCK_VALUES / valuesPerTarget));
  let servedMs = performance.now();
  for (let start = 0; start < nTargets; start += blockSize) {
    throwIfAborted(signal, where.caller);
    const end = Math.min(nTargets, start + blockSize);
    await visit({ start, end });
    onProgress?.(end, nTargets, where.label);
    if (performance.now() - servedMs < SERVED_EVERY_MS) continue;
    await yieldToEventLoop();
    servedMs = performance.now();
  }
  throwIfAborted(signal, where.caller);
}
