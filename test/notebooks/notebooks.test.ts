import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { committed, NOTEBOOKS, type NotebookCase, runsAsCommitted } from "./compare-notebook";
import { textOf } from "./run-notebook";

const CASES: NotebookCase[] = [
  { name: "00-start-here", env: {}, skip: false, nFigures: 8 },
  { name: "05-your-own-data", env: {}, skip: false, nFigures: 5 },
];

const names = readdirSync(NOTEBOOKS)
  .filter((file) => file.endsWith(".ipynb"))
  .map((file) => file.replace(".ipynb", ""));

for (const notebook of CASES) {
  test(`${notebook.name} runs in the kernel, and draws its figures`, { skip: notebook.skip }, () =>
    runsAsCommitted(notebook),
  );
}

test("notebooks are committed with all outputs, without errors, and with no path of a machine", () => {
  for (const { name } of CASES) assert.ok(names.includes(name), `${name} is committed`);
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
