/** The TRs start … end − 1 of a time series: a run, or a block of one. */
export interface TrRange {
  readonly start: number;
  readonly end: number;
}

/** The ranges of runs that follow each other in one series: lengths [4, 3] give 0…3 and 4…6. */
export function runRanges(runLengths: readonly number[]): TrRange[] {
  let end = 0;
  return runLengths.map((length) => {
    const start = end;
    end += length;
    return { start, end };
  });
}

/** Throws unless the ranges cover nTrs rows in order, without holes or overlap. */
export function checkCoverage(caller: string, ranges: readonly TrRange[], nTrs: number): void {
  let end = 0;
  for (const range of ranges) {
    if (range.start !== end || !(range.end > range.start)) {
      throw new Error(
        `${caller}: invalid range: ${range.start} to ${range.end}; expected one that starts at TR ${end} and is not empty. List the runs or blocks in order, without holes.`,
      );
    }
    end = range.end;
  }
  if (end !== nTrs) {
    throw new Error(
      `${caller}: mismatched ranges: they end at TR ${end}; expected ${nTrs}, the rows of the data. Pass the lengths that belong to these data.`,
    );
  }
}
