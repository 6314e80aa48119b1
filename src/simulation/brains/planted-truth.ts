import { ATTRIBUTES, type AttributeName, type Level } from "../world/attributes";

/** A part of a network that answers to the film as one. */
export interface Region {
  readonly name: string;
  /** As Cole and Anticevic's atlas names it; cortex only. */
  readonly network: string;
  /** Which part: behind or before y = −10 mm on the midthickness surface (temporal and parietal, or frontal and temporopolar). */
  readonly part: "all" | "posterior" | "anterior";
  /** Mean over its grayordinates of the planted ceiling of r within clips. */
  readonly ceiling: number;
}

/** What drives a region: one attribute of the film, or each attribute of a level by itself. */
export interface Drive {
  readonly region: string;
  readonly by: Level | AttributeName;
  /** Positive: the region is more active where the attribute is larger. Its size is relative to the region's other drives. */
  readonly strength: number;
}

/** Regions with a response. All other cortex, and everything below it, has none. */
export const REGIONS = [
  { name: "early visual", network: "Visual1", part: "all", ceiling: 0.55 },
  { name: "higher visual", network: "Visual2", part: "all", ceiling: 0.55 },
  { name: "auditory", network: "Auditory", part: "all", ceiling: 0.52 },
  { name: "posterior language", network: "Language", part: "posterior", ceiling: 0.52 },
  { name: "anterior language", network: "Language", part: "anterior", ceiling: 0.52 },
  { name: "dorsal attention", network: "Dorsal-attention", part: "all", ceiling: 0.42 },
  { name: "default mode", network: "Default", part: "all", ceiling: 0.42 },
  { name: "ventral multimodal", network: "Ventral-Multimodal", part: "all", ceiling: 0.45 },
  { name: "posterior multimodal", network: "Posterior-Multimodal", part: "all", ceiling: 0.45 },
] as const satisfies readonly Region[];

/** In place of a region's place in `REGIONS`, where nothing is planted. */
export const NO_REGION = 255;

/**
 * The truth that is planted, line by line. Picture alone drives the visual regions, words alone auditory cortex and language. Dorsal
 * attention and the default mode are of opposite polarity. People, animals and food, seen and named, are redundant: each drives two regions
 * at least. The ventral multimodal network needs picture and words side by side, the posterior one the two bound together.
 */
export const DRIVES: readonly Drive[] = [
  { region: "early visual", by: "low vision", strength: 1 },
  { region: "higher visual", by: "high vision", strength: 1 },
  { region: "auditory", by: "language form", strength: 1 },
  { region: "posterior language", by: "language form", strength: 1 },
  { region: "anterior language", by: "language meaning", strength: 1 },
  { region: "dorsal attention", by: "attention", strength: 1 },
  { region: "dorsal attention", by: "default mode", strength: -0.7 },
  { region: "default mode", by: "default mode", strength: 1 },
  { region: "default mode", by: "attention", strength: -0.7 },
  { region: "default mode", by: "people named", strength: 0.5 },
  { region: "ventral multimodal", by: "people seen", strength: 1 },
  { region: "ventral multimodal", by: "animals seen", strength: 1 },
  { region: "ventral multimodal", by: "food seen", strength: 1 },
  { region: "ventral multimodal", by: "people named", strength: 1 },
  { region: "ventral multimodal", by: "animals named", strength: 1 },
  { region: "ventral multimodal", by: "food named", strength: 1 },
  { region: "posterior multimodal", by: "binding", strength: 1 },
];

/** One attribute's effect on a region. */
export interface Driver {
  /** Column of the film's attributes. */
  readonly attribute: number;
  readonly strength: number;
}

/** The drivers of each of `REGIONS`, levels written out as their attributes. */
export function regionDrivers(): Driver[][] {
  return REGIONS.map(({ name }) =>
    DRIVES.filter(({ region }) => region === name).flatMap(({ by, strength }) =>
      ATTRIBUTES.flatMap((attribute, column) =>
        attribute.level === by || attribute.name === by ? [{ attribute: column, strength }] : [],
      ),
    ),
  );
}

/** `DRIVES` attribute by attribute, as the ledger and its readers want it. */
export function plantedEffects(): { network: string; region: string; attribute: string; sign: 1 | -1 }[] {
  return regionDrivers().flatMap((drivers, r) =>
    drivers.map(({ attribute, strength }) => ({
      network: REGIONS[r].network,
      region: REGIONS[r].name,
      attribute: ATTRIBUTES[attribute].name,
      sign: strength > 0 ? 1 : -1,
    })),
  );
}
