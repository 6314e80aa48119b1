/** The kernel's end of the line to its supervisor. Both threads write to it; a line arrives whole, even if the process dies next. */
const fs = require("node:fs");

/** Environment variable with the process id of the supervisor, which holds the other end of the open file `line`. */
const supervisorVariable = "BRAINLENS_SUPERVISOR";
const line = 3;
// A program that a cell starts inherits the variable, but is not the supervisor's own child.
const isSupervised = Number(process.env[supervisorVariable]) === process.ppid;

function tell(report) {
  if (!isSupervised) return;
  try {
    fs.writeSync(line, `${JSON.stringify(report)}\n`);
  } catch {
    // The supervisor is gone; the kernel notices that by itself.
  }
}

module.exports = {
  supervisorVariable,
  /** A cell begins: where to say what became of it, should the process die. */
  tellSupervisorCell: ({ header, idents }, executionCount) =>
    tell({
      cell: { header, idents: idents.map((ident) => Buffer.from(ident).toString("hex")), executionCount },
    }),
  /** The process ends because it was asked to, or has said itself why. */
  tellSupervisorEnding: () => tell({ ending: true }),
};
