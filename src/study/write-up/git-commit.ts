import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";

/** Which version of the code a checkout holds. */
export interface GitCommit {
  commit: string;
  /** Whether tracked files differ from it, or new ones are not ignored. */
  isDirty: boolean;
}

/** The commit checked out in `folder`; null where it is no checkout of its own, or git is not installed. Git is started without a shell. */
export function gitCommit(folder: string): GitCommit | null {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    // A folder inside somebody else's checkout is not that checkout.
    const top = git("rev-parse", "--show-toplevel").replace(/\n$/, "");
    if (realpathSync(top) !== realpathSync(folder)) return null;
    const commit = git("rev-parse", "HEAD").trim();
    return { commit, isDirty: git("status", "--porcelain").trim() !== "" };
  } catch {
    return null;
  }
}
