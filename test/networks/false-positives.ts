import {
  type Atlas,
  labelMaps,
  labelPlaces,
  type NetworkOverlap,
  type OverlapNull,
  randomRotations,
  spinNull,
  spinVertices,
  surrogateNull,
} from "../../src/networks";
import { countOverlaps } from "../../src/networks/overlap";
import { type Matrix, random } from "../../src/tensor";
import { ballAtlas, smoothSphereMaps, smoothVolumeMaps, sphereAtlas } from "./smooth-maps";

/** How many of some tests without an effect came out with p ≤ 0.05, and the middle 95 % of what a rate of 5 % gives. */
export interface FalsePositives {
  n: number;
  nFalse: number;
  low: number;
  high: number;
}

const N_VERTICES = 642;
const N_FINE_VERTICES = 4000;
const N_BUMPS = 40;

/** Smooth random maps on the sphere, of three smoothnesses in turn, each tested against one network. */
export async function spinFalsePositives(nMaps: number, nRotations: number): Promise<FalsePositives> {
  const world = sphereAtlas(N_VERTICES);
  const spins = await spinVertices(world.spheres, randomRotations({ nRotations, seed: 1 }));
  const found = [4, 8, 16].map((sharpness, i) => {
    const maps = smoothSphereMaps(world, {
      nMaps: Math.ceil(nMaps / 3),
      nBumps: N_BUMPS,
      sharpness,
      seed: 20 + i,
    });
    return falsePositives(maps, world.atlas, spinNull(spins));
  });
  return together(await Promise.all(found));
}

/**
 * Smooth random maps on a finer mesh against a null that shuffles vertices as if they were independent: how many share more or less with
 * the network than 97.5 % of the draws.
 */
export async function shuffleFalsePositives(
  nMaps: number,
  nDraws: number,
): Promise<{ n: number; nFalse: number }> {
  const world = sphereAtlas(N_FINE_VERTICES);
  const maps = smoothSphereMaps(world, { nMaps, nBumps: N_BUMPS, sharpness: 4, seed: 21 });
  const tests = await independentTests(maps, world.atlas, shuffleNull(nDraws));
  return { n: tests.length, nFalse: tests.filter(({ p }) => p <= 0.025 || p > 0.975).length };
}

/** Smooth random maps in a volume, of three smoothnesses in turn, each tested against one network. */
export async function surrogateFalsePositives(nMaps: number, nDraws: number): Promise<FalsePositives> {
  const { atlas } = ballAtlas(8);
  const found: FalsePositives[] = [];
  for (const [i, sdMm] of [1.5, 3, 5].entries()) {
    const maps = smoothVolumeMaps(atlas, { nMaps: Math.ceil(nMaps / 3), sdMm, seed: 30 + i });
    found.push(await falsePositives(maps, atlas, surrogateNull({ nDraws, seed: 40 + i })));
  }
  return together(found);
}

async function falsePositives(maps: Matrix, atlas: Atlas, overlapNull: OverlapNull): Promise<FalsePositives> {
  const tests = await independentTests(maps, atlas, overlapNull);
  return { n: tests.length, nFalse: tests.filter(({ p }) => p <= 0.05).length, ...interval(tests.length) };
}

/** One network a map, in turn, so that tests are independent; the sign in turn as well. */
async function independentTests(
  maps: Matrix,
  atlas: Atlas,
  overlapNull: OverlapNull,
): Promise<NetworkOverlap[]> {
  const { overlaps } = await labelMaps(maps, atlas, { threshold: 1, nulls: [overlapNull], level: 0.05 });
  const nNetworks = atlas.table.length;
  return Array.from({ length: maps.shape[0] }, (_, map) => {
    const part = 2 * map + (Math.floor(map / nNetworks) % 2);
    return overlaps[part * nNetworks + (map % nNetworks)];
  }).filter(({ p }) => !Number.isNaN(p));
}

function together(parts: FalsePositives[]): FalsePositives {
  const sum = (key: "n" | "nFalse") => parts.reduce((total, part) => total + part[key], 0);
  return { n: sum("n"), nFalse: sum("nFalse"), ...interval(sum("n")) };
}

/** The 2.5 % and 97.5 % quantiles of a binomial count at a rate of 5 %. */
function interval(n: number): { low: number; high: number } {
  let probability = 0.95 ** n;
  let cumulative = 0;
  let low = -1;
  for (let k = 0; k <= n; k++) {
    cumulative += probability;
    if (low < 0 && cumulative > 0.025) low = k;
    if (cumulative >= 0.975) return { low, high: k };
    probability *= (((n - k) / (k + 1)) * 0.05) / 0.95;
  }
  return { low, high: n };
}

/** Networks shuffled over all positions: what is wrong with smooth maps. */
function shuffleNull(nDraws: number): OverlapNull {
  return {
    nDraws,
    covers: () => true,
    prepare({ parts, atlas }) {
      const draw = random(9);
      const places = labelPlaces(atlas);
      return (_, counts) => countOverlaps(parts, draw.shuffle(places), counts);
    },
  };
}
