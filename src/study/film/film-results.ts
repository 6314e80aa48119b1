import { type FilmArchitecture, filmArchitecture } from "./film-architecture";
import { type FilmConnectivity, filmConnectivity } from "./film-connectivity";
import { type FilmHeadRow, filmHeads } from "./film-heads";
import { type FilmHierarchy, filmHierarchy } from "./film-hierarchy";
import { type AtomNetworkRow, filmLabels } from "./film-labels";
import { type FilmMaps, filmMaps } from "./film-maps";
import { type FilmPrediction, filmPrediction } from "./film-prediction";
import { type FilmRemoval, filmRemoval } from "./film-removal";
import type { FilmStudy } from "./open-film-study";

/** Sets whose maps are examined for redundancy and polarity: all neurons of each vision-language model's branches, and of its fusion. */
export const MAP_SETS = ["small CLIP, both", "small METER, fusion"];

/** Sets whose predictions are held against BOLD in how networks belong together. */
export const CONNECTIVITY_SETS = MAP_SETS.flatMap((set) => [set, `${set}, random weights 1`]);

/** Sets whose heads are fitted one by one. */
export const HEAD_SETS = ["small CLIP, vision", "small CLIP, text", "small METER, fusion"];

/** All findings of a film's study. */
export interface FilmResults {
  prediction: FilmPrediction;
  hierarchy: FilmHierarchy;
  /** One for each of `MAP_SETS`. */
  maps: FilmMaps[];
  removal: FilmRemoval[];
  /** Networks of the atoms of these sets. */
  labels: AtomNetworkRow[];
  connectivity: FilmConnectivity[];
  /** What single heads predict, of `HEAD_SETS`. */
  heads: FilmHeadRow[];
  architecture: FilmArchitecture;
}

/** Computes whatever of the findings is not kept yet, one after the other. */
export async function filmResults(study: FilmStudy): Promise<FilmResults> {
  const prediction = await filmPrediction(study);
  const hierarchy = await filmHierarchy(study, prediction);
  const maps: FilmMaps[] = [];
  const removal: FilmRemoval[] = [];
  const labels: AtomNetworkRow[] = [];
  const connectivity: FilmConnectivity[] = [];
  for (const set of MAP_SETS) {
    const found = await filmMaps(study, set);
    maps.push(found);
    labels.push(...(await filmLabels(study, found)));
    removal.push(await filmRemoval(study, set));
  }
  for (const set of CONNECTIVITY_SETS) connectivity.push(await filmConnectivity(study, set));
  const heads: FilmHeadRow[] = [];
  for (const set of HEAD_SETS) heads.push(...(await filmHeads(study, set)));
  const architecture = await filmArchitecture(study);
  return { prediction, hierarchy, maps, removal, labels, connectivity, heads, architecture };
}
