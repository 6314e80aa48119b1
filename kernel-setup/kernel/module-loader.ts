/**
 * Loads what cells import, and keeps it live: when a source file was edited, it and every module that imports it, however
 * indirectly, are loaded anew at their next use. Names imported by earlier cells follow.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { inspect } from "node:util";
import { createChangedFiles } from "./changed-files";
import { checkoutDir, isLiveSource, notebookDir } from "./places";

export interface ModuleLoader {
  require: (id: string) => unknown;
  /** Forgets the modules whose sources changed since the last call. */
  refresh(): void;
}

type Exports = Record<PropertyKey, unknown>;

/** @param report is told, in one line, what was loaded anew, when it is. */
export function createModuleLoader(report: (line: string) => void): ModuleLoader {
  const fromNotebook = createRequire(path.join(notebookDir, "__cell__.ts"));
  const fromCheckout = createRequire(path.join(checkoutDir, "__cell__.ts"));
  const changedFiles = createChangedFiles();
  const proxies = new Map<string, Exports>();
  const stale = new Map<string, string>();

  function resolve(id: string): string {
    try {
      return fromNotebook.resolve(id);
    } catch (error) {
      if (id.startsWith(".") || path.isAbsolute(id)) throw error;
      return fromCheckout.resolve(id);
    }
  }

  function load(file: string): Exports {
    const cached = fromCheckout.cache[file];
    if (cached?.loaded) return cached.exports;
    const exports = fromCheckout(file);
    for (const loaded of Object.keys(fromCheckout.cache))
      if (isLiveSource(loaded)) changedFiles.watch(loaded);
    const reason = stale.get(file);
    if (reason !== undefined) {
      stale.clear();
      report(reason);
    }
    return exports;
  }

  /** Stands for a module's exports and looks each up in the module as it is now. */
  function live(file: string): Exports {
    let proxy = proxies.get(file);
    if (proxy) return proxy;
    const target = { [inspect.custom]: () => ({ ...load(file) }) };
    proxy = new Proxy<Exports>(target, {
      get: (_, name) => load(file)[name],
      has: (_, name) => name in load(file),
      ownKeys: () => Reflect.ownKeys(load(file)),
      getOwnPropertyDescriptor(_, name) {
        const descriptor = Reflect.getOwnPropertyDescriptor(load(file), name);
        return descriptor && { ...descriptor, configurable: true };
      },
    });
    proxies.set(file, proxy);
    return proxy;
  }

  return {
    require(id) {
      if (id === "tslab") return createRequire(require.resolve("tslab/package.json"))("tslab");
      const file = resolve(id);
      if (!isLiveSource(file)) return fromCheckout(file);
      const exports = load(file);
      const isNamespace = typeof exports === "object" && exports !== null && !file.endsWith(".json");
      return isNamespace ? live(file) : exports;
    },
    refresh() {
      forgetHalfLoaded(fromCheckout.cache);
      const changed = changedFiles.take().filter((file) => fromCheckout.cache[file]);
      if (changed.length === 0) return;
      const forgotten = withImporters(changed, fromCheckout.cache);
      for (const file of forgotten) {
        delete fromCheckout.cache[file];
        changedFiles.forget(file);
      }
      const line = describe(changed, forgotten.size - changed.length);
      for (const file of forgotten) stale.set(file, line);
    },
  };
}

/** A module whose own code was interrupted, and those that were loading it, would be taken for whole. */
function forgetHalfLoaded(cache: NodeJS.Dict<NodeJS.Module>) {
  for (const [file, module] of Object.entries(cache)) {
    if (module && !module.loaded) delete cache[file];
  }
}

/** The files and all that import them, directly or through others. */
function withImporters(files: string[], cache: NodeJS.Dict<NodeJS.Module>): Set<string> {
  const found = new Set(files);
  let grew = true;
  while (grew) {
    grew = false;
    for (const [file, module] of Object.entries(cache)) {
      if (!module || found.has(file) || !isLiveSource(file)) continue;
      if (!module.children.some((child) => found.has(child.filename))) continue;
      found.add(file);
      grew = true;
    }
  }
  return found;
}

function describe(changed: string[], nImporters: number): string {
  const names = changed.map((file) => path.relative(checkoutDir, file)).join(", ");
  const rest =
    nImporters === 0
      ? ""
      : ` and ${nImporters} ${nImporters === 1 ? "module that imports" : "modules that import"} it`;
  return `reloaded ${names}${rest}`;
}
