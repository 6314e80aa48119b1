/** Stack traces in terms of what the reader wrote: lines of cells and of src/**\/*.ts, our own frames left out. */
import { findSourceMap, SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { CellMaps } from "./cell-compiler";
import type { Insertion } from "./cell-source";
import { exportKeyword } from "./live-variables";
import { checkoutDir } from "./places";

interface CellText {
  code: string;
  javaScript: string;
  /** What was put into the JavaScript after it was emitted. */
  inserted: Insertion[];
  maps: CellMaps;
}

interface Position {
  file: string;
  line: number;
  column: number;
}

const cells = new Map<string, CellText>();
const parsedMaps = new Map<string, { commonJs: SourceMap; esModule: SourceMap }>();
const hidden = /^node:|[\\/]kernel-setup[\\/]kernel[\\/]|[\\/]node_modules[\\/](tslab|tsx)[\\/]/;

/** Remembers a cell, so that errors thrown from it, now or in a later cell, are shown at its lines. */
export function registerCell(name: string, cell: CellText) {
  cells.set(name, cell);
  parsedMaps.delete(name);
}

/** Text of a cell, to quote the line that failed. */
export function cellCode(name: string): string | undefined {
  return cells.get(name)?.code;
}

/** Names and texts of the cells that were run, in the order in which they were. */
export function registeredCells(): [name: string, code: string][] {
  return [...cells].map(([name, { code }]) => [name, code]);
}

/** Makes every `error.stack` in this process read as described above. */
export function installStackTraces() {
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.filter((site) => !isOurs(site)).map(describeSite);
    return [headline(error), ...frames].join("\n    at ");
  };
}

/** Node's own frames, the kernel's, and the call of the function that a cell is wrapped in, which stands around it. */
function isOurs(site: NodeJS.CallSite): boolean {
  const file = site.getFileName() ?? "";
  if (hidden.test(file)) return true;
  const cell = cells.get(file);
  const line = site.getLineNumber() ?? 0;
  return cell !== undefined && (line < 1 || line > cell.javaScript.split("\n").length);
}

function headline(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "Error";
  }
}

function describeSite(site: NodeJS.CallSite): string {
  const position = original(site);
  if (!position) return String(site);
  const where = `${position.file}:${position.line}:${position.column}`;
  const name = site.getFunctionName();
  if (!name) return where;
  const kind = site.isConstructor() ? "new " : site.isAsync() ? "async " : "";
  return `${kind}${name} (${where})`;
}

function original(site: NodeJS.CallSite): Position | undefined {
  const file = site.getFileName();
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  if (!file || line === null || column === null) return undefined;
  const generated = { file, line, column };
  return cells.has(file) ? originalInCell(generated) : originalInModule(generated);
}

function originalInCell({ file, line, column }: Position): Position | undefined {
  const { commonJs, esModule } = mapsOf(file);
  const between = commonJs.findEntry(
    line - 1,
    columnAsEmitted(cells.get(file)!.inserted, line - 1, column - 1),
  );
  if (!("originalLine" in between)) return undefined;
  const isMoved = cells.get(file)!.maps.movedLines.includes(between.originalLine);
  const columnBefore = Math.max(0, between.originalColumn - (isMoved ? exportKeyword.length : 0));
  const entry = esModule.findEntry(between.originalLine, columnBefore);
  if (!("originalLine" in entry)) return undefined;
  // Zero-based, but tslab puts one line above the cell's text: that makes it one-based.
  return { file, line: entry.originalLine, column: entry.originalColumn + 1 };
}

/** The column before text was put into its line. */
function columnAsEmitted(inserted: Insertion[], line: number, column: number): number {
  let shift = 0;
  for (const insertion of inserted) {
    if (insertion.line !== line || insertion.column + shift >= column) continue;
    shift += Math.min(insertion.length, column - insertion.column - shift);
  }
  return column - shift;
}

function mapsOf(name: string) {
  let parsed = parsedMaps.get(name);
  if (!parsed) {
    const { commonJs, esModule } = cells.get(name)!.maps;
    parsed = { commonJs: new SourceMap(JSON.parse(commonJs)), esModule: new SourceMap(JSON.parse(esModule)) };
    parsedMaps.set(name, parsed);
  }
  return parsed;
}

function originalInModule({ file, line, column }: Position): Position | undefined {
  const filePath = file.startsWith("file:") ? fileURLToPath(file) : file;
  const entry = findSourceMap(filePath)?.findEntry(line - 1, column - 1);
  if (!entry || !("originalLine" in entry)) return undefined;
  const relative = path.relative(checkoutDir, filePath);
  const name = relative.startsWith("..") ? filePath : relative.split(path.sep).join("/");
  return { file: name, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
