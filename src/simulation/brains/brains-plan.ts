import { contentKey } from "../../store";
import type { AttributeFilm } from "./attribute-film";
import type { BrainLayout } from "./layout";
import { NOISE } from "./noise";
import { DRIVES, REGIONS } from "./planted-truth";
import { BOLD } from "./simulated-run";

/** Changes whenever the same plan would give other bytes. */
export const BRAINS_VERSION = 1;

/** What `simulateBrains` makes: subjects who saw a film, drawn from `brainSeed`, on the grayordinates of `layout`. */
export interface BrainsPlan {
  readonly film: AttributeFilm & { readonly seed: number };
  readonly layout: BrainLayout;
  readonly nSubjects: number;
  readonly brainSeed: number;
  /** What responses are multiplied by: 1 as planned, 0 for brains that do not see the film. */
  readonly gain: number;
}

/** The key of everything that a subject's bytes depend on: not how many subjects there are, so that more can join those that are there. */
export function brainsKey({ film, layout, brainSeed, gain }: Omit<BrainsPlan, "nSubjects">): string {
  const runs = film.runs.map(({ nTrs, clips, attributes }) => ({
    nTrs,
    attributes,
    clips: clips.map(({ startSeconds, endSeconds, validation }) => [startSeconds, endSeconds, validation]),
  }));
  const { models, regions } = layout;
  const planted = { REGIONS, DRIVES, NOISE, BOLD };
  return contentKey({ version: BRAINS_VERSION, planted, runs, models, regions, brainSeed, gain });
}
