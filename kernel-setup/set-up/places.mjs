/** Where set-up puts things: all of it inside the checkout, none in the user's home. */
import path from "node:path";
import { fileURLToPath } from "node:url";

const fromHere = path.dirname(fileURLToPath(import.meta.url));

export const checkoutDir = path.resolve(fromHere, "..", "..");
export const kernelSetupDir = path.join(checkoutDir, "kernel-setup");
export const cacheDir = path.join(checkoutDir, ".cache");
export const venvDir = path.join(checkoutDir, ".venv");

/** Python of the checkout's own environment. */
export const venvPython =
  process.platform === "win32"
    ? path.join(venvDir, "Scripts", "python.exe")
    : path.join(venvDir, "bin", "python");
