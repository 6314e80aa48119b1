/** Starts JupyterLab on this machine alone, with a token, and tells where it is. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jupyterEnvironment } from "./jupyter-environment.mjs";
import { checkoutDir, venvPython } from "./places.mjs";

const firstNotebook = "notebooks/00-start-here.ipynb";
const pollMs = 200;

/** @param {string[]} args handed on to JupyterLab, after our own, so that they win */
export async function startJupyterLab(args) {
  // By environment: arguments can be read by everybody on the machine.
  const env = {
    ...jupyterEnvironment(),
    JUPYTER_TOKEN: process.env.JUPYTER_TOKEN ?? randomBytes(24).toString("hex"),
  };
  const own = jupyterLabArguments({ folder: checkoutDir, landingPage: landingPage() });
  const child = spawn(venvPython, ["-m", "jupyterlab", ...own, ...args], {
    cwd: checkoutDir,
    env,
    stdio: "inherit",
  });
  // Ctrl-C goes to JupyterLab, which shuts its kernels down; this program ends when it has.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
  announceAddress(child, env);
  process.exitCode = await ended;
}

/**
 * @param {{ folder: string, landingPage: string }} options the folder that JupyterLab shows, and the page that it opens
 */
export function jupyterLabArguments({ folder, landingPage: page }) {
  const args = [
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.root_dir=${folder}`,
    "--ServerApp.answer_yes=True",
    "--Application.log_level=WARN",
    "--MultiKernelManager.default_kernel_name=brainlens",
    // A figure or a long print may be large: without this Jupyter drops output above a megabyte a second.
    "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1e9",
    "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=1e5",
    "--LabApp.custom_css=True",
    `--LabApp.default_url=${page}`,
  ];
  if (process.getuid?.() === 0) args.push("--allow-root");
  const hasDisplay = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasDisplay) args.push("--no-browser");
  return args;
}

function landingPage() {
  return existsSync(path.join(checkoutDir, firstNotebook)) ? `/lab/tree/${firstNotebook}` : "/lab";
}

/** JupyterLab chooses the port and writes it into a file of its runtime folder once it listens. */
async function announceAddress(child, env) {
  const file = path.join(env.JUPYTER_RUNTIME_DIR, `jpserver-${child.pid}.json`);
  while (!existsSync(file) && child.exitCode === null) await sleep(pollMs);
  while (child.exitCode === null) {
    const url = readUrl(file);
    if (url) {
      console.log(`\nJupyterLab: ${url.replace(/\/$/, "")}${landingPage()}?token=${env.JUPYTER_TOKEN}`);
      console.log("Ctrl-C here stops it.\n");
      return;
    }
    await sleep(pollMs);
  }
}

function readUrl(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).url;
  } catch {
    return undefined;
  }
}
