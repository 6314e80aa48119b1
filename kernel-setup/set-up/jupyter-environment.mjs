/** The environment in which every Jupyter program of this checkout runs. */
import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { cacheDir, kernelSetupDir } from "./places.mjs";

/**
 * Kernels are found in kernel-setup/ alone, settings and connection files live in .cache/jupyter, and `node` is the one
 * that runs this.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function jupyterEnvironment() {
  const folder = (name) => {
    const dir = path.join(cacheDir, "jupyter", name);
    // 0700: connection files hold the keys with which messages to kernels are signed.
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return dir;
  };
  // Where JupyterLab looks for a style of the user's own.
  copyFileSync(path.join(kernelSetupDir, "jupyterlab.css"), path.join(folder("config/custom"), "custom.css"));
  return {
    ...process.env,
    PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
    JUPYTER_PATH: kernelSetupDir,
    JUPYTER_CONFIG_DIR: folder("config"),
    JUPYTER_DATA_DIR: folder("data"),
    JUPYTER_RUNTIME_DIR: folder("runtime"),
    IPYTHONDIR: folder("ipython"),
    // Python must not be led astray by an environment that happens to be active.
    PYTHONHOME: undefined,
    PYTHONPATH: undefined,
  };
}
