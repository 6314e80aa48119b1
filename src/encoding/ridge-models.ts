import type { Matrix } from "../tensor";
import { type EncodingStatistics, partsOf } from "./encoding-statistics";
import { kept, once } from "./made-once";
import { productMemory } from "./product-memory";
import { meanSquaredErrors, scoreCoefficients, type TargetScores } from "./ridge-errors";
import {
  centreTraining,
  factoriseRidge,
  type RidgeFactor,
  type RidgeModelChoices,
  type RotatedTargets,
  rotate,
  rotatedCoefficients,
} from "./ridge-factor";
import { type Segment, testSegments, trainingSegments } from "./segments";
import { addRegressorSums, checkParts, type TargetRange } from "./statistics";
import {
  factoriseTest,
  resolvable,
  rootOf,
  type TestFactor,
  type TestRoot,
  type TestTargets,
  testTargets,
} from "./test-set";

/** Ridge regression on some blocks, for any range of targets. */
export interface RidgeModel {
  factor: RidgeFactor;
  test(heldOut: number): TestFactor;
  /** Good until one for other targets is asked for, of this or another model, whose memory is the same. */
  fit(targets: TargetRange): RidgeFit;
}

/** The same, fitted to a range of targets. */
export interface RidgeFit {
  targets: TargetRange;
  rotated: RotatedTargets;
  /** Rotated coefficients b′ at given alphas, one a target: [nTargets × nRegressors]. */
  coefficients(alphas: Float64Array): Matrix<Float64Array>;
  /** [nTargets × nAlphas] */
  errors(heldOut: number): Promise<Matrix<Float64Array>>;
  /** The targets on a held-out block. */
  test(heldOut: number): TestTargets;
  scores(heldOut: number, alphas: Float64Array): TargetScores;
}

/**
 * A function that makes the model of a set of blocks; factorisations are kept, so that targets can be gone through
 * in ranges.
 */
export function openRidgeModels(
  statistics: EncodingStatistics,
  choices: RidgeModelChoices,
): (blocks: readonly number[]) => RidgeModel {
  const { segments } = statistics;
  checkParts(statistics.parts);
  const ofX = sharedModelsOfX(statistics, choices);
  // Of products that are turned at once into something else.
  const passing = productMemory();
  const memoryOf = kept((_heldOut: number) => ({ products: passing, coordinates: productMemory() }));
  // Of the range of targets that is worked on: every training set asks for the same.
  const ofTest = latest((heldOut: number, targets: TargetRange) =>
    testTargets(
      ofX.root(heldOut),
      partsOf(statistics, testSegments(segments, heldOut)),
      targets,
      memoryOf(heldOut),
    ),
  );

  return kept((blocks: readonly number[]) => {
    const training = partsOf(statistics, trainingSegments(segments, blocks));
    const { factor, test } = ofX.model(blocks);
    const memory = productMemory();

    const fit = (targets: TargetRange): RidgeFit => {
      const centred = centreTraining(factor, training, targets);
      const { yCentre } = centred;
      const products = once(() => resolvable(factor, centred, memory));
      const rotated = once(() => ({ projections: rotate(factor, centred, passing), yCentre }));
      const coefficients = (alphas: Float64Array) => rotatedCoefficients(factor, rotated(), alphas);
      return {
        targets,
        get rotated() {
          return rotated();
        },
        coefficients,
        errors: (heldOut) =>
          meanSquaredErrors(
            { evaluated: factor.evaluated() },
            test(heldOut),
            { products: products(), yCentre },
            ofTest(heldOut, targets),
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

/** The part of models that depends on X alone. */
interface ModelsOfX {
  root(heldOut: number): TestRoot;
  model(blocks: readonly number[]): { factor: RidgeFactor; test(heldOut: number): TestFactor };
}

function modelsOfX(statistics: EncodingStatistics, choices: RidgeModelChoices): ModelsOfX {
  const { segments } = statistics;
  // Without Y: models are kept for others.
  const parts = statistics.parts.map(({ nTrs, xSum, xx }) => ({ nTrs, xSum, xx }));
  const sumsOf = (some: readonly Segment[]) => addRegressorSums(partsOf({ segments, parts }, some));
  const root = kept((heldOut: number) => rootOf(sumsOf(testSegments(segments, heldOut))));
  return {
    root,
    model: kept((blocks: readonly number[]) => {
      const factor = factoriseRidge(sumsOf(trainingSegments(segments, blocks)), choices);
      return { factor, test: kept((heldOut: number) => factoriseTest(factor, root(heldOut))) };
    }),
  };
}

/** Of more regressors it is Y that takes the time, and what would be kept is large. */
const MOST_SHARED = 256;
const shared = new WeakMap<Matrix, Map<string, ModelsOfX>>();
const identities = new WeakMap<Matrix, number>();
let nIdentities = 0;

/**
 * The same for all statistics that hold the very same products of X, as the draws of a null do: factorising them anew took
 * most of the time of a draw with few targets. Kept as long as those products are.
 */
function sharedModelsOfX(statistics: EncodingStatistics, choices: RidgeModelChoices): ModelsOfX {
  const { parts, segments } = statistics;
  const products = parts.map(({ xx }) => xx);
  if (products.length === 0 || products[0].shape[0] > MOST_SHARED) return modelsOfX(statistics, choices);
  for (const xx of products) if (!identities.has(xx)) identities.set(xx, nIdentities++);
  const { alphas, intercept, precision } = choices;
  const key = JSON.stringify([
    products.map((xx) => identities.get(xx)),
    segments,
    Array.from(alphas),
    intercept,
    precision,
  ]);
  const known = shared.get(products[0]) ?? new Map<string, ModelsOfX>();
  shared.set(products[0], known);
  const models = known.get(key) ?? modelsOfX(statistics, choices);
  known.set(key, models);
  return models;
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
