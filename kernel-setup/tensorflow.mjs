/**
 * npm run tensorflow -- cpu|gpu: builds the TensorFlow backend, which BRAINLENS_BACKEND=tensorflow then uses.
 *
 * The binary that @tensorflow/tfjs-node downloads by itself is TensorFlow 2.9 (for GPUs: CUDA 11). This builds the addon
 * against the TensorFlow 2.15 of a Python wheel instead, from the packages' own sources. It needs a C++ compiler, make,
 * and a Python that the wheel exists for (3.9 to 3.11). The GPU build follows the same steps with the wheel
 * that brings CUDA; it is untested.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Complaint, runOrComplain } from "./set-up/complaint.mjs";
import { findPython } from "./set-up/find-python.mjs";
import { cacheDir, checkoutDir, kernelSetupDir } from "./set-up/places.mjs";
import { runStep } from "./set-up/running-command.mjs";

const tfjsVersion = "4.22.0";
const nodeGypVersion = "11.4.2";

const builds = {
  cpu: {
    addon: "@tensorflow/tfjs-node",
    wheel: [
      "--no-deps",
      "--require-hashes",
      "--requirement",
      path.join(kernelSetupDir, "tensorflow-requirements.txt"),
    ],
  },
  // With what it depends on: CUDA comes as packages of its own, for which no hashes are kept here.
  gpu: { addon: "@tensorflow/tfjs-node-gpu", wheel: ["tensorflow[and-cuda]==2.15.1"] },
};

await runOrComplain(async () => {
  const device = process.argv[2];
  if (!(device in builds)) {
    throw new Complaint(
      `tensorflow: unknown device: ${device ?? "none"}; expected cpu or gpu. Say npm run tensorflow -- cpu.`,
    );
  }
  if (process.platform !== "linux") {
    throw new Complaint(
      `tensorflow: invalid platform: ${process.platform}; expected Linux, where this build is known to work.`,
    );
  }
  const { addon, wheel } = builds[device];
  const folder = path.join(cacheDir, "tensorflow", device);
  const python = findPython();
  const env = { ...process.env, npm_config_update_notifier: "false" };
  const remedy = "Read what it said above; the default backend, OpenBLAS, needs none of this.";

  // An addon that was half built would be taken for a whole one.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  await runStep(
    "npm",
    [
      "install",
      "--prefix",
      folder,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      `${addon}@${tfjsVersion}`,
      `node-gyp@${nodeGypVersion}`,
    ],
    { title: `sources of ${addon}`, remedy, env },
  );
  const site = path.join(folder, "python");
  await runStep(
    python.program,
    [
      ...python.args,
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--only-binary=:all:",
      "--target",
      site,
      ...wheel,
    ],
    {
      title: "TensorFlow's libraries",
      remedy: `It needs Python 3.9 to 3.11; this is ${python.version} (name another with BRAINLENS_PYTHON).`,
      env,
    },
  );

  const source = path.join(folder, "node_modules", ...addon.split("/"));
  const libraries = path.join(site, "tensorflow");
  mkdirSync(path.join(source, "deps", "lib"), { recursive: true });
  symlinkSync(path.join(libraries, "include"), path.join(source, "deps", "include"));
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    for (const alias of [name, name.replace("_cc", "").replace(/\.2$/, "")]) {
      symlinkSync(path.join(libraries, name), path.join(source, "deps", "lib", alias));
    }
  }
  const headers = path.join(path.dirname(process.execPath), "..");
  await runStep(
    process.execPath,
    [
      path.join(folder, "node_modules", "node-gyp", "bin", "node-gyp.js"),
      "rebuild",
      `--directory=${source}`,
      ...(existsSync(path.join(headers, "include", "node")) ? [`--nodedir=${headers}`] : []),
      "--module_name=tfjs_binding",
      `--module_path=${path.join(source, "lib", "napi-v8")}`,
      "--napi_build_version=8",
    ],
    {
      title: "building the addon",
      remedy: "It needs g++ and make.",
      env: { ...env, CXXFLAGS: "-std=c++17" },
    },
  );

  const program = 'console.log(require("./src/tensor").linearAlgebra().name)';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", "tsx/cjs", "--conditions=import", "--eval", program],
    { cwd: checkoutDir, encoding: "utf8", env: { ...process.env, BRAINLENS_BACKEND: "tensorflow" } },
  );
  if (status !== 0)
    throw new Complaint(`tensorflow: invalid addon: ${stderr.trim()}; expected one that loads. ${remedy}`);
  console.log(`BRAINLENS_BACKEND=tensorflow now means: ${stdout.trim().split("\n").at(-1)}`);
});
