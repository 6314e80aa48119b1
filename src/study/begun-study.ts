import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

/** What a folder of results is the study of; the first file that a study writes. */
export const STUDY_FILE = "study.json";

/**
 * Makes sure that `folder` holds a study that was begun with the same data and choices, whether it was finished or not. Products are kept in any case and a
 * study goes on behind them; this guards against beginning another by mistake. Throws where nothing was begun, and names the choices that differ.
 */
export function requireBegun(folder: string, about: object): void {
  const path = join(folder, STUDY_FILE);
  if (!existsSync(path)) {
    throw new Error(
      `resume: missing study in ${folder}: no ${STUDY_FILE}; expected one that was begun. Leave --resume out to begin it, or name its folder with --out.`,
    );
  }
  const begun = JSON.parse(readFileSync(path, "utf8"));
  const differing = differences(begun, JSON.parse(JSON.stringify(about)));
  if (differing.length > 0) {
    throw new Error(
      `resume: mismatched study in ${folder}: ${differing.join("; ")}; expected the data and choices it was begun with. Give them again, or leave --resume out and name another folder with --out.`,
    );
  }
}

function differences(begun: Record<string, unknown>, now: Record<string, unknown>, place = ""): string[] {
  const isTree = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return [...new Set([...Object.keys(begun), ...Object.keys(now)])].flatMap((key) => {
    const [a, b] = [begun[key], now[key]];
    if (isTree(a) && isTree(b)) return differences(a, b, `${place}${key}.`);
    return isDeepStrictEqual(a, b)
      ? []
      : [`${place}${key} was ${JSON.stringify(a)} and is ${JSON.stringify(b)}`];
  });
}
