import { join } from "node:path";
import { dataFolders, locateAlice, locateMiniLm } from "../../src/study";

const folders = [...dataFolders(), join(__dirname, "..", "..", "..", "shared")];

/** Where tests look for the Alice data and MiniLM, and why tests that need them are skipped where they are not. */
export const aliceFolders: { folders: string[]; skip: string | false } = { folders, skip: whatIsMissing() };

function whatIsMissing(): string | false {
  try {
    locateAlice(folders);
    locateMiniLm(folders);
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}
