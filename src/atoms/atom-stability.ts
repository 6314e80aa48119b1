import { rollRows } from "../inference";
import type { Matrix } from "../tensor";
import type { Atoms } from "./atoms";
import { matchAtoms } from "./match-atoms";

/** Whether the same atoms come back from other seeds (`atomStability`): |r| of matched courses, from 0 to 1. */
export interface AtomStability {
  /** One entry a set: for each of its atoms the mean over all other sets of |r| with its partner there. */
  ofAtoms: Float64Array[];
  /** The mean over atoms and pairs of sets. */
  mean: number;
  /** What `mean` is for unrelated courses that change as slowly. */
  chance: number;
}

/**
 * How far atoms depend on where learning started: sets of atoms of the same TRs, learned from different seeds, are paired one to one
 * (`matchAtoms`), and an atom's stability is the mean |r| with its partners. An atom of stability 1 is found from every start;
 * one near `chance` is an accident of its seed. `chance` is the same after rolling the other set's courses by half of the TRs,
 * which keeps how slowly they change. Throws for fewer than two sets.
 */
export function atomStability(found: readonly Pick<Atoms, "courses">[]): AtomStability {
  if (found.length < 2) {
    throw new Error(
      `atomStability: invalid number of sets: ${found.length}; expected at least 2. Learn the atoms from further seeds.`,
    );
  }
  const ofAtoms = found.map(({ courses }, i) => {
    const others = found.filter((_, j) => j !== i);
    return meanMatch(
      courses,
      others.map((other) => other.courses),
    );
  });
  const rolled = found.map(({ courses }) => rollRows(courses, Math.floor(courses.shape[0] / 2)));
  const chance = found.map(({ courses }, i) =>
    meanMatch(
      courses,
      rolled.filter((_, j) => j !== i),
    ),
  );
  return { ofAtoms, mean: meanOf(ofAtoms), chance: meanOf(chance) };
}

function meanMatch(courses: Matrix, others: Matrix[]): Float64Array {
  const out = new Float64Array(courses.shape[1]);
  for (const other of others) {
    matchAtoms(courses, other).r.forEach((r, k) => {
      out[k] += Math.abs(r) / others.length;
    });
  }
  return out;
}

function meanOf(values: Float64Array[]): number {
  const all = values.flatMap((part) => Array.from(part));
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}
