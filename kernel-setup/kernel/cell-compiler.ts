/**
 * tslab's converter (TypeScript cell → JavaScript, declarations carried from cell to cell, completion, docs), run over a
 * copy of its TypeScript module in which five things differ:
 *
 * 1. names resolve as in this project: `brainlens/<stage>` to the live sources, packages by their `exports`;
 * 2. only the cell itself is checked and emitted: modules are loaded by the TypeScript hook (tsx) and checked by
 *    `npm run check`;
 * 3. top-level `await` is parsed as the language does (tslab's fork knows only some forms);
 * 4. source maps come out, for stack traces;
 * 5. no file watchers: `changed-files.ts` looks at the sources before each cell.
 */
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type * as TslabConverter from "tslab/dist/converter";
import { createChangedFiles } from "./changed-files";
import { checkoutDir, isLiveSource, notebookDir } from "./places";

type Ts = typeof TypeScript;

/** Texts of the two source maps of a converted cell: of the emitted CommonJS, and of the ES module before it. */
export type SourceMapTexts = [commonJs: string, esModule: string];

export interface CellCompiler {
  ts: Ts;
  converter: TslabConverter.Converter;
  /** Tells TypeScript about sources edited since the last call. */
  refresh(): void;
  /** Source maps of what was converted last. */
  lastSourceMaps(): SourceMapTexts | undefined;
}

const globalsFile = path.join(__dirname, "globals.d.ts");
const inlineMap = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;
const watchNothing = { close() {} };
/** "File is not under rootDir": irrelevant, since only the cell is emitted. */
const notUnderRootDir = 6059;

export function createCellCompiler(): CellCompiler {
  const tslabRequire = createRequire(require.resolve("tslab/package.json"));
  const typescriptPath = tslabRequire.resolve("@tslab/typescript-for-tslab");
  const ts: Ts = tslabRequire(typescriptPath);
  const changedFiles = createChangedFiles();
  const watchers = new Map<string, TypeScript.FileWatcherCallback>();
  let sourceMaps: SourceMapTexts | undefined;

  const sys: TypeScript.System = {
    ...ts.sys,
    getCurrentDirectory: () => notebookDir.split(path.sep).join("/"),
    watchDirectory: () => watchNothing,
    watchFile(file, callback) {
      if (!isLiveSource(path.normalize(file))) return watchNothing;
      watchers.set(file, callback);
      changedFiles.watch(file);
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
      onProgramCreated(host, (program) => {
        program.getAllDependencies = (file) => [file.fileName];
        // tslab reads the cell's names off the bound tree; binding it alone spares a type checker for each cell.
        for (const file of program.getSourceFiles()) {
          if (isCell(file.fileName)) bindSourceFile(ts, file, program.getCompilerOptions());
        }
      });
      return host;
    },
    getPreEmitDiagnosticsOfFiles(program: TypeScript.Program, files: TypeScript.SourceFile[]) {
      return files.flatMap((file) => {
        const syntax = program.getSyntacticDiagnostics(file);
        // The first line of what TypeScript sees is tslab's own, so the comment has to be looked for here.
        if (syntax.length > 0 || /^[^\n]*\n\s*\/\/\s*@ts-nocheck\b/.test(file.text)) return [...syntax];
        return program.getSemanticDiagnostics(file).filter((d) => d.code !== notUnderRootDir);
      });
    },
    transpileModule(input: string, options: TypeScript.TranspileOptions) {
      const map = inlineMap.exec(input);
      if (!map) return ts.transpileModule(input, options);
      const output = ts.transpileModule(input.slice(0, map.index), {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
      });
      sourceMaps = [output.sourceMapText!, Buffer.from(map[1]!, "base64").toString()];
      return { ...output, outputText: output.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "") };
    },
  };

  tslabRequire.cache[typescriptPath]!.exports = { ...ts, ...changed };
  const { createConverter }: typeof TslabConverter = tslabRequire("./dist/converter.js");
  const converter = createConverter({ isJS: false, isBrowser: false });

  return {
    ts,
    converter,
    refresh() {
      for (const file of changedFiles.take()) watchers.get(file)?.(file, ts.FileWatcherEventKind.Changed);
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

/**
 * Remembers what imports resolve to. Only a name that was not found is looked up again, and only for the reader's own
 * files: the next cell may import a file that did not exist before. A cell of a notebook outside the checkout finds the
 * checkout's packages too.
 */
function resolveNamesIn(ts: Ts, host: Host, sys: TypeScript.System) {
  const known = new Map<string, TypeScript.ResolvedModuleWithFailedLookupLocations>();
  const incomplete = new Set<string>();
  const fallback = path.join(checkoutDir, "__fallback__.ts");
  host.resolveModuleNameLiterals = (names, containingFile, redirected, options) => {
    const isLive = isLiveSource(path.normalize(containingFile));
    incomplete.delete(containingFile);
    const resolve = (name: string, from: string) =>
      ts.resolveModuleName(name, from, options, sys, undefined, redirected);
    return names.map(({ text }) => {
      const key = `${path.dirname(containingFile)}\n${text}`;
      const remembered = known.get(key);
      if (remembered) return remembered;
      let found = resolve(text, containingFile);
      if (!found.resolvedModule && isLive && !text.startsWith(".")) found = resolve(text, fallback);
      if (found.resolvedModule || !isLive || isBuiltin(text)) known.set(key, found);
      else incomplete.add(containingFile);
      return found;
    });
  };
  host.hasInvalidatedResolutions = (file) => isCell(file) || incomplete.has(file);
}
