/** npm start -- --check: which versions are at work, and where things are. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkoutDir, kernelSetupDir, venvDir, venvPython } from "./places.mjs";

export function reportInstallation() {
  const python = pythonVersions();
  const rows = [
    ["node", process.versions.node],
    ["npm", npmVersion()],
    ["python", python.python],
    ["jupyterlab", python.jupyterlab],
    ["plotly extension", python.plotly],
    ["tslab", packageVersion("tslab")],
    ["TypeScript of cells", packageVersion("@tslab/typescript-for-tslab")],
    ["TypeScript of checks", packageVersion("typescript")],
    ["compute backend", computeBackend()],
    [],
    ["checkout", checkoutDir],
    ["Python environment", venvDir],
    ["kernel", path.join(kernelSetupDir, "kernels", "brainlens")],
    ["data", process.env.BRAINLENS_DATA ?? path.join(checkoutDir, "data", "downloads")],
    ["results", path.join(checkoutDir, "results")],
  ];
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  for (const [name, value] of rows) console.log(name === undefined ? "" : `${name.padEnd(width)}  ${value}`);
}

function npmVersion() {
  const [, version] = /npm\/(\S+)/.exec(process.env.npm_config_user_agent ?? "") ?? [];
  return version ?? "not started by npm";
}

function packageVersion(name) {
  return JSON.parse(readFileSync(path.join(checkoutDir, "node_modules", name, "package.json"), "utf8"))
    .version;
}

function pythonVersions() {
  const program = `
import json, platform
from importlib.metadata import version
print(json.dumps({"python": platform.python_version(), "jupyterlab": version("jupyterlab"), "plotly": version("plotly")}))
`;
  return JSON.parse(spawnSync(venvPython, ["-c", program], { encoding: "utf8" }).stdout);
}

/** Asked in a process of its own, as a study would load it: a library that crashes takes nothing else with it. */
function computeBackend() {
  if (!existsSync(path.join(checkoutDir, "src", "tensor", "linear-algebra.ts"))) {
    return "not available: src/tensor/linear-algebra.ts is missing";
  }
  const program = 'console.log(require("./src/tensor/linear-algebra").linearAlgebra().name)';
  const args = ["--require", "tsx/cjs", "--conditions=import", "--eval", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: checkoutDir,
    encoding: "utf8",
  });
  if (status === 0) return stdout.trim();
  const reason = stderr.split("\n").find((line) => /Error/.test(line)) ?? `it ended with status ${status}`;
  return `not available: ${reason}`;
}
