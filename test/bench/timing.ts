export interface Timing {
  medianSec: number;
  runsSec: number[];
}

/** Times a function: one call to warm up, then the median of the others. */
export async function timeRuns(nRuns: number, call: () => Promise<unknown>): Promise<Timing> {
  await call();
  const runsSec: number[] = [];
  for (let i = 0; i < nRuns; i++) {
    const startedMs = performance.now();
    await call();
    runsSec.push((performance.now() - startedMs) / 1000);
  }
  return timingOf(runsSec);
}

/** The timing that runs of a given length make. */
export function timingOf(runsSec: number[]): Timing {
  const sorted = runsSec.slice().sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const medianSec = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { medianSec, runsSec };
}

/** "name: 0.123 s (runs 0.120 0.123 0.150)". */
export function describeTiming(name: string, { medianSec, runsSec }: Timing): string {
  return `${name}: ${medianSec.toFixed(3)} s (runs ${runsSec.map((sec) => sec.toFixed(3)).join(" ")})`;
}
