/** Cells that were run, for the protocol's history_request. */
import type { Content } from "./wire";

interface Entry {
  session: number;
  line: number;
  input: string;
  output: string | null;
}

export interface History {
  add(line: number, input: string, output: unknown): void;
  /** Answers a history_request of type tail, range or search. */
  answer(request: Content): Content;
}

const thisSession = 1;

export function createHistory(): History {
  const entries: Entry[] = [];

  function select({ hist_access_type, start, stop, n, pattern, unique }: Content): Entry[] {
    if (hist_access_type === "range") {
      const to = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
      return entries.filter(({ line }) => line >= Number(start ?? 1) && line < to);
    }
    let found = entries;
    if (hist_access_type === "search") {
      const matches = globPattern(String(pattern ?? "*"));
      found = entries.filter(({ input }) => matches.test(input));
      if (unique === true) found = [...new Map(found.map((entry) => [entry.input, entry])).values()];
    }
    return typeof n === "number" ? found.slice(-n) : found;
  }

  return {
    add(line, input, output) {
      entries.push({ session: thisSession, line, input, output: typeof output === "string" ? output : null });
    },
    answer(request) {
      const history = select(request).map(({ session, line, input, output }) => [
        session,
        line,
        request.output === true ? [input, output] : input,
      ]);
      return { status: "ok", history };
    },
  };
}

/** `*` stands for any text, `?` for one character. */
function globPattern(glob: string): RegExp {
  const escaped = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[^]*")
    .replace(/\?/g, "[^]");
  return new RegExp(`^${escaped}$`);
}
