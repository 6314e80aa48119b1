/**
 * tslab's converter (TypeScript cell → JavaScript, declarations carried from cell to cell, completion, docs), run over a
 * copy of its TypeScript module in which seven things differ:
 *
 * 1. names resolve as in this project: `brainlens/<stage>` to the live sources, packages by their `exports`;
 * 2. only the cell itself is checked and emitted: modules are loaded by the TypeScript hook (tsx) and checked by
 *    `npm run check`;
 * 3. top-level `await` is parsed as the language does (tslab's fork knows only some forms);
 * 4. source maps come out, for stack traces;
 * 5. no file watchers: `changed-files.ts` looks at the sources before each cell;
 * 6. documentation of packages is read when it is asked for (`type-files.ts`);
 * 7. names of properties are told from variables of earlier cells (`property-names.ts`).
 */
import { createRequire } from "node:module";
import path from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type * as TslabConverter from "tslab/dist/converter";
import { createChangedFiles } from "./changed-files";
import { withExportedVariables } from "./live-variables";
import { resolveNamesIn } from "./name-resolution";
import { checkoutDir, isLiveSource, notebookDir } from "./places";
import { writeOutPropertyNames } from "./property-names";
import { createTypeFiles, declarationsAt } from "./type-files";

type Ts = typeof TypeScript;

/** How to find back from what a cell became to its text. */
export interface CellMaps {
  /** Texts of two source maps: of the emitted CommonJS, and of the ES module before it. */
  commonJs: string;
  esModule: string;
  /** Lines of the ES module that were moved by a keyword between the two: see `live-variables.ts`. */
  movedLines: number[];
}

export interface CellCompiler {
  ts: Ts;
  converter: TslabConverter.Converter;
  /** Tells TypeScript about sources edited since the last call. */
  refresh(): void;
  /** Declarations of the name at `position` of the code that was last looked at by the converter. */
  declarationsAt(position: number): TypeScript.Declaration[];
  /** Reads the documentation of the files that hold them; false if there is no more than what was read before. */
  readDocumentation(declarations: TypeScript.Declaration[]): boolean;
  /** Source maps of what was converted last. */
  lastSourceMaps(): CellMaps | undefined;
}

const globalsFile = path.join(__dirname, "globals.d.ts");
const inlineMap = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;
const watchNothing = { close() {} };
/** Length of the line that tslab puts above a cell. */
const prefixLength = "export {};\n".length;
/** "File is not under rootDir": irrelevant, since only the cell is emitted. */
const notUnderRootDir = 6059;

export function createCellCompiler(): CellCompiler {
  const tslabRequire = createRequire(require.resolve("tslab/package.json"));
  const typescriptPath = tslabRequire.resolve("@tslab/typescript-for-tslab");
  const ts: Ts = tslabRequire(typescriptPath);
  const changedFiles = createChangedFiles();
  const watchers = new Map<string, TypeScript.FileWatcherCallback>();
  const typeFiles = createTypeFiles();
  let sourceMaps: CellMaps | undefined;
  let program: TypeScript.Program | undefined;

  const sys: TypeScript.System = {
    ...ts.sys,
    getCurrentDirectory: () => notebookDir.split(path.sep).join("/"),
    readFile: (file, encoding) => typeFiles.textOf(file, ts.sys.readFile(file, encoding)),
    watchDirectory: () => watchNothing,
    watchFile(file, callback) {
      watchers.set(file, callback);
      if (isLiveSource(path.normalize(file))) changedFiles.watch(file);
      return {
        close() {
          watchers.delete(file);
          changedFiles.forget(file);
        },
      };
    },
  };

  const changed = {
    sys,
    createWatchCompilerHost(
      files: string[],
      options: TypeScript.CompilerOptions,
      ...[system, , ...rest]: HostArguments
    ) {
      const host = ts.createWatchCompilerHost(
        [...files, globalsFile],
        { ...options, ...cellOptions(ts) },
        system,
        ts.createAbstractBuilder,
        ...rest,
      );
      resolveNamesIn(ts, host, system);
      onProgramCreated(host, (builder) => {
        program = builder.getProgram();
        builder.getAllDependencies = (file) => [file.fileName];
        emitThrough(builder, () => writeOutPropertyNames(ts, builder.getProgram().getTypeChecker()));
        // tslab reads the cell's names off the bound tree; binding it alone spares a type checker for each cell.
        for (const file of program.getSourceFiles()) {
          if (isCell(file.fileName)) bindSourceFile(ts, file, program.getCompilerOptions());
        }
      });
      return host;
    },
    getPreEmitDiagnosticsOfFiles(checked: TypeScript.Program, files: TypeScript.SourceFile[]) {
      return files.flatMap((file) => {
        const syntax = checked.getSyntacticDiagnostics(file);
        // The first line of what TypeScript sees is tslab's own, so the comment has to be looked for here.
        if (syntax.length > 0 || /^[^\n]*\n\s*\/\/\s*@ts-nocheck\b/.test(file.text)) return [...syntax];
        return checked.getSemanticDiagnostics(file).filter((d) => d.code !== notUnderRootDir);
      });
    },
    transpileModule(input: string, options: TypeScript.TranspileOptions) {
      const map = inlineMap.exec(input);
      if (!map) return ts.transpileModule(input, options);
      const { esModule, movedLines } = withExportedVariables(ts, input.slice(0, map.index));
      const output = ts.transpileModule(esModule, {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
      });
      sourceMaps = {
        commonJs: output.sourceMapText!,
        esModule: Buffer.from(map[1]!, "base64").toString(),
        movedLines,
      };
      return { ...output, outputText: output.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "") };
    },
  };

  tslabRequire.cache[typescriptPath]!.exports = { ...ts, ...changed };
  const { createConverter }: typeof TslabConverter = tslabRequire("./dist/converter.js");
  const converter = createConverter({ isJS: false, isBrowser: false });

  const rereadFile = (file: string) => watchers.get(file)?.(file, ts.FileWatcherEventKind.Changed);

  return {
    ts,
    converter,
    refresh: () => changedFiles.take().forEach(rereadFile),
    declarationsAt(position) {
      const cell = program?.getSourceFiles().find((file) => isCell(file.fileName));
      return cell ? declarationsAt(ts, program!, cell.fileName, position + prefixLength) : [];
    },
    readDocumentation(declarations) {
      const files = new Set(declarations.map((declaration) => declaration.getSourceFile().fileName));
      const unread = [...files].filter(typeFiles.wantDocumentation);
      unread.forEach(rereadFile);
      return unread.length > 0;
    },
    lastSourceMaps: () => sourceMaps,
  };
}

type HostArguments = [
  system: TypeScript.System,
  createProgram: unknown,
  reportDiagnostic?: TypeScript.DiagnosticReporter,
  reportWatchStatus?: TypeScript.WatchStatusReporter,
];
type Host = TypeScript.WatchCompilerHostOfFilesAndCompilerOptions<TypeScript.BuilderProgram>;

function cellOptions(ts: Ts): TypeScript.CompilerOptions {
  return {
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    typeRoots: [path.join(checkoutDir, "node_modules", "@types")],
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    baseUrl: checkoutDir,
    paths: { "brainlens/*": ["src/*/index.ts"] },
    inlineSourceMap: true,
    disableTopLevelAwait: false,
  };
}

function isCell(fileName: string): boolean {
  return path.basename(fileName) === "__tslab__.ts";
}

/** Not in TypeScript's public types, but exported. */
function bindSourceFile(ts: Ts, file: TypeScript.SourceFile, options: TypeScript.CompilerOptions) {
  (
    ts as unknown as { bindSourceFile(f: TypeScript.SourceFile, o: TypeScript.CompilerOptions): void }
  ).bindSourceFile(file, options);
}

/** Puts a transformer before those that tslab hands to `emit`. */
function emitThrough(
  builder: TypeScript.BuilderProgram,
  transformer: () => TypeScript.TransformerFactory<TypeScript.SourceFile>,
) {
  const emit = builder.emit;
  builder.emit = (file, write, cancellation, onlyDeclarations, tslabs) =>
    emit(file, write, cancellation, onlyDeclarations, {
      ...tslabs,
      after: [transformer(), ...(tslabs?.after ?? [])],
    });
}

/** tslab sets `afterProgramCreate` on the host that it is given; `before` runs ahead of whatever it sets. */
function onProgramCreated(host: Host, before: (program: TypeScript.BuilderProgram) => void) {
  let tslabs: Host["afterProgramCreate"];
  const both = (program: TypeScript.BuilderProgram) => {
    before(program);
    tslabs?.(program);
  };
  Object.defineProperty(host, "afterProgramCreate", {
    get: () => both,
    set: (value) => {
      tslabs = value;
    },
  });
}
