import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { type Source, sources } from "./sources";

const DEFAULT_FOLDER = resolve(__dirname, "..", "..", "data", "downloads");

/**
 * The folders in which data and models are looked for, in order: those of the environment variable BRAINLENS_DATA
 * (separated like PATH), or `data/downloads` of this checkout. The first one is where data are fetched to.
 */
export function dataFolders(): string[] {
  const listed = (process.env.BRAINLENS_DATA ?? "").split(delimiter).filter((folder) => folder !== "");
  return listed.length > 0 ? listed.map((folder) => resolve(folder)) : [DEFAULT_FOLDER];
}

/**
 * The folder of the Alice data set, which holds `data` and `stimulus`: the first FOLDER/alice or FOLDER/data/alice of `folders`.
 * Throws with every place looked at and the command that fetches it.
 */
export function locateAlice(folders: readonly string[] = dataFolders()): string {
  return locate("locateAlice", sources.alice, folders, { parent: "data", holds: join("data", "10mm") });
}

/** The folder of the MiniLM model: the first FOLDER/all-MiniLM-L6-v2 or FOLDER/models/all-MiniLM-L6-v2 with an ONNX file. */
export function locateMiniLm(folders: readonly string[] = dataFolders()): string {
  return locate("locateMiniLm", sources.minilm, folders, {
    parent: "models",
    holds: join("onnx", "model.onnx"),
  });
}

function locate(
  where: string,
  source: Source,
  folders: readonly string[],
  { parent, holds }: { parent: string; holds: string },
): string {
  const places = folders.flatMap((folder) => [
    join(folder, source.folder),
    join(folder, parent, source.folder),
  ]);
  const found = places.find((place) => existsSync(join(place, holds)));
  if (found !== undefined) return found;
  throw new Error(
    `${where}: missing ${source.name}: no ${holds} in ${places.join(", ")}; expected it in one of them. Fetch it with "npm run data -- ${source.name}", or set BRAINLENS_DATA to the folder that holds ${source.folder}.`,
  );
}
