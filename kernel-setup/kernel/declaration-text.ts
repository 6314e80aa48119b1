/** The text in which a name was declared, for a reader who asks how something is made. */
import path from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { DeclarationText } from "./documentation";
import { checkoutDir } from "./places";
import { registeredCells } from "./stack-trace";

type Ts = typeof TypeScript;

const maxLines = 200;
/** Files that tslab makes up: the declarations of all earlier cells, and the cell at hand. */
const earlierCells = "__prev__.d.ts";
const thisCell = "__tslab__.ts";

export function describeDeclaration(ts: Ts, declaration: TypeScript.Declaration): DeclarationText[] {
  const file = declaration.getSourceFile();
  const base = path.basename(file.fileName);
  if (base === earlierCells) {
    const name = ts.getNameOfDeclaration(declaration)?.getText();
    return name === undefined ? [] : inEarlierCells(ts, name);
  }
  const node = statementOf(ts, declaration);
  const text = cut(node.getText());
  if (base === thisCell) return [{ place: "this cell", text }];
  const relative = path.relative(checkoutDir, path.normalize(file.fileName));
  const place = relative.startsWith("..") ? file.fileName : relative.split(path.sep).join("/");
  return [{ place: `${place}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`, text }];
}

/** tslab keeps types alone of earlier cells: the code is looked for in the cells themselves, the latest first. */
function inEarlierCells(ts: Ts, name: string): DeclarationText[] {
  for (const [cell, code] of registeredCells().reverse()) {
    const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
    const statement = file.statements.find((candidate) => declares(ts, candidate, name));
    if (!statement) continue;
    const line = file.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
    return [{ place: `${cell}:${line}`, text: cut(statement.getText()) }];
  }
  return [];
}

function declares(ts: Ts, statement: TypeScript.Statement, name: string): boolean {
  if (!ts.isVariableStatement(statement)) {
    return ts.getNameOfDeclaration(statement as unknown as TypeScript.Declaration)?.getText() === name;
  }
  return statement.declarationList.declarations.some((declaration) => declaration.name.getText() === name);
}

/** Of `const f = …` the whole statement. */
function statementOf(ts: Ts, declaration: TypeScript.Declaration): TypeScript.Node {
  if (!ts.isVariableDeclaration(declaration)) return declaration;
  return ts.isVariableStatement(declaration.parent.parent) ? declaration.parent.parent : declaration;
}

function cut(text: string): string {
  const lines = text.split("\n");
  return lines.length <= maxLines ? text : [...lines.slice(0, maxLines), "…"].join("\n");
}
