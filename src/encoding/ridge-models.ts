import type { Matrix } from "../tensor";
import type { EncodingStatistics } from "./encoding-statistics";
import { productMemory } from "./product-memory";
import { meanSquaredErrors, scoreCoefficients, type TargetScores } from "./ridge-errors";
import {
  centreTraining,
  evaluatedAlphas,
  factoriseRidge,
  type RidgeFactor,
  type RidgeModelChoices,
  type RotatedTargets,
  rotate,
  rotatedCoefficients,
} from "./ridge-factor";
import { type Segment, testSegments, trainingSegments } from "./segments";
import { addRegressorSums, addTargetSums, type TargetRange } from "./statistics";
import {
  factoriseTest,
  resolvable,
  rootOf,
  type TestFactor,
  type TestTargets,
  testTargets,
} from "./test-set";

/** Ridge regression on some blocks, for any range of targets. */
export interface RidgeModel {
  factor: RidgeFactor;
  test(heldOut: number): TestFactor;
  fit(targets: TargetRange): RidgeFit;
}

/** The same, fitted to a range of targets. */
export interface RidgeFit {
  targets: TargetRange;
  rotated: RotatedTargets;
  /** Rotated coefficients b′ at given alphas, one a target: [nTargets × nRegressors]. */
  coefficients(alphas: Float64Array): Matrix<Float64Array>;
  /** [nTargets × nAlphas] */
  errors(heldOut: number): Matrix<Float64Array>;
  /** The targets on a held-out block. */
  test(heldOut: number): TestTargets;
  scores(heldOut: number, alphas: Float64Array): TargetScores;
}

/**
 * A function that makes the model of a set of blocks; factorisations are kept, so that targets can be gone through
 * in ranges. `scales` as in `factoriseRidge`.
 */
export function openRidgeModels(
  { segments, parts }: EncodingStatistics,
  choices: RidgeModelChoices,
  scales?: Float64Array,
): (blocks: readonly number[]) => RidgeModel {
  const partsOf = (some: readonly Segment[]) => some.map((each) => parts[segments.indexOf(each)]);
  const testParts = (heldOut: number) => partsOf(testSegments(segments, heldOut));
  const memory = productMemory();
  const root = kept((heldOut: number) => rootOf(addRegressorSums(testParts(heldOut))));
  // Of the range of targets that is worked on: every training set asks for the same.
  const ofTest = latest((heldOut: number, targets: TargetRange) =>
    testTargets(root(heldOut), addTargetSums(testParts(heldOut), targets)),
  );

  return kept((blocks: readonly number[]) => {
    const training = partsOf(trainingSegments(segments, blocks));
    const factor = factoriseRidge(addRegressorSums(training), choices, scales);
    const test = kept((heldOut: number) => factoriseTest(factor, root(heldOut)));

    const fit = (targets: TargetRange): RidgeFit => {
      const sums = addTargetSums(training, targets);
      const yCentre = centreTraining(factor, sums);
      const products = once(() => resolvable(factor, sums.yx));
      const rotated = once(() => ({ projections: rotate(factor, sums.yx), yCentre }));
      const coefficients = (alphas: Float64Array) => rotatedCoefficients(factor, rotated(), alphas);
      return {
        targets,
        get rotated() {
          return rotated();
        },
        coefficients,
        errors: (heldOut) =>
          meanSquaredErrors(
            { evaluated: evaluatedAlphas(factor) },
            test(heldOut),
            { products: products(), yCentre },
            ofTest(heldOut, targets),
            memory,
          ),
        test: (heldOut) => ofTest(heldOut, targets),
        scores: (heldOut, alphas) =>
          scoreCoefficients(
            test(heldOut),
            coefficients(alphas),
            yCentre,
            ofTest(heldOut, targets),
            choices.precision,
          ),
      };
    };
    return { factor, test, fit };
  });
}

/** Remembers what was made for each held-out block of the range of targets that was asked for last. */
function latest<T>(make: (heldOut: number, targets: TargetRange) => T): typeof make {
  let [start, end] = [-1, -1];
  const made = new Map<number, T>();
  return (heldOut, targets) => {
    if (targets.start !== start || targets.end !== end) made.clear();
    [start, end] = [targets.start, targets.end];
    if (!made.has(heldOut)) made.set(heldOut, make(heldOut, targets));
    return made.get(heldOut)!;
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function kept<K, T>(make: (key: K) => T): (key: K) => T {
  const made = new Map<string, T>();
  return (key) => {
    const name = String(key);
    if (!made.has(name)) made.set(name, make(key));
    return made.get(name)!;
  };
}
