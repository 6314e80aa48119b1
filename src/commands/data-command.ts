import type { Command } from "commander";
import { dataFolders, fetchSource, sources } from "../study";
import type { CommandMeans } from "./command-means";

export function addDataCommand(program: Command, means: CommandMeans): void {
  program
    .command("data")
    .description("fetch a data set or model from its public home, or check the files that are there")
    .argument("<name>", `one of: ${Object.keys(sources).join(", ")}`)
    .action(async (name: string) => {
      if (!Object.hasOwn(sources, name)) {
        throw new Error(
          `data: unknown source: "${name}"; expected one of ${Object.keys(sources).join(", ")}. Choose one of them.`,
        );
      }
      const source = sources[name];
      const [into] = dataFolders();
      const { folder, nFetched, nPresent } = await fetchSource(source, { folder: into, ...means });
      means.onMessage(
        `${source.title}: ${nFetched} files fetched, ${nPresent} already there and unchanged, in ${folder}`,
      );
      means.onMessage(`licence: ${source.licence}\nplease cite: ${source.citation}`);
    });
}
