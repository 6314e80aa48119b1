/** Cells that were run, kept in .cache/kernel/history (one file a session), for the protocol's history_request. */
import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
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

const nKeptSessions = 500;
/** The history is for looking up code: of a long output the beginning is kept. */
const maxOutputLength = 10_000;

/** @param folder shared by all kernels of this checkout; several may write at the same time, each its own file. */
export function createHistory(folder: string): History {
  const thisSession: Entry[] = [];
  let file: string | undefined;
  /** Of this session; one that has run no cell yet has the number that comes next. */
  let session = 0;

  function sessions(): number[] {
    try {
      const numbers = readdirSync(folder).map((name) => Number(/^(\d+)\.jsonl$/.exec(name)?.[1]));
      return numbers.filter((number) => number > 0).sort((a, b) => a - b);
    } catch {
      return [];
    }
  }

  /** The first to create a file of the next number has the number. */
  function begin() {
    mkdirSync(folder, { recursive: true });
    const old = sessions();
    for (const number of old.slice(0, -nKeptSessions)) rmSync(fileOf(number), { force: true });
    for (session = (old.at(-1) ?? 0) + 1; ; session++) {
      try {
        closeSync(openSync(fileOf(session), "wx", 0o600));
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
    file = fileOf(session);
  }

  function fileOf(number: number): string {
    return path.join(folder, `${String(number).padStart(6, "0")}.jsonl`);
  }

  function entriesOf(number: number): Entry[] {
    if (number === currentSession()) return thisSession;
    let text: string;
    try {
      text = readFileSync(fileOf(number), "utf8");
    } catch {
      return [];
    }
    return text.split("\n").flatMap((row) => {
      try {
        return [{ session: number, ...JSON.parse(row) }];
      } catch {
        return []; // the last row of a kernel that died while it wrote
      }
    });
  }

  function currentSession(): number {
    return file === undefined ? (sessions().at(-1) ?? 0) + 1 : session;
  }

  /** Entries of all sessions, the newest first. */
  function* newestFirst(): Generator<Entry> {
    yield* thisSession.toReversed();
    const current = currentSession();
    for (const number of sessions().reverse()) if (number !== current) yield* entriesOf(number).reverse();
  }

  function select({ hist_access_type, session: asked, start, stop, n, pattern, unique }: Content): Entry[] {
    if (hist_access_type === "range") {
      const number = Number(asked ?? 0);
      const to = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
      // 0 is this session, -1 the one before it.
      const entries = entriesOf(number > 0 ? number : currentSession() + number);
      return entries.filter(({ line }) => line >= Number(start ?? 1) && line < to);
    }
    const matches = hist_access_type === "search" ? globPattern(String(pattern ?? "*")) : undefined;
    const wanted = typeof n === "number" ? n : Number.POSITIVE_INFINITY;
    const seen = new Set<string>();
    const found: Entry[] = [];
    for (const entry of newestFirst()) {
      if (found.length >= wanted) break;
      if (matches && !matches.test(entry.input)) continue;
      if (matches && unique === true && seen.has(entry.input)) continue;
      seen.add(entry.input);
      found.push(entry);
    }
    return found.reverse();
  }

  return {
    add(line, input, output) {
      const kept = typeof output === "string" ? output.slice(0, maxOutputLength) : null;
      try {
        if (file === undefined) begin();
        appendFileSync(file!, `${JSON.stringify({ line, input, output: kept })}\n`);
      } catch {
        // A checkout that cannot be written to has a history of this session alone.
      }
      thisSession.push({ session, line, input, output: kept });
    },
    answer(request) {
      const history = select(request).map(({ session: number, line, input, output }) => [
        number,
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
