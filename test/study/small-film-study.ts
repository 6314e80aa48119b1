import { closeBrowser } from "../../src/figures";
import { demoChoices, filmChoices, runFilmStudy } from "../../src/study";

/** The smallest study of a film that has everything: a process of its own, so that it can be killed. Arguments: store, results, "resume" or nothing. */
const [cacheFolder, out, how] = process.argv.slice(2);

runFilmStudy({
  demo: { ...demoChoices, nSubjects: 2, grayordinates: { nPerRegion: 30, seed: 1 } },
  choices: {
    ...filmChoices,
    ...{ nAtoms: 4, nLayerAtoms: 2, alphas: { from: 1, to: 5, nAlphas: 3 }, twinSeeds: [1] },
    ...{ nShifts: 3, nPhaseDraws: 3, nUniqueShifts: 3, nSpins: 3, nHierarchySpins: 3, nMemberShuffles: 1 },
    ...{ nSignFlips: 20, nBootstraps: 20 },
  },
  cacheFolder,
  out,
  resume: how === "resume",
  onMessage: (message) => console.log(message),
  onProgress: () => {},
}).finally(closeBrowser);
