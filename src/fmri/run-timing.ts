import type { BidsEvent } from "./bids-events";
import { countTrs, type StreamedRun } from "./streamed-run";

/**
 * Throws unless a stimulus and a run last equally long, up to one TR: startSec … startSec + nTrs · TR against the stimulus' `durationSec`,
 * counted from its own start at `onsetSec` of the run's clock. `stimulus` names it in messages.
 */
export function checkStimulusLength(
  run: StreamedRun,
  stimulus: { name: string; onsetSec: number; durationSec: number },
): void {
  const { trSec, startSec } = run;
  if (trSec === null) throw missingTr("checkStimulusLength", run);
  const [boldEnd, stimulusEnd] = [startSec + countTrs(run) * trSec, stimulus.onsetSec + stimulus.durationSec];
  if (Math.abs(boldEnd - stimulusEnd) <= trSec) return;
  const which = stimulusEnd > boldEnd ? "longer" : "shorter";
  throw new Error(
    `checkStimulusLength: mismatched length of ${stimulus.name} and run ${run.name}: the stimulus ends at ${round(stimulusEnd)} s, ${which} than the BOLD, which ends at ${round(boldEnd)} s (${countTrs(run)} TRs of ${trSec} s); expected the same within one TR. Check the TR and the stimulus' version, or trim one of them.`,
  );
}

/**
 * Throws when an event starts before or after the run, which tells of another TR, another run or times in another unit. `source` names
 * the events in messages. Events may end after the run, since scans are stopped.
 */
export function checkEvents(run: StreamedRun, events: readonly BidsEvent[], source: string): void {
  const { trSec } = run;
  if (trSec === null) throw missingTr("checkEvents", run);
  const endSec = run.nFileTrs * trSec;
  const odd = events.findIndex(({ onsetSec }) => onsetSec >= endSec);
  if (odd < 0) return;
  throw new Error(
    `checkEvents: mismatched events of run ${run.name}: event ${odd + 1} of ${source} starts at ${events[odd].onsetSec} s; expected less than ${round(endSec)} s (${run.nFileTrs} TRs of ${trSec} s). Check the TR of header and sidecar, and that the events are in seconds and of this run.`,
  );
}

/** Throws unless all runs have the same voxels, as models that are fitted across runs need. */
export function checkSameVoxels(runs: readonly StreamedRun[]): void {
  for (const run of runs.slice(1)) {
    const [first] = runs;
    const isSame =
      run.nFileVoxels === first.nFileVoxels &&
      run.voxels.length === first.voxels.length &&
      run.voxels.every((voxel, i) => voxel === first.voxels[i]);
    if (isSame) continue;
    throw new Error(
      `checkSameVoxels: mismatched voxels of run ${run.name}: ${run.voxels.length} of ${run.nFileVoxels}; expected the same ${first.voxels.length} of ${first.nFileVoxels} as run ${first.name}. Select the same voxels in runs of one space.`,
    );
  }
}

function missingTr(caller: string, run: StreamedRun): Error {
  return new Error(
    `${caller}: missing TR of run ${run.name}: neither file nor caller says; expected seconds. Pass trSec when you open it.`,
  );
}

function round(sec: number): number {
  return Math.round(sec * 1000) / 1000;
}
