import type { TrRange } from "../alignment";
import { readTsv } from "../fmri";
import { HCP_MOVIE_TR_SEC, hcpMovieRuns } from "../stimuli";

/** The built-in table: the Human Connectome Project's four 7T movie runs. */
export const HCP_WINDOWS = "hcp-movie";

const KINDS = ["clip", "validation", "rest"] as const;

/** What is on during some TRs of a run. */
export interface RunWindow extends TrRange {
  /** *clip* and *validation* show something; the validation clip is kept out of learning, training and scores. */
  kind: (typeof KINDS)[number];
  /** The step of the stimulus that is shown in the first TR; the following TRs show the following steps. Null in rest. */
  firstStep: number | null;
}

/** The windows of a run, which cover it from its first TR to its last. */
export interface WindowedRun {
  nTrs: number;
  windows: readonly RunWindow[];
}

/**
 * Reads which steps of a stimulus were shown in which TRs of which run: a tab-separated table with the columns
 *
 *   run        1, 2, … in order
 *   start_tr   the window's first TR, counted from 0 in its run
 *   end_tr     the TR after its last
 *   kind       clip, validation or rest
 *   first_step the step (row of the activations, from 0) shown at start_tr, one step a TR from there on; n/a in rest
 *
 * Every TR of a run stands in one window, so that the table says how long the runs are. `path` may be "hcp-movie": the HCP's four
 * movie runs with one step for each of their 3,655 TRs, as their four film files give them. Throws, naming the line, for anything else.
 */
export function readWindows(path: string): WindowedRun[] {
  if (path === HCP_WINDOWS) return hcpWindows();
  const caller = "readWindows";
  const rows = readRows(path, caller, ["run", "start_tr", "end_tr", "kind", "first_step"]);
  const runs: { nTrs: number; windows: RunWindow[] }[] = [];
  for (const { run, range, cells, line } of rows) {
    if (run === runs.length + 1) runs.push({ nTrs: 0, windows: [] });
    const here = runs.at(-1);
    if (here === undefined || run !== runs.length || range.start !== here.nTrs) {
      const expected =
        here === undefined
          ? "run 1 from TR 0"
          : `run ${runs.length} from TR ${here.nTrs} or run ${runs.length + 1} from TR 0`;
      throw new Error(
        `${caller}: invalid window in line ${line} of ${path}: run ${run} from TR ${range.start}; expected ${expected}. List the runs in order, and every TR in one window, those of rest too.`,
      );
    }
    const kind = kindOf(cells.kind, path, line, caller);
    const isShown = kind !== "rest";
    if (isShown === (cells.first_step === "n/a")) {
      throw new Error(
        `${caller}: invalid first_step in line ${line} of ${path}: "${cells.first_step}" in a window of kind ${kind}; expected ${isShown ? "a step" : "n/a"}. Rest shows no step, all else does.`,
      );
    }
    const firstStep = isShown ? wholeNumber(cells.first_step, "first_step", path, line, caller) : null;
    here.windows.push({ ...range, kind, firstStep });
    here.nTrs = range.end;
  }
  return runs;
}

/**
 * The TRs of each run that do not count, from a table with the columns run, start_tr and end_tr: those of its windows, but of a table that has
 * a column `kind` (`readWindows`' own) those of rest and validation, and the first `riseTrs` of each clip. Windows may be of
 * some runs and some TRs only. [nRuns] lists. Throws for windows outside the runs, whose lengths are `nTrs`.
 */
export function readExcludedTrs(
  path: string,
  { nTrs, riseTrs }: { nTrs: readonly number[]; riseTrs: number },
): TrRange[][] {
  const caller = "readExcludedTrs";
  const out: TrRange[][] = nTrs.map(() => []);
  const windows =
    path === HCP_WINDOWS
      ? hcpWindows().flatMap((run, r) =>
          run.windows.map(({ kind, ...range }) => ({ run: r + 1, range, kind, line: 0 })),
        )
      : readRows(path, caller, ["run", "start_tr", "end_tr"]).map(({ cells, ...rest }) => ({
          ...rest,
          kind: cells.kind === undefined ? null : kindOf(cells.kind, path, rest.line, caller),
        }));
  for (const { run, range, kind, line } of windows) {
    if (run > nTrs.length || range.end > nTrs[run - 1]) {
      const where = line === 0 ? path : `line ${line} of ${path}`;
      throw new Error(
        `${caller}: mismatched window in ${where}: TRs ${range.start} to ${range.end} of run ${run}; expected windows within ${nTrs.map((n, r) => `run ${r + 1} of ${n} TRs`).join(", ")}. Check that the table belongs to these runs.`,
      );
    }
    const { start, end } = range;
    if (kind === "clip") out[run - 1].push({ start, end: Math.min(end, start + riseTrs) });
    else out[run - 1].push({ start, end });
  }
  return out;
}

function hcpWindows(): WindowedRun[] {
  let step = 0;
  return hcpMovieRuns.map(({ nTrs, clips }) => {
    const windows: RunWindow[] = [];
    const firstStep = step;
    const add = (kind: RunWindow["kind"], start: number, end: number) => {
      if (end > start)
        windows.push({ start, end, kind, firstStep: kind === "rest" ? null : firstStep + start });
    };
    let end = 0;
    for (const { onsetSec, offsetSec, kind } of clips) {
      const [start, stop] = [onsetSec, offsetSec].map((sec) => sec / HCP_MOVIE_TR_SEC);
      add("rest", end, start);
      add(kind, start, stop);
      end = stop;
    }
    add("rest", end, nTrs);
    step += nTrs;
    return { nTrs, windows };
  });
}

interface WindowRow {
  run: number;
  range: TrRange;
  cells: Record<string, string>;
  /** As an editor counts it. */
  line: number;
}

function readRows(path: string, caller: string, wanted: readonly string[]): WindowRow[] {
  const { columns, rows } = readTsv(path, caller);
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0 || rows.length === 0) {
    throw new Error(
      `${caller}: missing ${missing.length > 0 ? `column of ${path}: ${missing.join(", ")}` : `windows of ${path}: no lines`}; expected a line for each window with ${wanted.join(", ")}. Write them as tab-separated columns, or name the built-in table ${HCP_WINDOWS}.`,
    );
  }
  return rows.map((texts, i) => {
    const line = i + 2;
    const cells = Object.fromEntries(columns.map((name, j) => [name, texts[j]]));
    const number = (name: string) => wholeNumber(cells[name], name, path, line, caller);
    const [run, start, end] = [number("run"), number("start_tr"), number("end_tr")];
    if (run < 1 || end <= start) {
      throw new Error(
        `${caller}: invalid window in line ${line} of ${path}: run ${run}, TRs ${start} to ${end}; expected runs from 1 and an end behind the start. Count TRs from 0 and name the TR after the last.`,
      );
    }
    return { run, range: { start, end }, cells, line };
  });
}

function kindOf(text: string, path: string, line: number, caller: string): RunWindow["kind"] {
  const kind = KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new Error(
    `${caller}: unknown kind in line ${line} of ${path}: "${text}"; expected one of ${KINDS.join(", ")}. Correct the table.`,
  );
}

function wholeNumber(text: string, column: string, path: string, line: number, caller: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(
    `${caller}: invalid number in line ${line}, column ${column} of ${path}: "${text}"; expected a whole number from 0. Correct the table.`,
  );
}
