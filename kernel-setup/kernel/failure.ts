/** What a failed cell says: content of the protocol's `error` message, coloured for terminals and JupyterLab. */
import { inspect } from "node:util";
import type { Diagnostic } from "tslab/dist/converter";
import { cellCode } from "./stack-trace";

export interface Failure {
  ename: string;
  evalue: string;
  traceback: string[];
}

const red = (text: string) => `\u001b[0;31m${text}\u001b[0m`;
const green = (text: string) => `\u001b[0;32m${text}\u001b[0m`;
const contextLines = 2;

/** A cell that does not type-check: each diagnostic with its line and a caret under what it is about. */
export function diagnosticsFailure(diagnostics: Diagnostic[], code: string, cellName: string): Failure {
  const groups = groupByPosition(diagnostics);
  const traceback = groups.flatMap((group) => describeDiagnostic(group, code.split("\n"), cellName));
  const first = groups[0]!;
  const more = groups.length === 1 ? "" : ` (and ${groups.length - 1} more)`;
  const where = `${cellName}:${first[0]!.start.line + 1}:${first[0]!.start.character + 1}`;
  return { ename: "TypeScriptError", evalue: `${first[0]!.messageText} at ${where}${more}`, traceback };
}

/** tslab makes a list of TypeScript's message and the messages that explain it: they share a position. */
function groupByPosition(diagnostics: Diagnostic[]): Diagnostic[][] {
  const groups: Diagnostic[][] = [];
  for (const diagnostic of diagnostics) {
    const previous = groups.at(-1)?.[0];
    const same =
      previous?.start.offset === diagnostic.start.offset && previous.end.offset === diagnostic.end.offset;
    if (same) groups.at(-1)!.push(diagnostic);
    else groups.push([diagnostic]);
  }
  return groups;
}

function describeDiagnostic([main, ...details]: Diagnostic[], lines: string[], cellName: string): string[] {
  const { start, end, code, messageText } = main!;
  const header = `${cellName}:${start.line + 1}:${start.character + 1} - ${red(`error TS${code}`)}: ${messageText}`;
  const line = lines[start.line] ?? "";
  const length =
    end.line === start.line ? Math.max(1, end.character - start.character) : line.length - start.character;
  const margin = String(start.line + 1).padStart(5);
  return [
    header,
    ...details.map((detail) => `  ${detail.messageText}`),
    `${green(margin)} ${line}`,
    `${" ".repeat(margin.length)} ${" ".repeat(start.character)}${red("~".repeat(Math.max(1, length)))}`,
  ];
}

/** A cell that threw: the failing line among its neighbours, the stack, and what caused it. */
export function thrownFailure(thrown: unknown): Failure {
  if (isInterruption(thrown)) {
    const evalue = "the cell was interrupted; variables keep their values";
    return { ename: "Interrupted", evalue, traceback: [`${red("Interrupted")}: ${evalue}`] };
  }
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const shown = inspect(thrown);
    return { ename: "Thrown", evalue: shown, traceback: [`${red("Thrown")}: ${shown}`] };
  }
  const stack = stackOf(thrown);
  return {
    ename: String(thrown.name || "Error"),
    evalue: String(thrown.message ?? ""),
    traceback: [...excerpt(stack), ...colourHeadline(stack).split("\n"), ...causes(thrown)],
  };
}

function isErrorLike(value: unknown): value is Error {
  return typeof value === "object" && value !== null && "message" in value && "stack" in value;
}

function isInterruption(thrown: unknown): boolean {
  const { name, code } = (thrown ?? {}) as { name?: unknown; code?: unknown };
  return name === "Interrupted" || code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

function stackOf(error: Error): string {
  return typeof error.stack === "string" && error.stack !== "" ? error.stack : inspect(error);
}

function colourHeadline(stack: string): string {
  return stack.replace(/^[\w$.]+/, red);
}

function excerpt(stack: string): string[] {
  const [, name, atLine] = /(In\[\d+\]):(\d+):\d+/.exec(stack) ?? [];
  const code = name && cellCode(name);
  if (!code) return [];
  const lines = code.split("\n");
  const failing = Number(atLine);
  const from = Math.max(1, failing - contextLines);
  const to = Math.min(lines.length, failing + contextLines);
  const numbered = lines.slice(from - 1, to).map((line, i) => {
    const number = String(from + i).padStart(5);
    return from + i === failing ? `${green("->")} ${green(number)} ${line}` : `   ${green(number)} ${line}`;
  });
  return [`${green(name)}, line ${failing}`, ...numbered, ""];
}

function causes(error: Error & { cause?: unknown; errors?: unknown }): string[] {
  const inner = [error.cause, ...(Array.isArray(error.errors) ? error.errors : [])].filter(
    (e) => e !== undefined,
  );
  return inner.flatMap((cause) => {
    const isError = isErrorLike(cause);
    const text = isError ? colourHeadline(stackOf(cause)) : inspect(cause);
    return [`${red("caused by")} ${text}`, ...(isError ? causes(cause) : [])];
  });
}
