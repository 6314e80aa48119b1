/** npm test [FILES]: sets up what is missing and runs the tests. `--long` runs the ones that take long (*.long.test.ts). */
import "./set-up/node-version.mjs";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Complaint, runOrComplain } from "./set-up/complaint.mjs";
import { checkoutDir, kernelSetupDir } from "./set-up/places.mjs";
import { setUp } from "./set-up/set-up.mjs";

/** A file that hangs fails instead. */
const fileTimeoutMs = 30 * 60 * 1000;
const longFileTimeoutMs = 3 * 60 * 60 * 1000;

await runOrComplain(async () => {
  await setUp("tests");
  const args = process.argv.slice(2);
  const isLong = args.includes("--long");
  const named = args.filter((arg) => arg !== "--long").map((file) => path.resolve(file));
  const files = named.length > 0 ? named : testFiles(isLong);
  if (files.length === 0) throw new Complaint("There are no tests to run.");
  process.exitCode = await runTests(files, isLong ? longFileTimeoutMs : fileTimeoutMs);
});

/** Node 20 takes no patterns after --test, so the files are found here. */
function testFiles(isLong) {
  const all = readdirSync(path.join(checkoutDir, "test"), { recursive: true, encoding: "utf8" });
  return all
    .filter((file) => file.endsWith(".test.ts") && file.endsWith(".long.test.ts") === isLong)
    .map((file) => path.join(checkoutDir, "test", file))
    .sort();
}

function runTests(files, timeoutMs) {
  const reporter = pathToFileURL(path.join(kernelSetupDir, "test-reporter.mjs")).href;
  const flags = [
    "--require",
    "tsx/cjs",
    "--conditions=import",
    "--test",
    "--test-concurrency=2",
    `--test-timeout=${timeoutMs}`,
  ];
  const child = spawn(process.execPath, [...flags, `--test-reporter=${reporter}`, ...files], {
    cwd: checkoutDir,
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
