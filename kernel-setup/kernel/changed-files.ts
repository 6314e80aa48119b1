/** Notices that source files changed, by looking at them before a cell runs: no watchers, nothing to miss or to leak. */
import { statSync } from "node:fs";

export interface ChangedFiles {
  /** Remembers the file's present state. */
  watch(file: string): void;
  forget(file: string): void;
  /** Files that differ from what was remembered (or are gone); their present state is remembered. */
  take(): string[];
}

export function createChangedFiles(): ChangedFiles {
  const versions = new Map<string, string>();

  function versionOf(file: string): string {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "gone";
  }

  return {
    watch: (file) => void versions.set(file, versionOf(file)),
    forget: (file) => void versions.delete(file),
    take() {
      const changed: string[] = [];
      for (const [file, version] of versions) {
        const now = versionOf(file);
        if (now === version) continue;
        versions.set(file, now);
        changed.push(file);
      }
      return changed;
    },
  };
}
