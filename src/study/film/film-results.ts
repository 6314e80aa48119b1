import { once } from "../once";
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

/** How each finding is computed, in their order. */
function findingsOf(study: FilmStudy) {
  const prediction = once(() => filmPrediction(study));
  return {
    prediction,
    hierarchy: async () => filmHierarchy(study, await prediction()),
    maps: () =>
      study.inTurn(MAP_SETS, async (set) => {
        const maps = await filmMaps(study, set);
        return { maps, labels: await filmLabels(study, maps), removal: await filmRemoval(study, set) };
      }),
    connectivity: () => study.inTurn(CONNECTIVITY_SETS, (set) => filmConnectivity(study, set)),
    heads: () => study.inTurn(HEAD_SETS, (set) => filmHeads(study, set)),
    architecture: () => filmArchitecture(study),
  };
}

type Findings = ReturnType<typeof findingsOf>;

/** A finding by its name: *maps* stands for redundancy and polarity, with the networks of atoms and their removal. */
export type FilmFinding = keyof Findings;

/**
 * Reads the subjects, and computes whatever of some findings is not kept yet, one after the other; the last of them first if the study
 * goes backwards.
 */
export async function computeFindings<Name extends FilmFinding>(
  study: FilmStudy,
  names: readonly Name[] | "all",
): Promise<{ [N in Name]: Awaited<ReturnType<Findings[N]>> }> {
  const findings = findingsOf(study);
  const asked = names === "all" ? (Object.keys(findings) as Name[]) : names;
  await study.subjects();
  // Prediction rests on all sets, which two processes can share.
  if ((asked as readonly FilmFinding[]).includes("prediction")) await study.designMatrix();
  const found = await study.inTurn(asked, async (name) => [name, await findings[name]()] as const);
  return Object.fromEntries(found) as { [N in Name]: Awaited<ReturnType<Findings[N]>> };
}

/** The same for all findings, and what a study writes of them. */
export async function filmResults(study: FilmStudy): Promise<FilmResults> {
  const { maps, heads, ...others } = await computeFindings(study, "all");
  return {
    ...others,
    maps: maps.map((one) => one.maps),
    removal: maps.map((one) => one.removal),
    labels: maps.flatMap((one) => one.labels),
    heads: heads.flat(),
  };
}
