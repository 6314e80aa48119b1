import { accessSync, constants } from "node:fs";
import { posix, win32 } from "node:path";

const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];
const MAC_APPS = ["Google Chrome", "Chromium", "Microsoft Edge"];
const WINDOWS_PROGRAMS = [
  "Google\\Chrome\\Application\\chrome.exe",
  "Chromium\\Application\\chrome.exe",
  "Microsoft\\Edge\\Application\\msedge.exe",
];

type Environment = Record<string, string | undefined>;

function candidates(env: Environment, platform: NodeJS.Platform): string[] {
  if (platform === "win32") {
    const roots = [env.ProgramFiles, env["ProgramFiles(x86)"], env.LOCALAPPDATA].filter(
      (root) => root !== undefined,
    );
    return WINDOWS_PROGRAMS.flatMap((program) => roots.map((root) => win32.join(root, program)));
  }
  const folders = (env.PATH ?? "").split(posix.delimiter).filter((folder) => folder !== "");
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => posix.join(folder, command)));
  if (platform !== "darwin") return onPath;
  const roots = ["/Applications", ...(env.HOME ? [posix.join(env.HOME, "Applications")] : [])];
  const apps = MAC_APPS.flatMap((app) => roots.map((root) => `${root}/${app}.app/Contents/MacOS/${app}`));
  return [...apps, ...onPath];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The path of the system's Chromium, Chrome or Edge: the file that BRAINLENS_BROWSER names, else the first found on the
 * PATH or in the platform's usual place. Throws when BRAINLENS_BROWSER names no program, and when nothing is found.
 */
export function findBrowser(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = env.BRAINLENS_BROWSER;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(
      `findBrowser: invalid BRAINLENS_BROWSER: ${named}; expected the path of a Chromium, Chrome or Edge program. Correct or unset it.`,
    );
  }
  const found = candidates(env, platform).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    "findBrowser: missing browser: none found; expected Chromium, Chrome or Edge. Install one (Debian, Ubuntu: apt-get install chromium) or name its program in BRAINLENS_BROWSER.",
  );
}
