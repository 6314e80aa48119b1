import { rmSync } from "node:fs";
import { cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { type Figure, findBrowser, toCsv, toPng, toSvg } from "../figures";
import { writeAtomically } from "../store";
import { linearAlgebra } from "../tensor";

/** Width of the figures' vector and bitmap files: a journal's full page. */
const WIDTH_MM = 174;

/** Writes the files of a study below one folder, each whole or not at all. */
export interface ResultWriter {
  /** Paths below the folder, in the order in which they were written. */
  files: string[];
  write(path: string, content: Uint8Array | string): void;
  /** `tables/NAME.csv`. */
  table(name: string, rows: readonly object[]): void;
  /** `figures/NAME.json` for plotly, and PNG and SVG where a browser is found. */
  figures(figures: Record<string, Figure>): Promise<void>;
}

export function resultWriter(folder: string, onMessage: (message: string) => void): ResultWriter {
  const files: string[] = [];
  const write = (path: string, content: Uint8Array | string) => {
    writeAtomically(join(folder, path), content);
    files.push(path);
  };
  return {
    files,
    write,
    table: (name, rows) => write(`tables/${name}.csv`, toCsv(rows as Record<string, string | number>[])),
    async figures(figures) {
      const hasBrowser = findsBrowser(onMessage);
      for (const [name, figure] of Object.entries(figures)) {
        write(`figures/${name}.json`, `${JSON.stringify(figure)}\n`);
        if (!hasBrowser) {
          // Pictures of an earlier run would not show this one.
          for (const kind of ["png", "svg"]) rmSync(join(folder, `figures/${name}.${kind}`), { force: true });
          continue;
        }
        write(`figures/${name}.png`, await toPng(figure, { widthMm: WIDTH_MM }));
        write(`figures/${name}.svg`, await toSvg(figure, { widthMm: WIDTH_MM }));
      }
    },
  };
}

function findsBrowser(onMessage: (message: string) => void): boolean {
  try {
    findBrowser();
    return true;
  } catch (error) {
    onMessage(`figures are written as plotly JSON alone, without PNG and SVG: ${(error as Error).message}`);
    return false;
  }
}

/** What a result was computed with, for the record. */
export function thisComputer(): object {
  return {
    node: process.version,
    platform: platform(),
    nCores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    linearAlgebra: linearAlgebra().name,
  };
}
