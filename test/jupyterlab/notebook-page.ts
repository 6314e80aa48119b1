/** What a reader does with a notebook in JupyterLab, and what then stands in it. */
import type { Locator, Page } from "playwright-core";

const patienceMs = 180_000;

export interface NotebookPage {
  /** Runs a command of JupyterLab, as its menus do. */
  command(id: string): Promise<void>;
  /** Resolves when the kernel is there, has nothing to do, and every cell that was run has its number. */
  idle(): Promise<void>;
  /** Adds a code cell at the end with this text, the cursor at its end. */
  addCell(code: string): Promise<Locator>;
  /** Runs the selected cell and resolves with the text that stands under it when the kernel is done. */
  run(cell: Locator): Promise<string>;
  /** Cells of the notebook as it would be saved. */
  cells(): Promise<NotebookCell[]>;
}

export interface NotebookCell {
  cell_type: string;
  execution_count?: number | null;
  outputs?: {
    output_type: string;
    data?: Record<string, unknown>;
    text?: string | string[];
    ename?: string;
  }[];
}

/** JupyterLab's application object, which it shows to pages on request. */
interface LabWindow {
  jupyterapp: {
    commands: { execute(id: string): Promise<unknown> };
    shell: {
      currentWidget: {
        content: { model: { toJSON(): { cells: NotebookCell[] } } };
        sessionContext: { kernelDisplayName: string; session: { kernel: { status: string } | null } | null };
      };
    };
  };
}

/** What functions that run in the page use there; the checkout's own types are those of Node alone. */
declare const window: LabWindow;
declare const document: { querySelectorAll(selector: string): Iterable<{ textContent: string | null }> };

export async function notebookPage(page: Page): Promise<NotebookPage> {
  page.setDefaultTimeout(patienceMs);
  await page.locator(".jp-NotebookPanel .jp-Notebook").waitFor();
  await page.locator(".jp-Toolbar-kernelName", { hasText: "TypeScript (brainlens)" }).waitFor();

  const command = (id: string) =>
    page.evaluate(async (name) => {
      await window.jupyterapp.commands.execute(name);
    }, id);

  async function idle() {
    await page.waitForFunction(() => {
      const { sessionContext } = window.jupyterapp.shell.currentWidget;
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
      return (
        sessionContext.session?.kernel?.status === "idle" &&
        prompts.every((prompt) => !prompt.textContent?.includes("*"))
      );
    });
  }

  async function addCell(code: string) {
    // In command mode, and at the last cell: what is inserted below it is the end.
    await page.keyboard.press("Escape");
    await command("notebook:enter-command-mode");
    await command("notebook:move-cursor-down");
    const before = await page.locator(".jp-CodeCell").count();
    await page
      .locator(".jp-Cell")
      .last()
      .click({ position: { x: 3, y: 3 } });
    await command("notebook:insert-cell-below");
    await page.waitForFunction((n) => [...document.querySelectorAll(".jp-CodeCell")].length > n, before);
    const cell = page.locator(".jp-CodeCell").last();
    await cell.locator(".cm-content").click();
    await page.keyboard.insertText(code);
    return cell;
  }

  async function run(cell: Locator) {
    await page.keyboard.press("Control+Enter");
    await cell.locator(".jp-InputPrompt", { hasText: /\[\d+\]/ }).waitFor();
    await idle();
    return (await cell.locator(".jp-OutputArea-output").allInnerTexts()).join("\n");
  }

  const cells = () => page.evaluate(() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells);
  return { command, idle, addCell, run, cells };
}
