/** Stage one of set-up: the npm packages of the lock file. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkoutDir } from "./places.mjs";
import { runStep } from "./running-command.mjs";

/** Room that the packages take, with some to spare. */
export const nodePackagesBytes = 1.0e9;

/**
 * Whether node_modules holds what the lock file asks for. npm writes a lock file of its own into node_modules when an
 * installation is complete, so one that was interrupted is seen as well.
 */
export function nodePackagesAreReady(dir = checkoutDir) {
  const installed = readPackages(path.join(dir, "node_modules", ".package-lock.json"));
  if (!installed) return false;
  const wanted = readPackages(path.join(dir, "package-lock.json")) ?? {};
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === "") return true;
    return installed[name] ? installed[name].version === version : optional === true;
  });
}

/** @returns {Record<string, {version?: string, optional?: boolean}> | undefined} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

export async function installNodePackages() {
  // npm's own program, run by this Node: works without a shell, also on Windows.
  const npm = process.env.npm_execpath;
  const isNpm = npm !== undefined && existsSync(npm) && /\.[cm]?js$/.test(npm);
  const [program, start] = isNpm ? [process.execPath, [npm]] : ["npm", []];
  const args = [...start, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await runStep(program, args, {
    title: "npm packages",
    remedy:
      "What npm says above tells why; often it is the network. Start again then: set-up goes on where it stopped.",
  });
}
