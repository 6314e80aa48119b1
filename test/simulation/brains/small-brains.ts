import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCiftiRun, readConfounds, readRun } from "../../../src/fmri";
import { type BrainsPlan, type SimulatedSubjectFiles, simulateBrains } from "../../../src/simulation";
import { type BrainLayout, hcpLayout, selectLayout } from "../../../src/simulation/brains/layout";
import type { Matrix } from "../../../src/tensor";
import { madeFilm } from "./made-film";

/** A test, or what stands for the whole file. */
export interface CleansUp {
  after(cleanUp: () => void): void;
}

let whole: Promise<BrainLayout> | undefined;

export function wholeLayout(): Promise<BrainLayout> {
  whole ??= hcpLayout();
  return whole;
}

/** Some grayordinates of every region and of the rest. */
export async function smallLayout(nPerRegion: number): Promise<BrainLayout> {
  return selectLayout(await wholeLayout(), { nPerRegion, seed: 1 });
}

export function temporaryFolder(context: CleansUp): string {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-brains-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Brains of a made film, in a folder of their own. */
export async function smallBrains(
  context: CleansUp,
  changes: Partial<BrainsPlan> & { nPerRegion: number },
): Promise<{ plan: BrainsPlan; folder: string; files: SimulatedSubjectFiles[] }> {
  const { nPerRegion, ...rest } = changes;
  const layout = await smallLayout(nPerRegion);
  const plan = { film: madeFilm(3), layout, nSubjects: 1, brainSeed: 5, gain: 1, ...rest };
  const folder = temporaryFolder(context);
  return { plan, folder, files: await simulateBrains(folder, plan) };
}

/** A subject's runs as an analysis has them: motion and drift taken out, z-scored, [nTrs × nGrayordinates]. */
export function cleanRuns({ runs }: SimulatedSubjectFiles): Promise<Matrix<Float32Array>[]> {
  return Promise.all(
    runs.map(async ({ bold, confounds }) => {
      const { values } = readConfounds(confounds, { columns: ["motion6"], missing: "zero" });
      const run = await openCiftiRun(bold, { trSec: null });
      const cleaning = { drift: { cutoffSec: 128 }, confounds: values, scale: "zscore" } as const;
      return (await readRun(run, cleaning)).bold;
    }),
  );
}
