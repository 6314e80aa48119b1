/** The language behind the kernel: turns a cell's text into a value or a failure, and answers questions about code. */
import type { QuickInfo } from "@tslab/typescript-for-tslab";
import type { CompletionInfo } from "tslab/dist/converter";
import type { CellCompiler } from "./cell-compiler";
import type { CellRunner } from "./cell-runner";
import { withInterruptibleAwaits, withoutExports, withRebindableImports } from "./cell-source";
import { describeDeclaration } from "./declaration-text";
import type { DeclarationText } from "./documentation";
import { diagnosticsFailure, type Failure, thrownFailure } from "./failure";
import type { ModuleLoader } from "./module-loader";
import { compiling, type SharedFlags } from "./shared-flags";
import { registerCell } from "./stack-trace";
import { withoutOptimizing } from "./without-optimizing";

export type Outcome = { status: "ok"; value: unknown } | { status: "error"; failure: Failure };

export interface Session {
  /** Never rejects. `name` is what errors call the cell: `In[3]`. */
  evaluate(code: string, name: string): Promise<Outcome>;
  complete(code: string, position: number): CompletionInfo;
  inspect(code: string, position: number): QuickInfo | undefined;
  /** How the name at `position` is declared, in cells and files. */
  declarations(code: string, position: number): DeclarationText[];
}

interface Parts {
  compiler: CellCompiler;
  loader: ModuleLoader;
  runner: CellRunner;
  flags: SharedFlags;
}

export function createSession({ compiler, loader, runner, flags }: Parts): Session {
  const { ts, converter } = compiler;
  let declarations = "";

  /** An interrupt waits while the compiler is at work: its state would be torn. */
  function compilerAtWork<T>(body: () => T): T {
    Atomics.add(flags, compiling, 1);
    try {
      return withoutOptimizing(() => {
        compiler.refresh();
        return body();
      });
    } finally {
      Atomics.sub(flags, compiling, 1);
    }
  }

  async function evaluate(code: string, name: string): Promise<Outcome> {
    try {
      loader.refresh();
      const converted = compilerAtWork(() => converter.convert(declarations, withoutExports(ts, code)));
      if (converted.diagnostics.length > 0) {
        return { status: "error", failure: diagnosticsFailure(converted.diagnostics, code, name) };
      }
      // Also when the cell fails: what it declared before that stays, as in every notebook.
      declarations = converted.declOutput ?? "";
      if (!converted.output) return { status: "ok", value: undefined };
      const { javaScript, isAsync, inserted } = withInterruptibleAwaits(
        ts,
        withRebindableImports(converted.output),
      );
      registerCell(name, { code, javaScript, inserted, maps: compiler.lastSourceMaps()! });
      const value = await runner.run({
        name,
        javaScript,
        isAsync,
        resultName: converted.lastExpressionVar,
      });
      return { status: "ok", value };
    } catch (error) {
      return { status: "error", failure: thrownFailure(error) };
    }
  }

  return {
    evaluate,
    complete: (code, position) => compilerAtWork(() => converter.complete(declarations, code, position)),
    inspect: (code, position) =>
      compilerAtWork(() => {
        const info = converter.inspect(declarations, code, position);
        if (!info || !compiler.readDocumentation(compiler.declarationsAt(position))) return info;
        return converter.inspect(declarations, code, position);
      }),
    declarations: (code, position) =>
      compilerAtWork(() => {
        converter.inspect(declarations, code, position);
        return compiler
          .declarationsAt(position)
          .flatMap((declaration) => describeDeclaration(ts, declaration));
      }),
  };
}
