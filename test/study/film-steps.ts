import type { Film } from "../../src/simulation";

/** A film as steps for models: one for each second of the clips that count, which the validation clip does not. */
export interface FilmSteps {
  /** Run and second of each step. */
  steps: { run: number; second: number }[];
  /** The table that `--windows` and `--exclude` take. */
  windows: string;
}

export function filmSteps(film: Film): FilmSteps {
  const steps: FilmSteps["steps"] = [];
  const lines = ["run\tstart_tr\tend_tr\tkind\tfirst_step"];
  film.runs.forEach(({ nTrs, clips }, run) => {
    let end = 0;
    const rest = (until: number) => {
      if (until > end) lines.push(`${run + 1}\t${end}\t${until}\trest\tn/a`);
    };
    for (const { startSeconds, endSeconds } of clips.filter(({ validation }) => !validation)) {
      rest(startSeconds);
      lines.push(`${run + 1}\t${startSeconds}\t${endSeconds}\tclip\t${steps.length}`);
      for (let second = startSeconds; second < endSeconds; second++) steps.push({ run, second });
      end = endSeconds;
    }
    rest(nTrs);
  });
  return { steps, windows: `${lines.join("\n")}\n` };
}
