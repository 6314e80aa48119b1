/** JupyterLab on a folder of its own, and a page of Chromium that shows a notebook in it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { jupyterEnvironment } from "../../kernel-setup/set-up/jupyter-environment.mjs";
import { jupyterLabArguments } from "../../kernel-setup/set-up/jupyter-lab.mjs";
import { venvPython } from "../../kernel-setup/set-up/places.mjs";

const token = "a-token-for-this-test";
const startPatienceMs = 180_000;
const pollMs = 100;

export interface Lab {
  page: Page;
  /** Folder that JupyterLab shows. */
  folder: string;
  /** Address of a page of the server, with the token. */
  url(page: string): string;
  close(): Promise<void>;
}

/** @param browser path of a Chromium; `notebook` is a file of the folder, which `fill` puts there. */
export async function openLab(
  browser: string,
  notebook: string,
  fill: (folder: string) => void,
): Promise<Lab> {
  const scratch = mkdtempSync(path.join(tmpdir(), "brainlens-lab-"));
  const folder = path.join(scratch, "notebooks");
  mkdirSync(folder);
  fill(folder);
  const server = await startServer(scratch, folder);
  const { chromium } = await import("playwright-core");
  // Chromium refuses its sandbox to root.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const chromiumApp = await chromium.launch({ executablePath: browser, args });
  const page = await chromiumApp.newPage({ viewport: { width: 1400, height: 1000 } });
  const url = (of: string) => `${server.url}${of}${of.includes("?") ? "&" : "?"}token=${token}`;
  await page.goto(url(`lab/tree/${notebook}`));
  return {
    page,
    folder,
    url,
    async close() {
      await chromiumApp.close();
      await server.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function startServer(scratch: string, folder: string) {
  const runtime = path.join(scratch, "runtime");
  const settings = path.join(scratch, "settings");
  // Cells outside the window would not be in the page otherwise.
  writeSetting(settings, "@jupyterlab/notebook-extension/tracker", { windowingMode: "none" });
  writeSetting(settings, "@jupyterlab/apputils-extension/notification", { fetchNews: "false" });
  const args = [
    ...jupyterLabArguments({ folder, landingPage: "/lab" }),
    "--no-browser",
    "--expose-app-in-browser",
  ];
  const server = spawn(venvPython, ["-m", "jupyterlab", ...args, "--ServerApp.port=0"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...jupyterEnvironment(),
      JUPYTER_TOKEN: token,
      JUPYTER_RUNTIME_DIR: runtime,
      JUPYTERLAB_SETTINGS_DIR: settings,
      JUPYTERLAB_WORKSPACES_DIR: path.join(scratch, "workspaces"),
      BRAINLENS_HISTORY: path.join(scratch, "history"),
    },
  });
  let said = "";
  server.stderr.on("data", (text) => {
    said += text;
  });
  for (const until = Date.now() + startPatienceMs; ; await sleep(pollMs)) {
    const address = readAddress(runtime);
    if (address) return { url: address, stop };
    if (server.exitCode !== null || Date.now() > until) throw new Error(`JupyterLab did not start:\n${said}`);
  }

  async function stop() {
    const exited = once(server, "exit");
    server.kill("SIGTERM");
    await exited;
  }
}

function readAddress(runtime: string): string | undefined {
  const file = existsSync(runtime) && readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
  if (!file) return undefined;
  try {
    return JSON.parse(readFileSync(path.join(runtime, file), "utf8")).url;
  } catch {
    return undefined; // not yet written to its end
  }
}

function writeSetting(folder: string, plugin: string, values: object) {
  const file = path.join(folder, `${plugin}.jupyterlab-settings`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(values));
}
