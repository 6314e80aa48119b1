/** Answers to what a front end asks about code that is being typed: completion, documentation, is it complete? */
import { createRequire } from "node:module";
import type TypeScript from "@tslab/typescript-for-tslab";
import type * as TslabConverter from "tslab/dist/converter";
import { documentationBundle } from "./documentation";
import type { Session } from "./session";
import type { Content } from "./wire";

const tslabRequire = createRequire(require.resolve("tslab/package.json"));
const maxTypedCandidates = 500;

/** Diagnostics that mean "more is to come", wherever they stand: an open template or comment. */
const openEndedCodes = new Set([1010, 1160]);

/** TypeScript's kinds of names in the words of Jupyter, whose front ends draw an icon for each. */
const jupyterTypes: Record<string, string> = {
  "local class": "class",
  "local function": "function",
  method: "function",
  construct: "function",
  getter: "property",
  setter: "property",
  accessor: "property",
  var: "instance",
  let: "instance",
  const: "instance",
  "local var": "instance",
  parameter: "instance",
  "external module name": "module",
  script: "module",
  directory: "path",
  "primitive type": "type",
  "type parameter": "type",
  "enum member": "property",
};

/** Jupyter counts characters (code points), JavaScript UTF-16 units. */
const toUnits = (code: string, position: number) => [...code].slice(0, position).join("").length;
const toCharacters = (code: string, offset: number) => [...code.slice(0, offset)].length;

export function completeReply(session: Session, content: Content): Content {
  const code = String(content.code);
  const completion = session.complete(code, toUnits(code, Number(content.cursor_pos)));
  const start = toCharacters(code, completion.start);
  const end = toCharacters(code, completion.end);
  const kinds = new Map<string, string>(
    completion.original?.entries.map((entry) => [entry.name, entry.kind]),
  );
  const typed = completion.candidates.slice(0, maxTypedCandidates).map((text) => {
    const kind = kinds.get(text) ?? "";
    return { text, type: jupyterTypes[kind] ?? kind, start, end };
  });
  return {
    status: "ok",
    matches: completion.candidates,
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: typed },
  };
}

/** Detail level 1 adds how the name is declared. */
export function inspectReply(session: Session, content: Content): Content {
  const code = String(content.code);
  const position = toUnits(code, Number(content.cursor_pos));
  const info = session.inspect(code, position);
  if (!info) return { status: "ok", found: false, data: {}, metadata: {} };
  const declarations = Number(content.detail_level) > 0 ? session.declarations(code, position) : [];
  return { status: "ok", found: true, data: documentationBundle(info, declarations), metadata: {} };
}

export function isCompleteReply(ts: typeof TypeScript, { code }: Content): Content {
  const text = String(code);
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  // Not in the public types: a source file carries its syntax errors.
  const errors = (file as unknown as { parseDiagnostics: TypeScript.Diagnostic[] }).parseDiagnostics;
  if (errors.length === 0 || /^\s*[\w$.]+\?{1,2}\s*$/.test(text)) return { status: "complete" };
  const end = text.trimEnd().length;
  const isOpen = errors.some(({ start, code: number }) => (start ?? 0) >= end || openEndedCodes.has(number));
  if (!isOpen) return { status: "invalid" };
  const { isCompleteCode }: typeof TslabConverter = tslabRequire("./dist/converter.js");
  return { status: "incomplete", indent: isCompleteCode(text).indent ?? "  " };
}
