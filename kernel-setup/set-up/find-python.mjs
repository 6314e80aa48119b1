/** Finds a Python that can make virtual environments. */
import { spawnSync } from "node:child_process";
import { Complaint } from "./complaint.mjs";

const needed = [3, 10];

/** @typedef {{ program: string, args: string[], version: string }} Python */

const names = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
const candidates = [
  ...(process.env.BRAINLENS_PYTHON ? [[process.env.BRAINLENS_PYTHON]] : []),
  ...names.map((name) => [name]),
  ...(process.platform === "win32" ? [["py", "-3"]] : []),
];

// Debian ships venv without ensurepip, and then making an environment fails half-way.
const question = `
import sys
try:
    import venv, ensurepip
    has = "yes"
except ImportError:
    has = "no"
print(*sys.version_info[:3], has)
`;

/**
 * @returns {Python}
 * @throws {Complaint} when there is none, or none that is new enough, or none with the venv module
 */
export function findPython() {
  const seen = candidates.map(examine).filter((python) => python !== undefined);
  const recent = seen.filter(({ version }) => isRecent(version));
  const usable = recent.find(({ hasVenv }) => hasVenv);
  if (usable) return usable;
  throw new Complaint(whatIsMissing(seen, recent));
}

function examine([program, ...args]) {
  const { status, stdout } = spawnSync(program, [...args, "-c", question], {
    encoding: "utf8",
    timeout: 20000,
  });
  const answer = /^(\d+) (\d+) (\d+) (yes|no)/.exec(stdout ?? "");
  if (status !== 0 || !answer) return undefined;
  return { program, args, version: answer.slice(1, 4).join("."), hasVenv: answer[4] === "yes" };
}

function isRecent(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

function whatIsMissing(seen, recent) {
  const least = needed.join(".");
  if (recent.length > 0) {
    const { version, program } = recent[0];
    const minor = version.split(".").slice(0, 2).join(".");
    return `Python ${version} (${program}) has no venv module. On Debian and Ubuntu: sudo apt install python${minor}-venv; elsewhere install Python from python.org. Then start again.`;
  }
  if (seen.length > 0) {
    return `JupyterLab needs Python ${least} or later; ${seen[0].program} is ${seen[0].version}. Install a newer one, or name one with BRAINLENS_PYTHON, and start again.`;
  }
  return `JupyterLab needs Python ${least} or later, and there is no Python on the PATH. Install it (Debian and Ubuntu: sudo apt install python3 python3-venv), or name one with BRAINLENS_PYTHON, and start again.`;
}
