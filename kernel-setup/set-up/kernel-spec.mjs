/** The kernel in the user's own Jupyter, so that any JupyterLab, a console or VS Code finds it. The checkout stays where it is. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { Complaint } from "./complaint.mjs";
import { checkoutDir, kernelSetupDir } from "./places.mjs";

const ownSpecDir = path.join(kernelSetupDir, "kernels", "brainlens");
/** What `metadata` of a kernelspec that was written here says, so that no other is taken away. */
const mark = "brainlens_checkout";

/** Where Jupyter looks for kernels of this user (`jupyter --paths`). */
export function userKernelsDir(env = process.env, platform = process.platform) {
  if (env.JUPYTER_DATA_DIR) return path.join(env.JUPYTER_DATA_DIR, "kernels");
  if (platform === "win32")
    return path.join(env.APPDATA ?? path.join(homedir(), "AppData", "Roaming"), "jupyter", "kernels");
  if (platform === "darwin") return path.join(homedir(), "Library", "Jupyter", "kernels");
  const data = env.XDG_DATA_HOME || path.join(homedir(), ".local", "share");
  return path.join(data, "jupyter", "kernels");
}

/** Writes a kernelspec that names this checkout and this Node by their full paths, and says what it wrote. */
export function installKernelSpec(say = console.log) {
  const dir = path.join(userKernelsDir(), "brainlens");
  if (existsSync(dir) && readCheckout(dir) === undefined) {
    throw new Complaint(
      `npm run kernel: invalid folder: ${dir} holds a kernel that was not put there by this program. Remove or rename it and start again.`,
    );
  }
  mkdirSync(dir, { recursive: true });
  const spec = JSON.parse(readFileSync(path.join(ownSpecDir, "kernel.json"), "utf8"));
  const [, ...args] = spec.argv;
  spec.argv = [
    process.execPath,
    ...args.map((arg) => (arg.startsWith("{resource_dir}") ? path.join(ownSpecDir, arg.slice(14)) : arg)),
  ];
  spec.metadata = { ...spec.metadata, [mark]: checkoutDir };
  const logos = readdirSync(ownSpecDir).filter((name) => name.startsWith("logo-"));
  for (const name of logos) copyFileSync(path.join(ownSpecDir, name), path.join(dir, name));
  writeFileSync(path.join(dir, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  say(`Wrote ${["kernel.json", ...logos].map((name) => path.join(dir, name)).join("\n      ")}`);
  say(
    `The kernel "${spec.display_name}" is now in every Jupyter of this user, and runs from ${checkoutDir}.`,
  );
  say(
    "JupyterLab elsewhere shows figures if it has the Python package plotly. Take the kernel out: npm run kernel -- uninstall",
  );
}

export function uninstallKernelSpec(say = console.log) {
  const dir = path.join(userKernelsDir(), "brainlens");
  if (!existsSync(dir)) return say(`Nothing to remove: there is no ${dir}.`);
  const checkout = readCheckout(dir);
  if (checkout === undefined) {
    throw new Complaint(
      `npm run kernel: invalid folder: ${dir} holds a kernel that was not put there by this program. Remove it by hand if it is yours.`,
    );
  }
  rmSync(dir, { recursive: true });
  say(`Removed ${dir}, which ran the kernel from ${checkout}.`);
}

/** The checkout that an installed kernel runs from; undefined for a kernel that is not ours. */
function readCheckout(dir) {
  try {
    return JSON.parse(readFileSync(path.join(dir, "kernel.json"), "utf8")).metadata?.[mark];
  } catch {
    return undefined;
  }
}
