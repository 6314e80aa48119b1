import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type SeriesBlock, writeCiftiSeries, writeMaps } from "../../fmri";
import { type OnWait, type Progress, throwIfAborted, withLock, writeAtomically } from "../../store";
import { matrix } from "../../tensor";
import {
  brainFiles,
  isWhole,
  removeLeftovers,
  runBytes,
  type SimulatedRunFiles,
  type SimulatedSubjectFiles,
  seriesOf,
} from "./brain-files";
import { BRAINS_VERSION, type BrainsPlan } from "./brains-plan";
import { confoundsTable, headMotion } from "./head-motion";
import type { BrainLayout } from "./layout";
import { brainsLedger } from "./ledger";
import { seedFor } from "./normal-numbers";
import { attributeResponses, type NoiseVariances, noiseVariances, type Responses } from "./responses";
import { simulatedRun } from "./simulated-run";
import { drawSubject, type SignalWeights, type SimulatedSubject, signalWeights } from "./subject";
import { subjectHrf } from "./subject-hrf";

/** The end of the name of a subject's file of planted ceilings, which is written when all of its runs are there. */
const CEILING = "_ceiling.dscalar.nii";

/**
 * Simulates subjects who saw a film: CIFTI-2 series and tables of motion for every run, and the ledger of what was planted, `truth/`, which
 * is for grading alone. A run's file appears whole or not at all and one that is there is kept, so that an interrupted call goes on where
 * it stopped; two calls at once, of which one goes `backwards`, share the subjects between them. Only a block of one run is in memory.
 *
 * `folder` belongs to this plan: name it by `brainsKey`. Progress counts grayordinates × runs.
 */
export async function simulateBrains(
  folder: string,
  plan: BrainsPlan,
  options: {
    onProgress?: Progress;
    signal?: AbortSignal;
    onWait?: OnWait;
    backwards?: boolean;
  } = {},
): Promise<SimulatedSubjectFiles[]> {
  const { onProgress, signal, backwards } = options;
  let told: number | null | undefined;
  const onWait: OnWait = (message, pid) => {
    if (pid !== told) options.onWait?.(message, pid);
    told = pid;
  };
  const files = brainFiles(folder, plan);
  const truth = join(folder, "truth");
  const sizes = runBytes(plan);
  let noise: NoiseVariances | undefined;
  const nPositions = plan.layout.models.nGrayordinates;
  const total = nPositions * plan.nSubjects * plan.film.runs.length;
  let done = 0;
  const report = (n: number) => {
    done += n;
    onProgress?.(done, total, "simulating brains (grayordinates × runs)");
  };
  const inOrder = [...files.entries()];
  if (backwards) inOrder.reverse();
  for (const [s, { id, runs }] of inOrder) {
    await withLock(
      join(folder, `.${id}.lock`),
      async () => {
        removeLeftovers(join(folder, id));
        const subject = drawSubject(plan.brainSeed, s + 1);
        const missing = runs.map(({ bold }, r) => !isWhole(bold, sizes[r]));
        const ceiling = join(truth, `${id}${CEILING}`);
        if (missing.includes(true) || !existsSync(ceiling)) {
          noise ??= noiseVariances(plan.film);
          const responses = responsesOf(subject, plan);
          const weights = signalWeights(plan.layout, subject, responses, {
            brainSeed: plan.brainSeed,
            gain: plan.gain,
            noise,
          });
          for (const [r, { bold, confounds }] of runs.entries()) {
            throwIfAborted(signal, "simulateBrains");
            if (!missing[r]) report(nPositions);
            else
              await writeRun({ bold, confounds }, { plan, subject, r, responses, weights, report, signal });
          }
          writeCeilings(ceiling, plan.layout, weights);
        } else report(nPositions * runs.length);
      },
      { signal, onWait },
    );
  }
  await withLock(
    join(folder, ".truth.lock"),
    () => {
      const text = brainsLedger(plan, { version: BRAINS_VERSION, nSubjects: countSubjects(truth) });
      writeAtomically(join(truth, "truth.json"), `${JSON.stringify(text, null, 1)}\n`);
    },
    { signal, onWait },
  );
  return files;
}

/** The subjects that are there, of which an earlier call may have made more. */
function countSubjects(truth: string): number {
  return readdirSync(truth).filter((name) => name.endsWith(CEILING)).length;
}

function responsesOf({ hrf }: SimulatedSubject, { film }: BrainsPlan): Responses {
  return attributeResponses(film, subjectHrf(hrf, film.trSeconds));
}

interface RunToWrite {
  plan: BrainsPlan;
  subject: SimulatedSubject;
  r: number;
  responses: Responses;
  weights: SignalWeights;
  report: (nGrayordinates: number) => void;
  signal?: AbortSignal;
}

async function writeRun(
  { bold, confounds }: SimulatedRunFiles,
  { plan, subject, r, responses, weights, report, signal }: RunToWrite,
): Promise<void> {
  const trSec = plan.film.trSeconds;
  const seed = (what: string) => seedFor({ brainSeed: plan.brainSeed, id: subject.id, run: r, what });
  const motion = headMotion(plan.film.runs[r].nTrs, trSec, seed("motion"));
  writeAtomically(confounds, confoundsTable(motion));
  const run = { responses: responses.runs[r], motion, trSec, seed: seed("noise") };
  const blocks = simulatedRun(plan.layout, weights, run);
  await writeCiftiSeries(bold, seriesOf(plan, r), reported(blocks, report), { signal });
}

function* reported(
  blocks: Iterable<SeriesBlock>,
  report: (nGrayordinates: number) => void,
): Generator<SeriesBlock> {
  for (const block of blocks) {
    yield block;
    report(block.series.shape[0]);
  }
}

function writeCeilings(path: string, { models }: BrainLayout, weights: SignalWeights): void {
  const { filmCeiling, validationCeiling } = weights;
  const n = models.nGrayordinates;
  const maps = new Float32Array(2 * n);
  maps.set(filmCeiling);
  maps.set(validationCeiling, n);
  writeMaps(path, {
    maps: matrix(maps, [2, n]),
    names: ["ceiling of r over the film", "ceiling of r in the validation clip"],
    space: { kind: "grayordinates", models },
    voxels: Int32Array.from({ length: n }, (_, i) => i),
    outside: 0,
  });
}
