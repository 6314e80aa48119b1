/** The folders that matter to a kernel. */
import path from "node:path";

/** Root of the checkout: where `brainlens/<stage>` and the npm packages come from. */
export const checkoutDir = path.resolve(__dirname, "..", "..");

/** Folder of the notebook, where Jupyter starts the kernel: what a cell's relative imports are relative to. */
export const notebookDir = process.cwd();

/** History of cells that were run, shared by all kernels of this checkout. */
export const historyDir =
  process.env.BRAINLENS_HISTORY ?? path.join(checkoutDir, ".cache", "kernel", "history");

/** True for a file that a researcher edits while a notebook is open: neither a package nor the kernel itself. */
export function isLiveSource(file: string): boolean {
  const inside = (dir: string) => file.startsWith(dir + path.sep);
  if (!path.isAbsolute(file) || file.includes(`${path.sep}node_modules${path.sep}`)) return false;
  return (inside(checkoutDir) && !inside(path.join(checkoutDir, "kernel-setup"))) || inside(notebookDir);
}
