/**
 * Declaration files of packages and of TypeScript's own library, read without their documentation: comments are two
 * thirds of the text that TypeScript parses before the first cell can run. A file's documentation is read when a reader asks about a name
 * that it declares.
 */
import type TypeScript from "@tslab/typescript-for-tslab";

export interface TypeFiles {
  /** The text as TypeScript gets it. */
  textOf(file: string, text: string | undefined): string | undefined;
  /** From now on `textOf` keeps this file's comments; false if it did so before. */
  wantDocumentation(file: string): boolean;
}

const isPackageTypes = /\/node_modules\/.*\.d\.[cm]?ts$/;
/** Directives (`///`) are comments of another kind and stay. */
const documentation = /\/\*\*[\s\S]*?\*\//g;

export function createTypeFiles(): TypeFiles {
  const withDocumentation = new Set<string>();
  return {
    textOf(file, text) {
      if (text === undefined || !isPackageTypes.test(file) || withDocumentation.has(file)) return text;
      return text.replace(documentation, "");
    },
    wantDocumentation(file) {
      if (!isPackageTypes.test(file) || withDocumentation.has(file)) return false;
      withDocumentation.add(file);
      return true;
    },
  };
}

/** What the name at `position` of a file was declared as; imported names are followed to where they come from. */
export function declarationsAt(
  ts: typeof TypeScript,
  program: TypeScript.Program,
  fileName: string,
  position: number,
): TypeScript.Declaration[] {
  const file = program.getSourceFile(fileName);
  if (!file) return [];
  // Not in TypeScript's public types, but exported.
  const { getTouchingPropertyName } = ts as unknown as {
    getTouchingPropertyName(file: TypeScript.SourceFile, position: number): TypeScript.Node;
  };
  const checker = program.getTypeChecker();
  let symbol = checker.getSymbolAtLocation(getTouchingPropertyName(file, position));
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol?.declarations ?? [];
}
