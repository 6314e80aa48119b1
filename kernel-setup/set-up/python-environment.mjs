/** Stage two of set-up: .venv with JupyterLab, the plotly extension, nbclient, nbconvert and OpenBLAS. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findPython } from "./find-python.mjs";
import { kernelSetupDir, venvDir, venvPython } from "./places.mjs";
import { runStep } from "./running-command.mjs";

/** Room that the environment takes, with some to spare for pip's own copies. */
export const pythonEnvironmentBytes = 1.0e9;

const requirementsFile = path.join(kernelSetupDir, "requirements.txt");
const testRequirementsFile = path.join(kernelSetupDir, "requirements-test.txt");
const stampFile = path.join(venvDir, "brainlens-stamp.txt");
const testStampFile = path.join(venvDir, "brainlens-test-stamp.txt");

/** A stamp is written last, so it stands for something whole. It names the folder: an environment cannot be moved. */
export function wantedStamp(requirements) {
  return createHash("sha256").update(readFileSync(requirements)).update(venvDir).digest("hex");
}

export function isStamped(stamp, requirements) {
  try {
    return readFileSync(stamp, "utf8") === wantedStamp(requirements) && existsSync(venvPython);
  } catch {
    return false;
  }
}

export const pythonEnvironmentIsReady = () => isStamped(stampFile, requirementsFile);

/** Builds the environment from nothing: a half-made or outdated one is thrown away. */
export async function buildPythonEnvironment() {
  const python = findPython();
  rmSync(venvDir, { recursive: true, force: true });
  await runStep(python.program, [...python.args, "-m", "venv", venvDir], {
    title: `Python environment (Python ${python.version})`,
    remedy: "Check that this Python can make virtual environments and start again.",
  });
  await installPythonPackages(requirementsFile, "Python packages (JupyterLab, OpenBLAS)");
  writeFileSync(stampFile, wantedStamp(requirementsFile));
}

export const pythonTestPackagesAreReady = () => isStamped(testStampFile, testRequirementsFile);

/** The conformance suite for kernels, which only tests need. */
export async function installPythonTestPackages() {
  await installPythonPackages(testRequirementsFile, "Python packages of the tests", ["--no-deps"]);
  writeFileSync(testStampFile, wantedStamp(testRequirementsFile));
}

/** Only files whose hashes are in `requirements` are accepted, and only ones that need no compiler. */
export async function installPythonPackages(requirements, title, options = []) {
  const nPackages = readFileSync(requirements, "utf8").match(/^[a-z0-9].*==/gim)?.length ?? 0;
  let nCollected = 0;
  const always = ["--require-hashes", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"];
  await runStep(venvPython, ["-m", "pip", "install", ...always, ...options, "--requirement", requirements], {
    title,
    remedy:
      "What pip says above tells why; often it is the network. Start again then: set-up goes on where it stopped.",
    progress(line) {
      const [, name] = /^Collecting (\S+?)[=\s]/.exec(line) ?? [];
      if (name) return `${++nCollected} of about ${nPackages}: ${name}`;
      return line.startsWith("Installing collected packages") ? "installing" : undefined;
    },
  });
}
