import type { Matrix } from "../tensor";
import { atomCourses } from "./atom-courses";
import type { Atoms } from "./atoms";

/** Courses to be the features of an encoding model. */
export interface AtomRegressors {
  /** [nTrs × nRegressors]. */
  courses: Matrix<Float64Array>;
  /** Which atoms (or neurons) the columns are. */
  live: number[];
  /** The form of ridge that fits: few atoms against TRs, or a kernel over all neurons. */
  solver: "primal" | "dual";
}

/**
 * What stands for the neurons in an encoding model: the courses of atoms in the given TRs (`atomCourses`), or with `"none"` every
 * neuron's own course.
 *
 * @param courses U [nTrs × nNeurons], scaled as for learning (`unitColumns`).
 */
export function atomRegressors(courses: Matrix<Float64Array>, atoms: Atoms | "none"): AtomRegressors {
  if (atoms !== "none") return { ...atomCourses(courses, atoms.codes), solver: "primal" };
  return { courses, live: Array.from({ length: courses.shape[1] }, (_, j) => j), solver: "dual" };
}
