#!/usr/bin/env node
/** The command line: `npx brainlens study --dataset …`. TypeScript is loaded as it is, so nothing has to be built. */
const { spawn } = require("node:child_process");
const path = require("node:path");

const program = path.resolve(__dirname, "..", "src", "cli.ts");
let hook;
try {
  hook = require.resolve("tsx/cjs");
} catch {
  console.error(
    "brainlens: missing packages: node_modules is not there yet. Run npm start -- --check once; it sets everything up.",
  );
  process.exit(1);
}
const flags = ["--require", hook, "--conditions=import"];
// --conditions must stand on Node's own command line, hence a second process.
const child = spawn(process.execPath, [...flags, program, ...process.argv.slice(2)], { stdio: "inherit" });
// Ctrl-C reaches the child too, which may have to finish a file; this process ends when it does.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
});
