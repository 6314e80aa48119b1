import { type FilmArchitecture, filmArchitecture } from "./film-architecture";
import { type FilmHierarchy, filmHierarchy } from "./film-hierarchy";
import { type FilmMaps, filmMaps } from "./film-maps";
import { type FilmPrediction, filmPrediction } from "./film-prediction";
import { type FilmRemoval, filmRemoval } from "./film-removal";
import type { FilmStudy } from "./open-film-study";

/** Sets whose maps are examined for redundancy and polarity: all neurons of each vision-language model's branches, and of its fusion. */
export const MAP_SETS = ["small CLIP, both", "small METER, fusion"];

/** All findings of a film's study. */
export interface FilmResults {
  prediction: FilmPrediction;
  hierarchy: FilmHierarchy;
  /** One for each of `MAP_SETS`. */
  maps: FilmMaps[];
  removal: FilmRemoval[];
  architecture: FilmArchitecture;
}

/** Computes whatever of the findings is not kept yet, one after the other. */
export async function filmResults(study: FilmStudy): Promise<FilmResults> {
  const prediction = await filmPrediction(study);
  const hierarchy = await filmHierarchy(study, prediction);
  const maps: FilmMaps[] = [];
  const removal: FilmRemoval[] = [];
  for (const set of MAP_SETS) {
    maps.push(await filmMaps(study, set));
    removal.push(await filmRemoval(study, set));
  }
  return { prediction, hierarchy, maps, removal, architecture: await filmArchitecture(study) };
}
