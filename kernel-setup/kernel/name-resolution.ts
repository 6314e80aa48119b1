/** What the imports of cells and modules mean to TypeScript. */
import { isBuiltin } from "node:module";
import path from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { checkoutDir, isLiveSource } from "./places";

type Ts = typeof TypeScript;
type Host = TypeScript.WatchCompilerHostOfFilesAndCompilerOptions<TypeScript.BuilderProgram>;

/**
 * Remembers what imports resolve to. Only a name that was not found is looked up again, and only for the reader's own
 * files: the next cell may import a file that did not exist before. A cell of a notebook outside the checkout finds the
 * checkout's packages too.
 */
export function resolveNamesIn(ts: Ts, host: Host, sys: TypeScript.System) {
  const known = new Map<string, TypeScript.ResolvedModuleWithFailedLookupLocations>();
  const incomplete = new Set<string>();
  const fallback = path.join(checkoutDir, "__fallback__.ts");
  host.resolveModuleNameLiterals = (names, containingFile, redirected, options) => {
    const isLive = isLiveSource(path.normalize(containingFile));
    incomplete.delete(containingFile);
    const resolve = (name: string, from: string) =>
      ts.resolveModuleName(name, from, options, sys, undefined, redirected);
    return names.map(({ text }) => {
      // Declared by @types/node itself; looking for files of that name would take a good part of the start.
      if (isBuiltin(text)) return { resolvedModule: undefined };
      const key = `${path.dirname(containingFile)}\n${text}`;
      const remembered = known.get(key);
      if (remembered) return remembered;
      let found = resolve(text, containingFile);
      if (!found.resolvedModule && isLive && !text.startsWith(".")) found = resolve(text, fallback);
      if (found.resolvedModule || !isLive) known.set(key, found);
      else incomplete.add(containingFile);
      return found;
    });
  };
  host.hasInvalidatedResolutions = (file) => incomplete.has(file);
}
