/** Answers to what a front end asks about code that is being typed: completion, documentation, is it complete? */
import { createRequire } from "node:module";
import type TypeScript from "@tslab/typescript-for-tslab";
import type * as TslabConverter from "tslab/dist/converter";
import type * as TslabInspect from "tslab/dist/inspect";
import type { Session } from "./session";
import type { Content } from "./wire";

const tslabRequire = createRequire(require.resolve("tslab/package.json"));
const { printQuickInfo }: typeof TslabInspect = tslabRequire("./dist/inspect.js");
const maxTypedCandidates = 500;

/** Diagnostics that mean "more is to come", wherever they stand: an open template or comment. */
const openEndedCodes = new Set([1010, 1160]);

export function completeReply(session: Session, { code, cursor_pos }: Content): Content {
  const { candidates, start, end, original } = session.complete(String(code), Number(cursor_pos));
  const kinds = new Map<string, string>(original?.entries.map((entry) => [entry.name, entry.kind]));
  const typed = candidates
    .slice(0, maxTypedCandidates)
    .map((text) => ({ text, type: kinds.get(text) ?? "", start, end }));
  return {
    status: "ok",
    matches: candidates,
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: typed },
  };
}

export function inspectReply(session: Session, { code, cursor_pos }: Content): Content {
  const info = session.inspect(String(code), Number(cursor_pos));
  const data = info ? { "text/plain": printQuickInfo(info) } : {};
  return { status: "ok", found: info !== undefined, data, metadata: {} };
}

export function isCompleteReply(ts: typeof TypeScript, { code }: Content): Content {
  const text = String(code);
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  // Not in the public types: a source file carries its syntax errors.
  const errors = (file as unknown as { parseDiagnostics: TypeScript.Diagnostic[] }).parseDiagnostics;
  if (errors.length === 0 || /^\s*[\w$.]+\?\s*$/.test(text)) return { status: "complete" };
  const end = text.trimEnd().length;
  const isOpen = errors.some(({ start, code: number }) => (start ?? 0) >= end || openEndedCodes.has(number));
  if (!isOpen) return { status: "invalid" };
  const { isCompleteCode }: typeof TslabConverter = tslabRequire("./dist/converter.js");
  return { status: "incomplete", indent: isCompleteCode(text).indent ?? "  " };
}
