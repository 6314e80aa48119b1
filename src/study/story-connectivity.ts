import { accumulateRuns, ridgeWeights, rowsOf, selectBlocks, testSegments } from "../encoding";
import {
  connectivityMeasures,
  type MeasureRow,
  measureTable,
  type NeededEffectRow,
  neededEffects,
} from "../findings";
import { type ConnectivityAgreement, connectivityAgreement } from "../networks";
import { linearAlgebra, type Matrix, matrix, selectColumns, selectRows } from "../tensor";
import type { Choices } from "./choices";
import { type Means, RIDGE_VERSION } from "./kept-products";
import { type MappedStory, storyData, storyRidge } from "./story-maps";

const VERSION = "story connectivity 1";

/** Whether the regions whose predictions go together are those whose BOLD does. */
export interface StoryConnectivity {
  table: MeasureRow[];
  needed: NeededEffectRow[];
}

/**
 * Functional connectivity of the regions beside that of their held-out predictions (`connectivityAgreement`), block by block: each is predicted by
 * the others. Shifts of the null stay within a block.
 */
export async function storyConnectivity(
  story: MappedStory,
  choices: Choices,
  means: Means,
): Promise<StoryConnectivity> {
  const { features, bold, design, nRois } = story;
  const { nPhaseDraws: nDraws, inferenceSeed: seed, minShiftSec, nBootstraps, nSignFlips } = choices;
  const minShiftTrs = Math.ceil(minShiftSec / design.highPass.trSec);
  const parts = {
    version: [VERSION, RIDGE_VERSION],
    features,
    bold,
    design,
    nRois,
    nDraws,
    seed,
    minShiftTrs,
  };
  const agreements = await means.store.product(
    "story-connectivity",
    parts,
    async () => {
      const predicted = await predictBlocks(story, means);
      const out: ConnectivityAgreement[] = [];
      const nSubjects = bold.shape[1] / nRois;
      for (let s = 0; s < nSubjects; s++) {
        const own = Array.from({ length: nRois }, (_, j) => s * nRois + j);
        const runs = predicted.map(({ rows, values }) => ({
          bold: selectColumns(selectRows(bold, rows), own),
          predicted: selectColumns(values, own),
        }));
        out.push(connectivityAgreement(runs, { minShiftTrs, nDraws, seed }));
        means.onProgress?.(s + 1, nSubjects, "functional connectivity");
      }
      return out;
    },
    undefined,
    { signal: means.signal },
  );
  const subjects = agreements.map(connectivityMeasures);
  return {
    table: measureTable(subjects, { nBootstraps, nSignFlips, seed }),
    needed: neededEffects(subjects, choices),
  };
}

/** What the other blocks predict for the tested rows of each, [nRows × nSubjects · nRois]. */
async function predictBlocks(
  story: MappedStory,
  { signal }: Means,
): Promise<{ rows: Int32Array; values: Matrix<Float64Array> }[]> {
  const { features, design } = story;
  const statistics = await accumulateRuns(storyData(story), {
    precision: "float64",
    signal,
  });
  const blocks = design.blocks.map((_, block) => block);
  const out = [];
  for (const heldOut of blocks) {
    const others = selectBlocks(
      statistics,
      blocks.filter((block) => block !== heldOut),
    );
    const { coefficients } = await ridgeWeights(others, storyRidge(design), { signal });
    const rows = rowsOf(testSegments(design.segments, heldOut));
    // Intercepts move whole courses and change no correlation.
    const weights = matrix(Float64Array.from(coefficients.data), coefficients.shape);
    out.push({ rows, values: linearAlgebra().multiply(selectRows(features, rows), weights) });
  }
  return out;
}
