import { join } from "node:path";
import { column } from "../tensor";
import { ALICE_N_TRS } from "./alice-runs";
import { correlation } from "./correlation";
import { readNumberTable } from "./number-table";

/** The low-level courses of the Alice story, each [nTrs], already convolved with a haemodynamic response. */
export interface AlicePredictors {
  /** Words per time: the mean over the subjects' tables. */
  wordRate: Float64Array;
  /** Sound power: the mean over the subjects' tables. */
  soundPower: Float64Array;
  /** Log word frequency (HAL corpus), orthogonalised by the data's authors. */
  logWordFrequency: Float64Array;
  /** Breaks between sentences, orthogonalised by the data's authors. */
  sentenceBreak: Float64Array;
  /** The lowest correlation of a subject's table with the mean over subjects. */
  lowestAgreement: { wordRate: number; soundPower: number };
}

const GENERIC_TABLE = "sept18-generic-predictors-under-hrf-with-logfrqhal.txt";
const GENERIC_COLUMNS =
  "rate_conv frq_conv_orth break_conv_orth tdp_conv_orth tdx_conv_orth bup_conv_orth bux_conv_orth cfgsurp_conv_orth bigramlex_conv_orth trigramlex_conv_orth bigrampos_conv_orth trigrampos_conv_orth".split(
    " ",
  );
/** This table starts with the ten TRs that were dropped from the BOLD data. */
const N_DROPPED_TRS = 10;
/** All subjects heard the same recording: their tables differ by the timing of their scans only. */
const LEAST_AGREEMENT = 0.999;

/**
 * Reads the Alice data set's own predictors on the TR grid of `readAliceRois`: word rate and sound power are means over the tables
 * of the given subjects (pass those that are used: the tables of s33, a subject without BOLD, are not of use), word
 * frequency and sentence breaks stand once for all. Throws when a subject's table correlates with the mean by less than
 * 0.999, and for tables that are missing, truncated or hold a NaN.
 */
export function readAlicePredictors(folder: string, subjectIds: readonly string[]): AlicePredictors {
  if (subjectIds.length === 0) {
    throw new Error(
      "readAlicePredictors: missing subjects: none; expected at least one. Pass the ids of readAliceRois's subjects.",
    );
  }
  const wordRate = readMeanCourse(folder, subjectIds, "rate");
  const soundPower = readMeanCourse(folder, subjectIds, "sndpwr");
  const layout = { nRows: ALICE_N_TRS + N_DROPPED_TRS, columns: GENERIC_COLUMNS };
  const path = join(folder, "data", GENERIC_TABLE);
  const generic = readNumberTable(path, layout, "readAlicePredictors");
  return {
    wordRate: wordRate.mean,
    soundPower: soundPower.mean,
    logWordFrequency: withoutGaps(column(generic, 1).slice(N_DROPPED_TRS), path),
    sentenceBreak: withoutGaps(column(generic, 2).slice(N_DROPPED_TRS), path),
    lowestAgreement: { wordRate: wordRate.lowestAgreement, soundPower: soundPower.lowestAgreement },
  };
}

function readMeanCourse(folder: string, subjectIds: readonly string[], kind: "rate" | "sndpwr") {
  const paths = subjectIds.map((id) => join(folder, "data", `${id}-${kind}.txt`));
  const courses = paths.map((path) =>
    withoutGaps(
      readNumberTable(path, { nRows: ALICE_N_TRS, columns: [kind] }, "readAlicePredictors").data,
      path,
    ),
  );
  const mean = new Float64Array(ALICE_N_TRS);
  for (const course of courses) course.forEach((value, t) => (mean[t] += value / courses.length));
  const agreements = courses.map((course) => correlation(course, mean));
  agreements.forEach((r, s) => {
    if (r >= LEAST_AGREEMENT) return;
    throw new Error(
      `readAlicePredictors: mismatched ${kind} of ${subjectIds[s]}: r = ${r.toFixed(4)} with the mean over ${courses.length} subjects in ${paths[s]}; expected at least ${LEAST_AGREEMENT}, since all heard the same recording. Fetch the file again or leave the subject out.`,
    );
  });
  return { mean, lowestAgreement: Math.min(...agreements) };
}

function withoutGaps(course: Float64Array, path: string): Float64Array {
  const gap = course.findIndex(Number.isNaN);
  if (gap < 0) return course;
  throw new Error(
    `readAlicePredictors: missing value at TR ${gap} of ${path}: NaN; expected a number for every TR. Fetch the file again.`,
  );
}
