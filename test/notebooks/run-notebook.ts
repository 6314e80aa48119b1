/** Executes a notebook in the real kernel, the way `jupyter execute` does, and hands back what came out. */
import { execFile } from "node:child_process";
import path from "node:path";
import { jupyterEnvironment } from "../../kernel-setup/set-up/jupyter-environment.mjs";
import { venvPython } from "../../kernel-setup/set-up/places.mjs";

export interface NotebookOutput {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  name?: "stdout" | "stderr";
  text?: string | string[];
  /** Data by MIME type, for display_data and execute_result. */
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface NotebookCell {
  cell_type: "code" | "markdown" | "raw";
  source: string | string[];
  execution_count?: number | null;
  outputs?: NotebookOutput[];
}

export interface Notebook {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
}

export interface RunOptions {
  /** Longest time that one cell may take. */
  cellTimeoutSec: number;
  /** Added to the environment of the kernel. */
  env?: Record<string, string>;
}

const maxNotebookBytes = 1 << 29;

// Errors are reported through the notebook's outputs, not through Python's traceback.
const program = `
import sys, nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
file, folder, timeout = sys.argv[1], sys.argv[2], int(sys.argv[3])
notebook = nbformat.read(file, as_version=4)
client = NotebookClient(notebook, timeout=timeout, kernel_name="brainlens", resources={"metadata": {"path": folder}})
try:
    client.execute()
except CellExecutionError:
    pass
sys.stdout.reconfigure(encoding="utf-8")
nbformat.write(notebook, sys.stdout)
`;

/**
 * Runs all cells in order, in the notebook's own folder; the file stays as it is.
 *
 * @returns the executed notebook, in Jupyter's format 4
 * @throws at the first cell that fails, with its source and its error in plain text, and when a cell takes too long or
 *   the kernel dies
 */
export async function runNotebook(file: string, { cellTimeoutSec, env }: RunOptions): Promise<Notebook> {
  const args = ["-c", program, file, path.dirname(path.resolve(file)), String(cellTimeoutSec)];
  const options = { env: { ...jupyterEnvironment(), ...env }, maxBuffer: maxNotebookBytes };
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(venvPython, args, options, (error, out, log) => {
      if (error)
        reject(new Error(`runNotebook: failed notebook: ${file}\n${log.slice(-4000) || error.message}`));
      else resolve(out);
    });
  });
  const notebook: Notebook = JSON.parse(stdout);
  const failed = notebook.cells.find((cell) => errorOf(cell));
  if (failed)
    throw new Error(
      `runNotebook: failed cell in ${file}\n\n${textOf(failed.source)}\n\n${errorText(failed)}`,
    );
  return notebook;
}

/** Text of a cell or an output: notebooks hold it whole or by lines. */
export function textOf(text: string | string[] | undefined): string {
  return Array.isArray(text) ? text.join("") : (text ?? "");
}

function errorOf(cell: NotebookCell): NotebookOutput | undefined {
  return cell.outputs?.find((output) => output.output_type === "error");
}

function errorText(cell: NotebookCell): string {
  const { ename, evalue, traceback = [] } = errorOf(cell)!;
  const coloured = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
  return [`${ename}: ${evalue}`, ...traceback].join("\n").replace(coloured, "");
}
