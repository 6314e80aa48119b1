/** Makes brains in the folder of the first argument: a process that a test can kill. */
import { simulateBrains } from "../../../src/simulation";
import { madeFilm } from "./made-film";
import { smallLayout } from "./small-brains";

smallLayout(300).then((layout) =>
  simulateBrains(process.argv[2], { film: madeFilm(3), layout, nSubjects: 2, brainSeed: 5, gain: 1 }),
);
