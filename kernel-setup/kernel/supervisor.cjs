// node supervisor.cjs [FLAGS OF NODE] main.cjs CONNECTION_FILE: what the kernelspec starts.
// Runs the kernel in a process of its own. When that dies of something that no program survives (out of memory, a crash in
// native code, a kill from outside), this process, which still lives, tells the reader what happened and then ends too.
// JavaScript without packages: it stands before the kernel's start, so it must be loaded in a moment.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { createInterface } = require("node:readline");
const { setTimeout: sleep } = require("node:timers/promises");
const { supervisorVariable } = require("./supervised.cjs");

const parentCheckMs = 2000;
const settleMs = 200;
/** Jupyter itself becomes impatient after 2.5 s. */
const endPatienceMs = 2000;
const nKeptCharacters = 4000;

const child = spawn(process.execPath, process.argv.slice(2), {
  stdio: ["ignore", "inherit", "pipe", "pipe"],
  env: { ...process.env, [supervisorVariable]: String(process.pid) },
});

/** What the kernel reported last: the cell that runs, or that it ends on purpose. */
let report = {};
createInterface({ input: child.stdio[3] }).on("line", (line) => {
  report = { ...report, ...JSON.parse(line) };
  // A process waits with its end for its native threads, which may compute for minutes.
  if (report.ending) setTimeout(() => child.kill("SIGKILL"), endPatienceMs).unref();
});

let complaint = "";
child.stderr.on("data", (text) => {
  process.stderr.write(text);
  complaint = (complaint + text).slice(-nKeptCharacters);
});

for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// Interrupts come as messages (kernelspec); this signal would end a kernel that is between two scripts.
process.on("SIGINT", () => {});

// The kernel looks for its parent in the same way: when Jupyter has died, first this process goes and then the kernel.
const parentPid = process.ppid;
setInterval(() => {
  if (process.ppid !== parentPid) process.exit();
}, parentCheckMs).unref();

child.on("error", (error) => {
  process.stderr.write(`kernel: cannot start ${process.execPath}: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", async (code, signal) => {
  // By then everything that the kernel reported and complained about has been read. A program that a cell started may
  // hold the pipes open, so this is not waited for long.
  await Promise.race([once(child, "close"), sleep(settleMs)]);
  if (!report.ending) await sayLastWords(code, signal);
  endWhatCellsStarted();
  process.exit(code ?? 1);
});

async function sayLastWords(code, signal) {
  try {
    require("tsx/cjs");
    await require("./last-words.ts").sayLastWords({
      connectionFile: process.argv.at(-1),
      death: { code, signal, complaint },
      cell: report.cell,
    });
  } catch (error) {
    process.stderr.write(`kernel: cannot say that it died: ${error?.stack ?? error}\n`);
  }
}

/** Jupyter starts a kernel as the head of a process group, in which are also the programs that cells started. */
function endWhatCellsStarted() {
  process.removeAllListeners("SIGTERM").on("SIGTERM", () => {});
  try {
    process.kill(-process.pid, "SIGTERM");
  } catch {
    // Windows, or not the head of a group: nothing to end.
  }
}
