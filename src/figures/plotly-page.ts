import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { Page } from "playwright-core";
import { findBrowser } from "./browser";

const IDLE_MS = 10_000;

// One browser for the whole process, opened by the first picture and closed when none was asked for during IDLE_MS.
let opened: Promise<Page> | undefined;
let nAtWork = 0;
let idleTimer: NodeJS.Timeout | undefined;

/**
 * Does `work` on a blank page, without network, where the global `Plotly` is plotly.js. The page is kept for the next call.
 * It keeps Node alive only while work is under way; the browser ends with Node, however Node ends (it reads commands
 * from a pipe, and exits when that closes). Throws when no browser is found or it does not start.
 */
export async function onPlotlyPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
  clearTimeout(idleTimer);
  nAtWork++;
  const wakeful = setInterval(() => {}, 1_000_000); // the browser's own handles are unreferenced, so something must be
  try {
    opened ??= forgetWhenGone(openPage());
    return await work(await opened);
  } finally {
    clearInterval(wakeful);
    nAtWork--;
    if (nAtWork === 0) idleTimer = setTimeout(closeBrowser, IDLE_MS).unref();
  }
}

/** Closes the browser now; the next picture opens another. Nothing happens when none is open. */
export async function closeBrowser(): Promise<void> {
  const closing = opened;
  opened = undefined;
  clearTimeout(idleTimer);
  const page = await closing?.catch(() => undefined);
  await page?.context().browser()?.close();
}

/** A browser that did not start, died or was closed makes room for another. */
function forgetWhenGone(opening: Promise<Page>): Promise<Page> {
  const forget = (): void => {
    if (opened === opening) opened = undefined;
  };
  opening.then((page) => {
    const browser = page.context().browser();
    browser?.on("disconnected", forget);
    page.on("crash", () => void browser?.close());
  }, forget);
  return opening;
}

async function openPage(): Promise<Page> {
  const executablePath = findBrowser();
  const { chromium } = require("playwright-core") as typeof import("playwright-core"); // 0.3 s: only when needed
  const children: ChildProcess[] = [];
  const remember = (message: unknown): void => {
    children.push((message as { process: ChildProcess }).process);
  };
  subscribe("child_process", remember);
  try {
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      chromiumSandbox: process.getuid?.() !== 0, // root cannot have a sandbox
      args: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"], // WebGL without a graphics card
      // A SIGINT interrupts a notebook's cell; playwright would end the process.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    await page.addScriptTag({ path: require.resolve("plotly.js-dist-min") });
    return page;
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new Error(
      `onPlotlyPage: failed start of ${executablePath}: ${reason}; expected a headless Chromium, Chrome or Edge. Try it in a terminal, or name another in BRAINLENS_BROWSER.`,
      { cause: error },
    );
  } finally {
    unsubscribe("child_process", remember);
    for (const child of children) if (child.spawnfile === executablePath) unreference(child);
  }
}

function unreference(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as Socket | null)?.unref();
}
