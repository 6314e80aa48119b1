import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Notebook, type NotebookCell, runNotebook, textOf } from "./run-notebook";

export const NOTEBOOKS = join(__dirname, "..", "..", "notebooks");
const PLOTLY = "application/vnd.plotly.v1+json";

/** A notebook that is run afresh: what its kernel's environment gets, why it is skipped (false: it is not), and how many figures it has at least. */
export interface NotebookCase {
  name: string;
  env: Record<string, string>;
  skip: string | false;
  nFigures: number;
}

export const committed = (name: string): Notebook =>
  JSON.parse(readFileSync(join(NOTEBOOKS, `${name}.ipynb`), "utf8"));

/** Titles of the y axes of the figures that drew something, in order. */
function figuresOf(cells: readonly NotebookCell[]): string[] {
  return cells
    .flatMap((cell) => cell.outputs ?? [])
    .flatMap(({ data }) =>
      data?.[PLOTLY]
        ? [data[PLOTLY] as { data: object[]; layout: { yaxis?: { title?: { text?: string } } } }]
        : [],
    )
    .filter((figure) => figure.data.length > 0)
    .map((figure) => figure.layout.yaxis?.title?.text ?? "");
}

function tablesOf(cells: readonly NotebookCell[]): string[] {
  return cells
    .flatMap((cell) => cell.outputs ?? [])
    .flatMap(({ data }) => (data?.["text/html"] ? [textOf(data["text/html"] as string)] : []));
}

/** The numbers of a table's cells, in order. */
function numbersOf(html: string): number[] {
  const cells = [...html.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) =>
    Number(text.replace("−", "-")),
  );
  return cells.filter(Number.isFinite);
}

/**
 * Another processor adds in another order, and where a dictionary or an alpha stands on a knife's edge a score moves with
 * it: by less than this, a third of the spread over seeds. Numbers above 1 (counts, t) may move by as large a share.
 */
const SAME = 0.01;

/** Runs a notebook afresh and holds it against what is committed: the same figures and tables in the same places. */
export async function runsAsCommitted({ name, env, nFigures }: NotebookCase): Promise<void> {
  const executed = await runNotebook(join(NOTEBOOKS, `${name}.ipynb`), { cellTimeoutSec: 1700, env });
  const [figures, figuresBefore] = [figuresOf(executed.cells), figuresOf(committed(name).cells)];
  assert.ok(
    figuresBefore.length >= nFigures,
    `${name} is committed with ${figuresBefore.length} figures; expected its outputs, ${nFigures} figures or more`,
  );
  assert.deepEqual(figures, figuresBefore, `figures of ${name}`);
  const [tables, tablesBefore] = [tablesOf(executed.cells), tablesOf(committed(name).cells)];
  assert.equal(tables.length, tablesBefore.length, `tables of ${name}`);
  tables.map(numbersOf).forEach((numbers, i) => {
    const expected = numbersOf(tablesBefore[i]);
    assert.equal(numbers.length, expected.length, `table ${i} of ${name}`);
    numbers.forEach((value, k) =>
      assert.ok(
        Math.abs(value - expected[k]) <= SAME * Math.max(1, Math.abs(expected[k])),
        `table ${i} of ${name}: ${value}; committed ${expected[k]}`,
      ),
    );
  });
}
