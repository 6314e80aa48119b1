import {
  type HalfMaps,
  type MeasureRow,
  type MirrorRow,
  measureTable,
  mirrorRows,
  type NeededEffectRow,
  neededEffects,
  type OppositePairRow,
  oppositePairMeasures,
  oppositePairTable,
  smoothMirrorNull,
  spatialCorrelations,
} from "../findings";
import { type Matrix, matrix, zeros } from "../tensor";
import type { Choices } from "./choices";
import { type StoryAtoms, signedLayers } from "./story-atoms";

/** Pairs of unrelated profiles that show how common a mirror index is. */
const N_MIRROR_DRAWS = 10_000;

/** Pairs of atoms with opposite maps, chosen in the first half of a story and tested in the second. */
export interface StoryOpposite {
  /** Over all subjects: whether the opposite maps of each come back in its other half. */
  table: MeasureRow[];
  needed: NeededEffectRow[];
  /** The pairs of the group one by one, and the layers of both atoms. */
  pairs: OppositePairRow[];
  layers: MirrorRow[];
}

/** Whether opposite maps come back in the other half of the story, with the layers of the pairs beside it. */
export function storyOpposite(
  atoms: StoryAtoms,
  halves: readonly HalfMaps[],
  choices: Choices,
): StoryOpposite {
  const { oppositeBelow: threshold, nBootstraps, nSignFlips, inferenceSeed: seed } = choices;
  const { courseCorrelation, mirror, profiles } = atoms;
  const options = { nBootstraps, nSignFlips, seed };
  const subjects = halves.map((half) => oppositePairMeasures(half, { threshold }));
  const pairs = oppositePairTable(halves, { threshold, courseCorrelation }, options);
  const smooth = smoothMirrorNull(signedLayers(profiles), { nDraws: N_MIRROR_DRAWS, seed });
  const spatial = spatialCorrelations(meanOf(halves.map(({ second }) => second.maps)));
  return {
    table: measureTable(subjects, options),
    needed: neededEffects(subjects, choices),
    pairs,
    layers: mirrorRows(pairs, { mirror, courseCorrelation, spatial }, smooth),
  };
}

/** The mean map over subjects. */
function meanOf(maps: readonly Matrix[]): Matrix<Float64Array> {
  const mean = zeros(maps[0].shape);
  for (const { data } of maps) data.forEach((value, at) => (mean.data[at] += value / maps.length));
  return matrix(mean.data, mean.shape);
}
