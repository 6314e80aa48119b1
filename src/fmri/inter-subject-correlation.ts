import { column, type Matrix, zeros } from "../tensor";
import { correlation } from "./correlation";

/**
 * How well the others predict a subject, where the stimulus was shown once: the noise ceiling of a model that knows only
 * the stimulus. Leave-one-out, in each fold on its test TRs alone, then the plain mean over folds:
 *
 *   r_s = (1/F) Σ_f corr(y_s[test_f], mean over the other subjects of y[test_f])
 *
 * `series`: one [nTrs × nVoxels] a subject, standardised (`zscoreRuns`), all of one shape. `testRows`: the test TRs of each
 * fold. Returns r [nSubjects × nVoxels].
 *
 * A subject whose column has a NaN gets NaN there and does not count among the others of the rest; r is NaN as well
 * where no other subject is left. Source: Nastase, Gazzola, Hasson & Keysers (2019), Soc. Cogn. Affect. Neurosci. 14, 667–685.
 */
export function interSubjectCorrelation(
  series: readonly Matrix[],
  testRows: readonly ArrayLike<number>[],
): Matrix<Float64Array> {
  if (series.length < 2 || testRows.length === 0) {
    throw new Error(
      `interSubjectCorrelation: missing data: ${series.length} subjects, ${testRows.length} folds; expected at least 2 subjects and 1 fold. Without a second subject there is no inter-subject ceiling.`,
    );
  }
  const [nTrs, nVoxels] = series[0].shape;
  series.forEach(({ shape }, s) => {
    if (shape[0] === nTrs && shape[1] === nVoxels) return;
    throw new Error(
      `interSubjectCorrelation: mismatched shape of subject ${s}: ${shape.join(" × ")}; expected ${nTrs} × ${nVoxels} as in subject 0. All subjects need the same TRs and voxels.`,
    );
  });
  const r = zeros([series.length, nVoxels]);
  for (let j = 0; j < nVoxels; j++) {
    const courses = series.map((subject) => column(subject, j));
    const usable = courses.filter((course) => !course.some(Number.isNaN));
    const sum = new Float64Array(nTrs);
    for (const course of usable) for (let t = 0; t < nTrs; t++) sum[t] += course[t];
    courses.forEach((course, s) => {
      const isUsable = usable.includes(course);
      const others = sum.map((value, t) => (value - course[t]) / (usable.length - 1));
      const perFold = testRows.map((rows) => correlation(course, others, rows));
      const mean = perFold.reduce((total, value) => total + value, 0) / perFold.length;
      r.data[s * nVoxels + j] = isUsable && usable.length > 1 ? mean : Number.NaN;
    });
  }
  return r;
}
