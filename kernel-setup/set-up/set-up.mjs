/** Makes a fresh checkout ready, or finds in a moment that it is. */
import path from "node:path";
import { atlasesAreReady, atlasesBytes, installAtlases } from "./atlases.mjs";
import { requireDiskSpace } from "./disk-space.mjs";
import { findPython } from "./find-python.mjs";
import { installNodePackages, nodePackagesAreReady, nodePackagesBytes } from "./node-packages.mjs";
import { cacheDir } from "./places.mjs";
import {
  buildPythonEnvironment,
  installPythonTestPackages,
  pythonEnvironmentBytes,
  pythonEnvironmentIsReady,
  pythonTestPackagesAreReady,
} from "./python-environment.mjs";
import { withSetUpLock } from "./set-up-lock.mjs";

/**
 * A stage knows by itself whether it is done, so a set-up that was interrupted goes on at the next start.
 *
 * @typedef {{ isReady: () => boolean, carryOut: () => Promise<void>, bytes: number }} Stage
 */

/** @type {Stage[]} */
const stages = [
  { isReady: nodePackagesAreReady, carryOut: installNodePackages, bytes: nodePackagesBytes },
  { isReady: pythonEnvironmentIsReady, carryOut: buildPythonEnvironment, bytes: pythonEnvironmentBytes },
  { isReady: atlasesAreReady, carryOut: installAtlases, bytes: atlasesBytes },
];
/** @type {Stage} */
const testStage = { isReady: pythonTestPackagesAreReady, carryOut: installPythonTestPackages, bytes: 0 };

/** @param {"work" | "tests"} purpose tests need one package more */
export async function setUp(purpose) {
  const wanted = purpose === "tests" ? [...stages, testStage] : stages;
  const missing = () => wanted.filter(({ isReady }) => !isReady());
  if (missing().length === 0) return;
  await withSetUpLock(path.join(cacheDir, "set-up.lock"), async () => {
    const toDo = missing();
    if (toDo.length === 0) return;
    console.log("Setting up this checkout. This happens once and takes a minute or two.");
    requireDiskSpace(toDo.reduce((sum, { bytes }) => sum + bytes, 0));
    // A missing Python is said before anything is downloaded.
    if (!pythonEnvironmentIsReady()) findPython();
    for (const { carryOut } of toDo) await carryOut();
  });
}
