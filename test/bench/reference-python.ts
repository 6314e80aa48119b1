import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..");
const ENVIRONMENT = path.join(ROOT, ".cache", "reference-venv");
const REQUIREMENTS = path.join(ROOT, "test", "fixtures", "requirements.txt");

/**
 * Runs a Python script beside this file in the environment of the reference implementations and returns what it
 * printed. The environment is made when it is missing, or was made from other requirements.
 */
export function runReference(script: string, args: string[]): string {
  const interpreter =
    process.platform === "win32"
      ? path.join(ENVIRONMENT, "Scripts", "python.exe")
      : path.join(ENVIRONMENT, "bin", "python");
  // The copy is written last: an environment without it was interrupted, or has other versions.
  const installed = path.join(ENVIRONMENT, "requirements.txt");
  const requirements = fs.readFileSync(REQUIREMENTS, "utf8");
  if (!fs.existsSync(installed) || fs.readFileSync(installed, "utf8") !== requirements) {
    console.error(`Making ${path.relative(ROOT, ENVIRONMENT)} from ${path.relative(ROOT, REQUIREMENTS)} …`);
    execute(process.platform === "win32" ? "python" : "python3", ["-m", "venv", "--clear", ENVIRONMENT]);
    execute(interpreter, [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--require-hashes",
      "--requirement",
      REQUIREMENTS,
    ]);
    fs.writeFileSync(installed, requirements);
  }
  return execute(interpreter, [path.join(__dirname, script), ...args]);
}

function execute(program: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error || status !== 0) {
    throw new Error(
      `runReference: invalid exit of ${program} ${args[0]}: ${error?.message ?? stderr.trim()}; expected 0. Check Python ≥ 3.11 with venv and the network.`,
    );
  }
  return stdout;
}
