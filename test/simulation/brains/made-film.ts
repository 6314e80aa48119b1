import type { AttributeFilm } from "../../../src/simulation/brains/attribute-film";
import { ATTRIBUTES } from "../../../src/simulation/world/attributes";
import { random, zeros } from "../../../src/tensor";

/**
 * A film of attributes without pictures: each attribute keeps a value for 4 s and then draws another. Runs of 240 TRs, 20 s of rest, clips,
 * and the same validation clip of 60 s at the end of each.
 */
export function madeFilm(seed: number, nRuns = 4): AttributeFilm & { seed: number } {
  const nAttributes = ATTRIBUTES.length;
  const numbers = random(seed);
  const validation = scene(60);
  const runs = Array.from({ length: nRuns }, () => {
    const attributes = zeros([240, nAttributes]);
    attributes.data.set(scene(140), 20 * nAttributes);
    attributes.data.set(validation, 180 * nAttributes);
    return {
      nTrs: 240,
      clips: [
        { startSeconds: 20, endSeconds: 160, validation: false },
        { startSeconds: 180, endSeconds: 240, validation: true },
      ],
      attributes,
    };
  });
  return { seed, trSeconds: 1, runs };

  function scene(seconds: number): Float64Array {
    const values = new Float64Array(seconds * nAttributes);
    for (let t = 0; t < seconds; t++) {
      for (let a = 0; a < nAttributes; a++) {
        values[t * nAttributes + a] = t % 4 === 0 ? 1 + numbers.normal() : values[(t - 1) * nAttributes + a];
      }
    }
    return values;
  }
}
