import { linearAlgebra, type Matrix, selectColumns, selectRows, zeros } from "../tensor";
import { type EncodingStatistics, partsOf } from "./encoding-statistics";
import { chooseEvaluated, type Evaluated } from "./evaluated-alphas";
import { productMemory } from "./product-memory";
import { meanSquaredErrors } from "./ridge-errors";
import {
  centreTraining,
  factoriseScaledRidges,
  type Precision,
  type RidgeModelChoices,
} from "./ridge-factor";
import { testSegments, trainingSegments } from "./segments";
import { addRegressorSums, pickTargets, type RegressionStatistics, type TargetRange } from "./statistics";
import { copyColumns, emptyMatrix, resolvable, resolversOf, rootOf, testTargets } from "./test-set";

/** Errors that leaving out combinations may add to a share of variance, where it is learned; agreement allows 1e-5. */
const TOLERANCE: Record<Precision, number> = { float32: 1e-6, float64: 1e-12 };
/** Targets from which it is learned which combinations suffice, and others on which that is checked. */
const [N_LEARNED, N_CHECKED] = [128, 64];
/** How much larger errors may be on the targets it was not learned from. */
const SLACK = 8;

/** One held-out block of banded ridge, all draws and alphas at once. */
export interface BandedFold {
  /** Combinations that are computed; the others follow from them. */
  nEvaluated: number;
  /** Numbers a target needs in the widest product. */
  valuesPerTarget: number;
  /** Mean squared errors: [nTargets × nDraws · nAlphas], the alphas of a draw together. */
  errors(targets: TargetRange): Promise<Matrix<Float64Array>>;
}

/**
 * Prepares a held-out block for every combination of draw and alpha. Errors are smooth functions of the penalties of
 * the spaces, so that those of all combinations are, within a tolerance, linear combinations of those of some: which,
 * is found on some of the targets themselves, and checked on others. With few targets, or where the check
 * fails, every combination is computed.
 */
export async function openBandedFold(
  statistics: EncodingStatistics,
  { blocks, heldOut }: { blocks: readonly number[]; heldOut: number },
  choices: RidgeModelChoices,
  scalesOfDraws: readonly Float64Array[],
  { signal }: { signal?: AbortSignal },
): Promise<BandedFold> {
  const { segments, parts } = statistics;
  const { alphas } = choices;
  const others = blocks.filter((block) => block !== heldOut);
  const training = partsOf(statistics, trainingSegments(segments, others));
  const test = partsOf(statistics, testSegments(segments, heldOut));
  const root = rootOf(addRegressorSums(test));
  const size = root.root.shape[1] + 1;
  const sums = addRegressorSums(training);
  const factors = await factoriseScaledRidges(sums, choices, scalesOfDraws, { signal });
  const width = factors.some(({ needsRotation }) => needsRotation) ? "float64" : choices.precision;

  const resolverMemory = productMemory();
  /** Resolvers of some combinations, ascending, from the regressors' own coordinates: all that draws share. */
  const resolversOfSome = (positions: readonly number[]): Matrix => {
    const out = emptyMatrix(width, [sums.xSum.length, positions.length * size]);
    factors.forEach((factor, draw) => {
      const own = positions.filter((position) => Math.floor(position / alphas.length) === draw);
      if (own.length === 0) return;
      const some = own.map((position) => alphas[position % alphas.length]);
      const resolvers = resolversOf(
        { ...factor, precision: width, needsRotation: false },
        root,
        some,
        resolverMemory,
      );
      copyColumns(resolvers, out, positions.indexOf(own[0]) * size);
    });
    return out;
  };
  const trainingMemory = productMemory();
  const testMemory = { products: productMemory(), coordinates: productMemory() };
  const plain = { ...factors[0], precision: width, needsRotation: false };

  /** Errors of every combination on some targets, as a share of their variance; 0 where there is none. */
  const sharesOf = async (targets: readonly number[]): Promise<Matrix<Float64Array>> => {
    const pick = (parts: readonly RegressionStatistics[]) => parts.map((part) => pickTargets(part, targets));
    const range = { start: 0, end: targets.length };
    const centred = centreTraining(factors[0], pick(training), range);
    const tested = testTargets(root, pick(test), range, testMemory);
    const shares = zeros([targets.length, factors.length * alphas.length]);
    const all = allOf(alphas.length);
    for (let draw = 0; draw < factors.length; draw++) {
      // So few targets are sooner turned into the coordinates of a draw than its resolvers out of them.
      const rotating = { ...factors[draw], precision: width, needsRotation: true };
      const y = {
        products: resolvable(rotating, centred, trainingMemory),
        yCentre: centred.yCentre,
      };
      const resolvers = resolversOf(rotating, root, alphas, resolverMemory);
      const errors = await meanSquaredErrors({ evaluated: all }, { root, resolvers }, y, tested);
      for (let at = 0; at < errors.data.length; at++) {
        const [i, a] = [Math.floor(at / alphas.length), at % alphas.length];
        const share = (errors.data[at] * root.sums.nTrs) / tested.centred[i];
        shares.data[i * shares.shape[1] + draw * alphas.length + a] = Number.isFinite(share) ? share : 0;
      }
    }
    return shares;
  };

  const nTargets = parts[0].yy.length;
  const everything = allOf(factors.length * alphas.length);
  const learned =
    nTargets < 8 * (N_LEARNED + N_CHECKED)
      ? null
      : await learnCombinations(sharesOf, nTargets, choices.precision);
  const evaluated = learned ?? everything;
  const resolvers = resolversOfSome(evaluated.positions);
  return {
    nEvaluated: evaluated.positions.length,
    valuesPerTarget: resolvers.shape[1],
    errors(targets) {
      const centred = centreTraining(factors[0], training, targets);
      const y = { products: resolvable(plain, centred, trainingMemory), yCentre: centred.yCentre };
      const tested = testTargets(root, test, targets, testMemory);
      return meanSquaredErrors({ evaluated }, { root, resolvers }, y, tested);
    },
  };
}

/** Every column is evaluated. */
function allOf(n: number): Evaluated {
  const weights = zeros([n, n]);
  for (let i = 0; i < n; i++) weights.data[i * (n + 1)] = 1;
  return { positions: Array.from({ length: n }, (_, i) => i), weights };
}

/** Which combinations suffice; null where they do not on targets that they were not learned from. */
async function learnCombinations(
  sharesOf: (targets: readonly number[]) => Promise<Matrix<Float64Array>>,
  nTargets: number,
  precision: Precision,
): Promise<Evaluated | null> {
  const nProbes = N_LEARNED + N_CHECKED;
  const probes = Array.from({ length: nProbes }, (_, i) => Math.floor((i * nTargets) / nProbes));
  // Every third is for checking.
  const shares = await sharesOf(probes);
  const rows = Array.from(probes.keys());
  const evaluated = chooseEvaluated(
    selectRows(
      shares,
      rows.filter((i) => i % 3 !== 2),
    ),
    TOLERANCE[precision],
  );
  const checked = selectRows(
    shares,
    rows.filter((i) => i % 3 === 2),
  );
  const interpolated = linearAlgebra().multiply(
    selectColumns(checked, evaluated.positions),
    evaluated.weights,
    {
      transposeB: true,
    },
  );
  const holds = interpolated.data.every(
    (value, at) => Math.abs(value - checked.data[at]) <= SLACK * TOLERANCE[precision],
  );
  return holds ? evaluated : null;
}
