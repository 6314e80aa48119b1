import { canonicalHrf, convolveHrf, highPass, zscoreRows } from "../../alignment";
import { atomCourses, type Dictionary, learnDictionary, unitColumns } from "../../atoms";
import type { Progress, Store } from "../../store";
import { type Matrix, selectColumns, selectRows, zeros } from "../../tensor";
import { type FilmDesign, trsOfRuns } from "./film-design";

/** Changes whenever the numbers may. */
const DICTIONARY_VERSION = "dictionary 3";

/** Some neurons on the scanner's clock. */
export interface FilmCourses {
  /** [nTrs × nNeurons], all runs: z-scored in each run over the TRs that show something, 0 in rest. */
  courses: Matrix<Float64Array>;
  /** Which columns of the activations they are: a neuron that does not vary in some run is left out. */
  neurons: number[];
  nDropped: number;
}

/** Brings what neurons did at the steps of a film (activations [nSteps × nNeurons], step i at TR trs[i]) onto the scanner's clock. */
export function filmCourses(activations: Matrix, trs: Int32Array, design: FilmDesign): FilmCourses {
  const nNeurons = activations.shape[1];
  const nTrs = design.ranges.at(-1)!.end;
  const placed = zeros([nTrs, nNeurons]);
  trs.forEach((t, i) =>
    placed.data.set(activations.data.subarray(i * nNeurons, (i + 1) * nNeurons), t * nNeurons),
  );
  const courses = zeros([nTrs, nNeurons]);
  const constant = new Set<number>();
  design.runs.forEach(({ shown }, r) => {
    const { start, end } = design.ranges[r];
    const rows = shown.map((t) => t + start);
    const { scored, constantColumns } = zscoreRows(placed, { estimatedOn: rows, appliedTo: rows });
    for (const j of constantColumns) constant.add(j);
    courses.data.set(scored.data.subarray(start * nNeurons, end * nNeurons), start * nNeurons);
  });
  const neurons = Array.from({ length: nNeurons }, (_, j) => j).filter((j) => !constant.has(j));
  return { courses: selectColumns(courses, neurons), neurons, nDropped: constant.size };
}

/** A dictionary of some of the neurons, learned on all TRs that are shown but those of the validation clip; kept in the store. */
export async function filmDictionary(
  { courses }: FilmCourses,
  design: FilmDesign,
  choices: { nAtoms: number; lambda: number; seed: number },
  means: { store: Store; onProgress?: Progress; signal?: AbortSignal },
): Promise<{ dictionary: Dictionary; learnedOn: Int32Array }> {
  const learnedOn = trsOfRuns(design, ({ learned }) => learned);
  const { store, onProgress, signal } = means;
  const unit = selectRows(unitColumns(courses, { rows: learnedOn }).courses, learnedOn);
  const dictionary = await store.product(
    "film-dictionary",
    { version: DICTIONARY_VERSION, unit, ...choices },
    () => learnDictionary(unit, { ...choices, onProgress, signal }),
    undefined,
    { signal },
  );
  return { dictionary, learnedOn };
}

/** The courses of a dictionary's atoms in all TRs of the film, [nTrs × nLive], and which atoms they are; before the HRF. */
export function filmAtomCourses(
  { courses }: FilmCourses,
  dictionary: Pick<Dictionary, "codes">,
  design: FilmDesign,
  learnedOn: Int32Array,
): { courses: Matrix<Float64Array>; live: number[] } {
  const counted = trsOfRuns(design, ({ shown }) => shown);
  return atomCourses(unitColumns(courses, { rows: learnedOn, counted }).courses, dictionary.codes);
}

/**
 * Courses as features of BOLD, run by run over the TRs that are scored: z-scored in each run over the shown TRs and 0 in rest, under the
 * HRF, high-passed within the run as BOLD is, and centred. [nScoredTrs × nColumns] a run.
 */
export function filmFeatures(
  courses: Matrix<Float64Array>,
  design: FilmDesign,
  { highPassSec }: { highPassSec: number },
): Matrix<Float64Array>[] {
  const { trSec, runs, ranges } = design;
  const onClock = filmCourses(
    selectRows(
      courses,
      trsOfRuns(design, ({ shown }) => shown),
    ),
    trsOfRuns(design, ({ shown }) => shown),
    design,
  );
  const convolved = convolveHrf(onClock.courses, ranges, canonicalHrf({ trSec }));
  const filtered = highPass(convolved, ranges, { trSec, cutoffSec: highPassSec });
  return runs.map(({ scored }, r) =>
    centred(
      selectRows(
        filtered,
        scored.map((t) => t + ranges[r].start),
      ),
    ),
  );
}

function centred(m: Matrix<Float64Array>): Matrix<Float64Array> {
  const [nRows, nColumns] = m.shape;
  for (let j = 0; j < nColumns; j++) {
    let mean = 0;
    for (let t = 0; t < nRows; t++) mean += m.data[t * nColumns + j] / nRows;
    for (let t = 0; t < nRows; t++) m.data[t * nColumns + j] -= mean;
  }
  return m;
}
