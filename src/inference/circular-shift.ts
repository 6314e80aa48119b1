import { type Progress, throwIfAborted, yieldToEventLoop } from "../store";
import { type Matrix, matrix, type Real, row, zeros } from "../tensor";

/**
 * Every circular shift of a series that moves it by at least minShiftTrs in either direction:
 * minShiftTrs, …, nTrs − minShiftTrs. Throws when minShiftTrs is not a positive integer or leaves no shift.
 */
export function circularShifts({ nTrs, minShiftTrs }: { nTrs: number; minShiftTrs: number }): number[] {
  if (!Number.isInteger(minShiftTrs) || minShiftTrs < 1 || nTrs < 2 * minShiftTrs) {
    throw new Error(
      `circularShifts: invalid minShiftTrs: ${minShiftTrs} of ${nTrs} TRs; expected a positive integer up to half of them. Ask for shorter shifts or use a longer run.`,
    );
  }
  return Array.from({ length: nTrs - 2 * minShiftTrs + 1 }, (_, i) => minShiftTrs + i);
}

/**
 * Rolls rows down by `shift`, those that fall off the end coming in at the start: out[(t + shift) mod nTrs] = m[t].
 */
export function rollRows<A extends Real>(m: Matrix<A>, shift: number): Matrix<A> {
  const [nTrs] = m.shape;
  const out = matrix(m.data.slice() as A, m.shape);
  for (let t = 0; t < nTrs; t++) row(out, rolled(t, shift, nTrs)).set(row(m, t));
  return out;
}

/** Rolls rows and columns alike: the kernel X Xᵀ of `rollRows(X, shift)` from the kernel of X. */
export function rollKernel(kernel: Matrix, shift: number): Matrix<Float64Array> {
  const [nTrs, nColumns] = kernel.shape;
  if (nTrs !== nColumns) {
    throw new Error(
      `rollKernel: invalid kernel: [${nTrs} × ${nColumns}]; expected a square one. Use rollRows for features.`,
    );
  }
  const out = zeros(kernel.shape);
  for (let i = 0; i < nTrs; i++) {
    const to = rolled(i, shift, nTrs) * nTrs;
    for (let j = 0; j < nTrs; j++) out.data[to + rolled(j, shift, nTrs)] = kernel.data[i * nTrs + j];
  }
  return out;
}

function rolled(t: number, shift: number, nTrs: number): number {
  return (((t + shift) % nTrs) + nTrs) % nTrs;
}

/**
 * The null distribution of a statistic under circular shifts: calls `statistic` once a shift and gathers what it
 * returns.
 *
 * The statistic must do everything that depends on where the features stand in time (filter, folds, choice of
 * alpha), and must already be a group's where subjects share the stimulus. Returns [nShifts × nValues]. The event
 * loop is served between shifts; throws AbortError when the signal asks for it.
 */
export async function shiftNull(
  shifts: readonly number[],
  statistic: (shift: number) => Float64Array | Promise<Float64Array>,
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<Matrix<Float64Array>> {
  const rows: Float64Array[] = [];
  for (const shift of shifts) {
    throwIfAborted(options.signal, "shiftNull");
    rows.push(await statistic(shift));
    options.onProgress?.(rows.length, shifts.length, "circular shifts");
    await yieldToEventLoop();
  }
  const nValues = rows.length === 0 ? 0 : rows[0].length;
  const out = zeros([rows.length, nValues]);
  rows.forEach((values, i) => {
    out.data.set(values, i * nValues);
  });
  return out;
}
