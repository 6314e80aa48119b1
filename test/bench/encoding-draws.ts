import { type BandDraws, drawBands } from "../../src/encoding";
import { N_DRAWS } from "./encoding-cases";

/** The weightings that both programs try. */
export function drawsOf(): BandDraws {
  return drawBands({ nSpaces: 2, nDraws: N_DRAWS, concentrations: [0.1, 1], seed: 3 });
}
