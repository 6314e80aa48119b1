/**
 * Makes a variable of a cell one with the name that later cells see: after `let level = 1; const read = () => level`, a
 * later cell's `level = 2` changes what `read()` returns. TypeScript keeps a variable that is exported by a clause (as
 * tslab does) apart from its export, but not one that is declared with `export`; so the clause becomes the keyword.
 */
import type TypeScript from "@tslab/typescript-for-tslab";

type Ts = typeof TypeScript;
type Clause = TypeScript.ExportDeclaration & { exportClause: TypeScript.NamedExports };

export const exportKeyword = "export ";

export interface ExportedVariables {
  esModule: string;
  /** Lines, from 0, that now begin with the keyword. */
  movedLines: number[];
}

/** @param esModule what TypeScript emitted: every statement begins a line. `const` stays as it is: nobody assigns to it. */
export function withExportedVariables(ts: Ts, esModule: string): ExportedVariables {
  if (!/^(let|var)\b/m.test(esModule)) return { esModule, movedLines: [] };
  const file = ts.createSourceFile("cell.js", esModule, ts.ScriptTarget.Latest, true);
  const clause = file.statements.find((statement) => isClause(ts, statement)) as Clause | undefined;
  if (!clause) return { esModule, movedLines: [] };
  const names = new Set(clause.exportClause.elements.map(({ name }) => name.text));
  const starts = file.statements
    .filter(
      (statement) => isVariables(ts, statement) && namesOf(ts, statement).every((name) => names.delete(name)),
    )
    .map((statement) => statement.getStart());
  const clauseText = `export { ${[...names].join(", ")} };`;
  let text = esModule.slice(0, clause.getStart()) + clauseText + esModule.slice(clause.end);
  for (const start of starts.toReversed()) text = text.slice(0, start) + exportKeyword + text.slice(start);
  return {
    esModule: text,
    movedLines: starts.map((start) => file.getLineAndCharacterOfPosition(start).line),
  };
}

function isClause(ts: Ts, statement: TypeScript.Statement): boolean {
  return (
    ts.isExportDeclaration(statement) &&
    !statement.moduleSpecifier &&
    statement.exportClause !== undefined &&
    ts.isNamedExports(statement.exportClause)
  );
}

function isVariables(ts: Ts, statement: TypeScript.Statement): statement is TypeScript.VariableStatement {
  return ts.isVariableStatement(statement) && !(statement.declarationList.flags & ts.NodeFlags.Const);
}

function namesOf(ts: Ts, { declarationList }: TypeScript.VariableStatement): string[] {
  const names: string[] = [];
  const add = (name: TypeScript.BindingName) => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
  };
  for (const { name } of declarationList.declarations) add(name);
  return names;
}
