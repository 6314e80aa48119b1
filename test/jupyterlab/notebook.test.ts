/** The first notebook in JupyterLab, in a real browser: opened, run, looked at, written in, stopped, restarted, exported. */
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { findBrowser } from "../../src/figures";
import { type Lab, openLab } from "./lab";
import { type NotebookPage, notebookPage } from "./notebook-page";

const name = "00-start-here.ipynb";
const notebookFile = path.resolve(__dirname, "..", "..", "notebooks", name);
const browser = browserOrReason();
const onBrowser = { skip: "reason" in browser && browser.reason };
/** The notebook's fourth figure is the first with curves; those before it are pictures. */
const curves = 3;
/** A cell at the end of the run on a busy machine. */
const runPatienceMs = 300_000;
const said = /\d+ neurons, \d+ atoms; atom \d+ is carried by/;
/** Where pictures go for somebody who wants to look at them. */
const pictures = process.env.BRAINLENS_SCREENSHOTS;

let lab: Lab;
let notebook: NotebookPage;

function browserOrReason(): { program: string } | { reason: string } {
  try {
    return { program: findBrowser() };
  } catch {
    return { reason: "no Chromium, Chrome or Edge" };
  }
}

before(async () => {
  if ("reason" in browser) return;
  lab = await openLab(browser.program, name, (folder) => copyFileSync(notebookFile, path.join(folder, name)));
  notebook = await notebookPage(lab.page);
});
after(() => lab?.close());

async function picture(of: string) {
  if (pictures) await lab.page.screenshot({ path: path.join(pictures, `${of}.png`) });
}

/** Figures of the page by their drawn marks: plotly leaves an empty box where it fails. */
function drawnFigures() {
  return lab.page.locator(".js-plotly-plot").evaluateAll((figures) =>
    figures.map((figure) => {
      const { width, height } = figure.querySelector(".main-svg")!.getBoundingClientRect();
      const marks = [...figure.querySelectorAll(".trace path, .trace .point, .hm image, .imagelayer image")];
      return {
        nTraces: (figure as unknown as { data: unknown[] }).data.length,
        nMarks: marks.filter((mark) => mark.tagName === "image" || mark.getAttribute("d")).length,
        width,
        height,
      };
    }),
  );
}

/** Waits for the last cell, then asks that all have run in order, from 1 on, and none failed. */
async function ranFromTopToBottom() {
  const last = lab.page.locator(".jp-CodeCell").last();
  await last.locator(".jp-InputPrompt", { hasText: /\[\d+\]/ }).waitFor({ timeout: runPatienceMs });
  await notebook.idle();
  const code = (await notebook.cells()).filter(({ cell_type }) => cell_type === "code");
  assert.deepEqual(
    code.map(({ execution_count }) => execution_count),
    code.map((_, i) => i + 1),
  );
  const outputs = code.flatMap((cell) => cell.outputs ?? []);
  assert.deepEqual(
    outputs.filter(({ output_type }) => output_type === "error"),
    [],
  );
}

test("the notebook opens with its kernel and runs from top to bottom", onBrowser, async () => {
  await notebook.idle();
  await notebook.command("notebook:run-all-cells");
  await ranFromTopToBottom();
  await lab.page.locator(".jp-OutputArea-output table.dataframe").first().waitFor();
  assert.match(await lab.page.locator(".jp-OutputArea-output").allInnerTexts().then(String), said);
});

test("every figure is drawn, with traces that have marks", onBrowser, async () => {
  const code = (await notebook.cells()).flatMap((cell) => cell.outputs ?? []);
  const expected = code.filter(({ data }) => data && "application/vnd.plotly.v1+json" in data).length;
  assert.ok(expected >= 3, `${expected} figures`);
  const shown = lab.page.locator(".jp-RenderedPlotly");
  assert.equal(await shown.count(), expected);
  await lab.page.mouse.move(0, 0);
  await shown.first().scrollIntoViewIfNeeded();
  await picture("before-the-mouse");
  const image = (await shown.first().locator("img.plot-img").boundingBox())!;
  const output = (await shown.first().boundingBox())!;
  assert.ok(image.width > 300 && image.width <= output.width, JSON.stringify([image, output]));
  // The picture becomes a figure when the mouse comes near.
  for (let i = 0; i < expected; i++) {
    await shown.nth(i).hover();
    await shown.nth(i).locator(".main-svg").first().waitFor();
  }
  const figures = await drawnFigures();
  assert.equal(figures.length, expected);
  for (const { nTraces, nMarks, width, height } of figures) {
    assert.ok(nTraces > 0 && nMarks > 0 && width > 300 && height > 200, JSON.stringify(figures));
  }
  await lab.page.locator(".js-plotly-plot").first().scrollIntoViewIfNeeded();
  await picture("figure");
});

test("a figure answers the mouse: values at the pointer, zoom by dragging", onBrowser, async () => {
  const figure = lab.page.locator(".js-plotly-plot").nth(curves);
  await figure.scrollIntoViewIfNeeded();
  const box = (await figure.locator(".nsewdrag").first().boundingBox())!;
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await lab.page.mouse.move(...at(0.4, 0.5));
  await lab.page.mouse.move(...at(0.45, 0.5), { steps: 5 });
  await figure.locator(".hoverlayer .hovertext").first().waitFor();
  assert.match(await figure.locator(".hoverlayer").first().textContent().then(String), /\d/);
  const range = () =>
    figure.evaluate((gd) =>
      (gd as unknown as { layout: { xaxis: { range: number[] } } }).layout.xaxis.range.map(Number),
    );
  const [from, to] = await range();
  await lab.page.mouse.move(...at(0.3, 0.3));
  await lab.page.mouse.down();
  await lab.page.mouse.move(...at(0.6, 0.7), { steps: 8 });
  await lab.page.mouse.up();
  await lab.page.waitForFunction(
    ([gd, span]) => {
      const [low, high] = (gd as unknown as { layout: { xaxis: { range: number[] } } }).layout.xaxis.range;
      return Number(high) - Number(low) < 0.5 * (span as number);
    },
    [await figure.elementHandle(), to! - from!] as const,
  );
  await picture("zoomed");
});

test("figures stay drawn when the window grows far beyond its first size", onBrowser, async () => {
  await lab.page.setViewportSize({ width: 1900, height: 2200 });
  const grown = lab.page.locator(".jp-WindowedPanel-outer").first();
  while ((await grown.boundingBox())!.height < 1800) await sleep(100);
  for (const { nMarks, width } of await drawnFigures()) assert.ok(nMarks > 0 && width > 300);
  await picture("grown");
  await lab.page.setViewportSize({ width: 1400, height: 1000 });
});

test("restart and run all starts clean and counts from 1", onBrowser, async () => {
  const restarting = notebook.command("notebook:restart-run-all");
  await lab.page.locator(".jp-Dialog .jp-mod-accept").click();
  // Outputs are cleared at once; the numbers of the run before go with them.
  await lab.page
    .locator(".jp-CodeCell")
    .last()
    .locator(".jp-InputPrompt", { hasText: /\[[ *]\]/ })
    .waitFor();
  await restarting;
  await ranFromTopToBottom();
});

test("Tab completes, each name with its kind", onBrowser, async () => {
  const cell = await notebook.addCell("atoms.dictionary.");
  await lab.page.keyboard.press("Tab");
  const item = lab.page.locator(".jp-Completer-item", { hasText: "reconstructionR2" });
  await item.waitFor();
  assert.equal(await item.locator(".jp-Completer-type").innerText(), "p");
  assert.equal(await item.locator(".jp-Completer-typeExtended").innerText(), "property");
  await picture("completion");
  await lab.page.keyboard.type("recon");
  await lab.page.keyboard.press("Enter");
  await cell.locator(".cm-content", { hasText: /^atoms\.dictionary\.reconstructionR2$/ }).waitFor();
});

test("Shift-Tab shows signature and documentation", onBrowser, async () => {
  await notebook.addCell("neuronTokens");
  await lab.page.keyboard.press("Shift+Tab");
  const tooltip = lab.page.locator(".jp-Tooltip");
  await tooltip.locator("pre", { hasText: "neuronTokens(" }).waitFor();
  assert.match(await tooltip.innerText(), /takes one neuron apart/i);
  await picture("documentation");
  await lab.page.keyboard.press("Escape");
});

test("code is coloured as TypeScript", onBrowser, async () => {
  const cell = await notebook.addCell("interface Colour { readonly name: string }");
  await cell.locator(".cm-content span", { hasText: /^interface$/ }).waitFor();
  await cell.locator(".cm-content span", { hasText: /^readonly$/ }).waitFor();
});

test("a new line inside a bracket is indented", onBrowser, async () => {
  const cell = await notebook.addCell("if (true) {");
  await lab.page.keyboard.press("Enter");
  await lab.page.keyboard.type("1");
  assert.match(String(await cell.locator(".cm-line").nth(1).textContent()), /^ {2,}1/);
  await lab.page.keyboard.press("Control+a");
  await lab.page.keyboard.press("Delete");
});

test("the stop button ends a loop, and variables are kept", onBrowser, async () => {
  const cell = await notebook.addCell('let turns = 0; console.log("looping"); for (;;) turns++;');
  await lab.page.keyboard.press("Control+Enter");
  await cell.locator(".jp-OutputArea-output", { hasText: "looping" }).waitFor();
  await lab.page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]').click();
  await cell.locator(".jp-OutputArea-output", { hasText: "Interrupted: the cell was interrupted" }).waitFor();
  assert.match(await notebook.run(await notebook.addCell("turns > 0")), /true/);
});

test("a kernel that dies says why under its cell, and the next one starts clean", onBrowser, async () => {
  const cell = await notebook.addCell("process.abort()");
  await lab.page.keyboard.press("Control+Enter");
  await cell
    .locator(".jp-OutputArea-output", { hasText: "KernelDied: the kernel died: it crashed" })
    .waitFor();
  const dialog = lab.page.locator(".jp-Dialog", { hasText: "appears to have died" });
  await dialog.waitFor();
  await picture("died");
  await dialog.locator(".jp-mod-accept").click();
  await notebook.idle();
  assert.match(await notebook.run(await notebook.addCell("typeof globalThis.process + 1")), /object1/);
});

test("restart forgets the variables", onBrowser, async () => {
  await notebook.run(await notebook.addCell("const remembered = 5"));
  // Its promise is kept until the dialog has been answered.
  const restarting = notebook.command("kernelmenu:restart");
  await lab.page.locator(".jp-Dialog .jp-mod-accept").click();
  await restarting;
  await notebook.idle();
  assert.match(await notebook.run(await notebook.addCell("remembered")), /Cannot find name 'remembered'/);
});

test("the exported page holds pictures in place of figures, tables and text", onBrowser, async () => {
  await notebook.command("docmanager:save");
  const response = await lab.page.request.get(lab.url(`nbconvert/html/${name}?download=false`));
  assert.equal(response.status(), 200);
  const html = await response.text();
  const nPictures = html.match(/<img[^>]+src="data:image\/png;base64,/g)?.length ?? 0;
  assert.ok(nPictures >= 3, `${nPictures} pictures`);
  // The library of the figures would be five megabytes; a page of pictures has none.
  assert.doesNotMatch(html, /plotly\.js v/);
  assert.match(html, /class="dataframe"/);
  assert.match(html, said);
});

test("a console at the notebook's kernel sees its variables", onBrowser, async () => {
  await notebook.run(await notebook.addCell("const answered = 6 * 7"));
  await notebook.command("notebook:create-console");
  const console = lab.page.locator(".jp-CodeConsole");
  await console.locator(".jp-CodeConsole-promptCell .cm-content").click();
  await lab.page.keyboard.insertText("answered + 100");
  await lab.page.keyboard.press("Shift+Enter");
  await console.locator(".jp-OutputArea-output", { hasText: /^142$/ }).waitFor();
  await picture("console");
});

test("the launcher shows the kernel's logo", onBrowser, async () => {
  await notebook.command("launcher:create");
  const logo = lab.page.locator('.jp-LauncherCard img[src*="kernelspecs/brainlens/logo"]').first();
  await logo.waitFor();
  assert.ok(await logo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0));
  await picture("launcher");
});
