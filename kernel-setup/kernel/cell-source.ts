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

/** Whether emitted JavaScript awaits outside any function, and so has to run inside an async one. */
export function hasTopLevelAwait(ts: Ts, javaScript: string): boolean {
  if (!/\bawait\b/.test(javaScript)) return false;
  const visit = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isPropertyDeclaration(node)) return false;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  // `export {}` makes the text a module, where `await` is a keyword.
  return visit(ts.createSourceFile("cell.js", `export {};${javaScript}`, ts.ScriptTarget.ES2022));
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
