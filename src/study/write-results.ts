import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  type Figure,
  findBrowser,
  type TableCaption,
  toCsv,
  toLatex,
  toMarkdown,
  toPdf,
  toPng,
  toSvg,
} from "../figures";
import { writeAtomically } from "../store";
import type { Provenance } from "./write-up/provenance";
import { citedKeys, toBibtex } from "./write-up/references";
import { reportPage, type WriteUp, type WrittenFigure, type WrittenTable } from "./write-up/report-page";

/** Width of the figures' files: a journal's full page. */
const WIDTH_MM = 174;
const DRAWN = { png: toPng, svg: toSvg, pdf: toPdf };

/** Writes the files of a study below one folder, each whole or not at all. */
export interface ResultWriter {
  /** Paths below the folder, in the order in which they were written. */
  files: string[];
  write(path: string, content: Uint8Array | string): void;
  /** `tables/NAME.csv` with every digit, and for print `.tex` and `.md` with their caption. */
  table(name: string, rows: readonly object[], caption: TableCaption): void;
  /** `figures/NAME.json` for plotly, and PNG, SVG and PDF where a browser is found. */
  figures(figures: Record<string, Figure>): Promise<void>;
  /** `methods.md`, `references.bib`, and `report.html` with all tables and figures that were written before. */
  writeUp(writeUp: WriteUp): void;
  provenance(provenance: Provenance): void;
}

export function resultWriter(folder: string, onMessage: (message: string) => void): ResultWriter {
  const files: string[] = [];
  const tables: WrittenTable[] = [];
  const drawn: WrittenFigure[] = [];
  const write = (path: string, content: Uint8Array | string) => {
    writeAtomically(join(folder, path), content);
    files.push(path);
  };
  return {
    files,
    write,
    table(name, rows, caption) {
      const typed = rows as Record<string, string | number>[];
      write(`tables/${name}.csv`, toCsv(typed));
      write(`tables/${name}.tex`, toLatex(typed, { caption, label: name }));
      write(`tables/${name}.md`, toMarkdown(typed, { caption }));
      tables.push({ name, rows, caption });
    },
    async figures(figures) {
      const hasBrowser = findsBrowser(onMessage);
      for (const [name, figure] of Object.entries(figures)) {
        write(`figures/${name}.json`, `${JSON.stringify(figure)}\n`);
        let png: Uint8Array | null = null;
        for (const [kind, draw] of Object.entries(DRAWN)) {
          const path = `figures/${name}.${kind}`;
          if (hasBrowser) {
            const picture = await draw(figure, { widthMm: WIDTH_MM });
            write(path, picture);
            if (kind === "png") png = picture as Buffer;
          } else {
            // Pictures of an earlier run would not show this one.
            rmSync(join(folder, path), { force: true });
          }
        }
        drawn.push({ name, caption: figure.caption, png });
      }
    },
    writeUp(writeUp) {
      const { notice, title, methods } = writeUp;
      const parts = [...(notice === null ? [] : [`> ${notice}`]), `# Methods: ${title}`, ...methods];
      write("methods.md", `${parts.join("\n\n")}\n`);
      write("references.bib", toBibtex(citedKeys(methods.join(" "))));
      write("report.html", reportPage(writeUp, { tables, figures: drawn }));
    },
    provenance: (provenance) => write("provenance.json", `${JSON.stringify(provenance, null, 2)}\n`),
  };
}

function findsBrowser(onMessage: (message: string) => void): boolean {
  try {
    findBrowser();
    return true;
  } catch (error) {
    onMessage(
      `figures are written as plotly JSON alone, without PNG, SVG and PDF: ${(error as Error).message}`,
    );
    return false;
  }
}
