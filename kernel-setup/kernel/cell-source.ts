/** Small changes to a cell's text and to what the converter made of it. Line and column numbers stay as they are. */
import type TypeScript from "@tslab/typescript-for-tslab";

type Ts = typeof TypeScript;

/**
 * Blanks out `export`, so that code copied from a module runs in a cell. tslab exports every name of a cell itself and
 * would refuse a second export.
 */
export function withoutExports(ts: Ts, code: string): string {
  if (!/\bexport\b/.test(code)) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  let text = code;
  const blank = (start: number, end: number) => {
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end);
  };
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier) {
      blank(statement.getStart(), statement.end);
    } else if (ts.isExportAssignment(statement)) {
      blank(statement.getStart(), statement.expression.getStart());
    } else if (ts.canHaveModifiers(statement)) {
      for (const modifier of ts.getModifiers(statement) ?? []) {
        const named = "name" in statement && statement.name !== undefined;
        const isExport = modifier.kind === ts.SyntaxKind.ExportKeyword;
        const isDefault = modifier.kind === ts.SyntaxKind.DefaultKeyword && named;
        if (isExport || isDefault) blank(modifier.getStart(), modifier.end);
      }
    }
  }
  return text;
}

/** Text that was put into a line; lines and columns from 0, before anything was put in. */
export interface Insertion {
  line: number;
  column: number;
  length: number;
}

export interface InterruptibleCode {
  javaScript: string;
  /** Whether it awaits outside any function, and so has to run inside an async one. */
  isAsync: boolean;
  inserted: Insertion[];
}

/** Wraps what emitted JavaScript awaits, in functions too, so that an interrupt ends it: see `interruption.ts`. */
export function withInterruptibleAwaits(ts: Ts, javaScript: string): InterruptibleCode {
  if (!/\bawait\b/.test(javaScript)) return { javaScript, isAsync: false, inserted: [] };
  // `export {}` makes the text a module, where `await` is a keyword.
  const prefix = "export {};";
  const file = ts.createSourceFile("cell.js", prefix + javaScript, ts.ScriptTarget.ES2022);
  const insertions: { at: number; text: string }[] = [];
  let isAsync = false;
  const wrap = (name: string, node: TypeScript.Node) => {
    insertions.push({ at: node.getStart(file) - prefix.length, text: `exports.${name}(` });
    insertions.push({ at: node.end - prefix.length, text: ")" });
  };
  const visit = (node: TypeScript.Node, isOutside: boolean) => {
    const awaits = ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier);
    if (awaits && isOutside) isAsync = true;
    if (ts.isAwaitExpression(node)) wrap("__awaited", node.expression);
    else if (ts.isForOfStatement(node) && node.awaitModifier) wrap("__awaitedEach", node.expression);
    const isInside = ts.isFunctionLike(node) || ts.isPropertyDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, isOutside && !isInside));
  };
  visit(file, true);
  insertions.sort((a, b) => a.at - b.at);
  let text = "";
  let from = 0;
  for (const insertion of insertions) {
    text += javaScript.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  const inserted = insertions.map(({ at, text: { length } }) => {
    const { line, character } = file.getLineAndCharacterOfPosition(at + prefix.length);
    return { line, column: line === 0 ? character - prefix.length : character, length };
  });
  return { javaScript: text + javaScript.slice(from), isAsync, inserted };
}

/**
 * Imported names become properties that a later cell can declare anew, and that look up the module at every use. The
 * compiler's own way, Object.defineProperty, makes them permanent.
 */
export function withRebindableImports(javaScript: string): string {
  return javaScript.replace(
    /^Object\.defineProperty\(exports, ("[^"]+"), \{ enumerable: true, get: (function \(\) \{ return .+?; \}) \}\);$/gm,
    "exports.__import($1, $2);",
  );
}
