import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../store";

/** A kind of product of a study, and what one of them takes where it is not kept yet. */
export interface PlanStep {
  step: string;
  n: number;
  nKept: number;
  /** About how long one takes, in seconds, and how much of the disk it fills, in MB. */
  secEach: number;
  mbEach: number;
}

/** What a study would compute. */
export interface StudyPlan {
  title: string;
  steps: PlanStep[];
  /** What the estimates rest on. */
  basis: string;
}

/** What the numbers of a plan are worth. */
export const ROUGH_ESTIMATES =
  "Times and sizes are rough guesses, no measurements; the provenance.json of a finished study says how long each kind of product took.";

/** Thrown where a product is asked for that is not kept. */
class NotKept extends Error {
  override readonly name = "NotKept";
}

/** A store that computes nothing: products that are kept are read and noted, the first that is not ends the call. */
export interface ProbingStore extends Store {
  /** How many products of a name were found. */
  nKept(name: string): number;
}

export function probeStore(store: Store): ProbingStore {
  const found = new Map<string, Set<string>>();
  return {
    ...store,
    nKept: (name) => found.get(name)?.size ?? 0,
    async product(name, parts, _compute, codec, options) {
      const folder = store.productFolder(name, parts);
      const missing = () => {
        throw new NotKept(`probeStore: missing product ${name}: not in ${folder}; expected it kept.`);
      };
      if (!existsSync(join(folder, "manifest.json"))) missing();
      const value = await store.product(name, parts, missing, codec, options);
      found.set(name, (found.get(name) ?? new Set()).add(folder));
      return value;
    },
  };
}

/** Calls what asks a probing store for products; undefined where one is not kept. Other errors are thrown on. */
export async function whileKept<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotKept) return undefined;
    throw error;
  }
}

/** A plan as lines of text: what is kept, what would be computed, and about how long and how much that is. */
export function describePlan({ title, steps, basis }: StudyPlan): string {
  const lines = steps.map(({ step, n, nKept, secEach, mbEach }) => {
    const left = n - nKept;
    const cost = left === 0 ? "nothing to do" : `${duration(left * secEach)}, ${size(left * mbEach)}`;
    return [step, `${nKept} of ${n} kept`, cost];
  });
  const widths = [0, 1].map((j) => Math.max(...lines.map((line) => line[j].length)));
  const body = lines.map(
    ([step, kept, cost]) => `  ${step.padEnd(widths[0])}  ${kept.padEnd(widths[1])}  ${cost}`,
  );
  const total = (of: "secEach" | "mbEach") =>
    steps.reduce((sum, one) => sum + (one.n - one.nKept) * one[of], 0);
  const isDone = steps.every(({ n, nKept }) => n === nKept);
  const end = isDone
    ? "Everything is kept: tables and figures would be written anew, within minutes."
    : `In all ${duration(total("secEach"))} and ${size(total("mbEach"))}. ${basis}`;
  return [title, ...body, end].join("\n");
}

function duration(sec: number): string {
  if (sec < 60) return "less than a minute";
  const minutes = Math.ceil(sec / 60);
  return minutes < 100 ? `about ${minutes} min` : `about ${Math.ceil(minutes / 60)} h`;
}

function size(mb: number): string {
  if (mb < 1) return "less than 1 MB";
  return mb < 1000 ? `${Math.ceil(mb)} MB` : `${(mb / 1000).toFixed(1)} GB`;
}
