import { type EncodingStatistics, nestedRidge, type RidgeChoices, selectFeatures } from "../encoding";
import { type Progress, throwIfAborted } from "../store";
import { type Matrix, random, row, zeros } from "../tensor";
import { plainMean } from "./group-effect";
import { type Measure, measuresOf, type SubjectMeasures } from "./subject-measures";

/** How prediction falls as atoms are taken away. */
export interface RemovalCurves {
  /** How many atoms are left, descending. */
  nKept: number[];
  /** Mean held-out R² over voxels, [nSizes]. */
  redundantFirst: Float64Array;
  uniqueFirst: Float64Array;
  /** Each random order, and below all of them each in reverse: [2 nOrders × nSizes]. */
  random: Matrix<Float64Array>;
}

/**
 * The order in which atoms go. *redundant first*: of the two most similar atoms that are left, the one that is more
 * similar to the rest on average. *unique first*: the atom that is least similar to its most similar one. `similarity` [nAtoms × nAtoms].
 */
export function removalOrder(similarity: Matrix, first: "redundant" | "unique"): number[] {
  const nAtoms = similarity.shape[0];
  const left = Array.from({ length: nAtoms }, (_, k) => k);
  const order: number[] = [];
  while (left.length > 0) {
    const closeness = left.map((k) => {
      const others = left.filter((m) => m !== k).map((m) => similarity.data[k * nAtoms + m]);
      return { k, most: Math.max(...others), mean: others.length === 0 ? 0 : plainMean(others) };
    });
    const sign = first === "redundant" ? -1 : 1;
    closeness.sort((a, b) => sign * (a.most - b.most) || sign * (a.mean - b.mean) || a.k - b.k);
    order.push(closeness[0].k);
    left.splice(left.indexOf(closeness[0].k), 1);
  }
  return order;
}

/**
 * Mean held-out R² over voxels of models with ever fewer atoms, each fitted anew with its own alphas from the statistics alone: redundant
 * atoms removed first, unique ones first, and at random.
 *
 * `similarity` says which atoms are redundant; it must come from the model (members, courses), since similarity of maps was chosen on
 * the BOLD that scores here. `voxels`: which count (all fits serve all). The same `seed` gives all subjects the same random orders. Throws as
 * `nestedRidge`, for sizes that are not below the number of atoms, and AbortError when the signal asks.
 */
export async function removalCurves(
  statistics: EncodingStatistics,
  ridge: RidgeChoices,
  choices: {
    similarity: Matrix;
    nKept: readonly number[];
    voxels: ArrayLike<number>;
    nOrders: number;
    seed: number;
  },
  options: { onProgress?: Progress; signal?: AbortSignal } = {},
): Promise<RemovalCurves> {
  const { similarity, voxels, nOrders, seed } = choices;
  const nAtoms = statistics.parts[0].xSum.length;
  const nKept = [...choices.nKept].sort((a, b) => b - a);
  if (similarity.shape[0] !== nAtoms || nKept.some((n) => !Number.isInteger(n) || n < 1 || n > nAtoms)) {
    throw new Error(
      `removalCurves: invalid numbers of atoms: ${nKept.join(", ")} kept of ${nAtoms}, similarity of ${similarity.shape[0]}; expected 1 to ${nAtoms}, and a similarity of all. Pass the atoms that are fitted.`,
    );
  }
  const numbers = random(seed);
  const shuffled = Array.from({ length: nOrders }, () =>
    numbers.shuffle(Array.from({ length: nAtoms }, (_, k) => k)),
  );
  const orders = [
    removalOrder(similarity, "redundant"),
    removalOrder(similarity, "unique"),
    ...shuffled,
    ...shuffled.map((order) => [...order].reverse()),
  ];
  const scores = new Map<string, number>();
  const curves = zeros([orders.length, nKept.length]);
  for (const [i, order] of orders.entries()) {
    for (const [j, n] of nKept.entries()) {
      throwIfAborted(options.signal, "removalCurves");
      const kept = order.slice(nAtoms - n).sort((a, b) => a - b);
      const name = kept.join(" ");
      if (!scores.has(name)) scores.set(name, await meanR2(statistics, ridge, kept, voxels));
      curves.data[i * nKept.length + j] = scores.get(name)!;
    }
    options.onProgress?.(i + 1, orders.length, "orders of removal");
  }
  return {
    nKept,
    redundantFirst: row(curves, 0),
    uniqueFirst: row(curves, 1),
    random: { data: curves.data.subarray(2 * nKept.length), shape: [2 * nOrders, nKept.length] },
  };
}

async function meanR2(
  statistics: EncodingStatistics,
  ridge: RidgeChoices,
  atoms: readonly number[],
  voxels: ArrayLike<number>,
): Promise<number> {
  const { r2 } = await nestedRidge(selectFeatures(statistics, atoms), ridge);
  const [nFolds, nTargets] = r2.shape;
  const values = Array.from(voxels, (v) =>
    plainMean(Array.from({ length: nFolds }, (_, fold) => r2.data[fold * nTargets + v])),
  );
  return plainMean(values.filter((value) => !Number.isNaN(value)));
}

const RANDOM_ORDERS = "random orders of removal";
const REMOVAL_MEASURES: readonly Measure[] = [
  { name: "R² kept, redundant first minus random", tail: "greater", scale: "plain", null: RANDOM_ORDERS },
  { name: "R² lost, unique first minus random", tail: "greater", scale: "plain", null: RANDOM_ORDERS },
  {
    name: "R² kept, redundant first minus unique first",
    tail: "greater",
    scale: "plain",
    null: RANDOM_ORDERS,
  },
];

/**
 * Fault tolerance as three differences of the curves' means over their sizes, each against what random orders give: an order against
 * the mean of random ones, and, for the third, an order against its own reverse. An order that happens to keep strong atoms is
 * in the null as well; that redundant atoms may be the weak ones is not (`redundantLoss` matches for it).
 */
export function removalMeasures(curves: RemovalCurves): SubjectMeasures {
  const means = Array.from({ length: curves.random.shape[0] }, (_, i) => plainMean(row(curves.random, i)));
  const centre = plainMean(means);
  const nOrders = means.length / 2;
  // A random order and its reverse are one draw for all three, whichever plays the redundant part.
  const draws = means.map((mean, i) => ({ first: mean, last: means[(i + nOrders) % means.length] }));
  const observed = { first: plainMean(curves.redundantFirst), last: plainMean(curves.uniqueFirst) };
  return measuresOf(REMOVAL_MEASURES, observed, draws, ({ first, last }) => [
    first - centre,
    centre - last,
    first - last,
  ]);
}
