import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { aliceFolders } from "../study/alice-folders";
import { type Notebook, type NotebookCell, runNotebook, textOf } from "./run-notebook";

const FOLDER = join(__dirname, "..", "..", "notebooks");
const PLOTLY = "application/vnd.plotly.v1+json";

const committed = (name: string): Notebook => JSON.parse(readFileSync(join(FOLDER, `${name}.ipynb`), "utf8"));
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ipynb"))
  .map((file) => file.replace(".ipynb", ""));

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

/** Runs a notebook afresh and holds it against what is committed: the same figures and tables in the same places. */
async function runs(name: string, env: Record<string, string>): Promise<void> {
  const executed = await runNotebook(join(FOLDER, `${name}.ipynb`), { cellTimeoutSec: 1200, env });
  const [now, before] = [figuresOf(executed.cells), figuresOf(committed(name).cells)];
  assert.ok(before.length >= 4, `${name} is committed with ${before.length} figures; expected its outputs`);
  assert.deepEqual(now, before, `figures of ${name}`);
  assert.equal(tablesOf(executed.cells).length, tablesOf(committed(name).cells).length, `tables of ${name}`);
}

test("00-start-here runs in the kernel without data, and draws its figures", () => runs("00-start-here", {}));

test(
  "01-prediction runs in the kernel on the Alice data, and draws its figures",
  { skip: aliceFolders.skip },
  () =>
    runs("01-prediction", {
      BRAINLENS_DATA: aliceFolders.folders.join(process.platform === "win32" ? ";" : ":"),
    }),
);

test("notebooks are committed with all outputs, without errors, and with no path of a machine", () => {
  assert.deepEqual(names.slice(0, 2), ["00-start-here", "01-prediction"]);
  for (const name of names) {
    const { cells } = committed(name);
    const outputs = cells.flatMap((cell) => cell.outputs ?? []);
    assert.ok(
      cells.filter((cell) => cell.cell_type === "code").every((cell) => cell.execution_count),
      `${name} was run whole`,
    );
    assert.deepEqual(
      outputs.filter((output) => output.output_type === "error"),
      [],
      name,
    );
    const text = JSON.stringify(
      outputs.map(({ text, data }) => [text, data?.["text/plain"], data?.["text/html"]]),
    );
    for (const path of [homedir(), join(__dirname, "..", ".."), "/home/", "/Users/", "/tmp/"]) {
      assert.ok(!text.includes(`${path}`), `${name} holds the path ${path}`);
    }
  }
});

test("cells are short: at most ten lines of code, not counting imports", () => {
  for (const name of names) {
    for (const cell of committed(name).cells.filter((cell) => cell.cell_type === "code")) {
      const lines = textOf(cell.source)
        .split("\n")
        .filter((line) => line.trim() !== "" && !line.startsWith("import "));
      assert.ok(lines.length <= 10, `${name}: ${lines.length} lines\n${lines.join("\n")}`);
    }
  }
});
