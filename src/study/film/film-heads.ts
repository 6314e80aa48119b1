import { networkCorrelation, voxelsByNetwork } from "../../findings";
import { fisherMean } from "../../inference";
import { type Matrix, row, selectColumns } from "../../tensor";
import { filmFeatures } from "./film-courses";
import { type FilmDesignMatrix, filmRidge, filmStatistics, scoreSets } from "./film-encoding";
import { jointUnits, ofSubject } from "./joint-units";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film heads 2";

/** What the neurons of one head predict by themselves. */
export interface FilmHeadRow {
  set: string;
  tower: string;
  /** "cross" where the head looks at the other stream. */
  kind: string;
  /** As people count, the first layer above the embeddings being 1. */
  depth: number;
  head: number;
  network: string;
  /** Held-out r: Fisher mean over the network's units, then over subjects. */
  r: number;
  n_subjects: number;
}

/** Where the predictive neurons of a set sit: for each head, the held-out r of its neurons alone, network by network. Kept in the store. */
export async function filmHeads(study: FilmStudy, name: string): Promise<FilmHeadRow[]> {
  const { choices, means, units, design } = study;
  const { courses, neurons } = await study.atoms(name);
  const heads = new Map<string, number[]>();
  neurons.forEach(({ tower, kind, depth, head }, column) => {
    const key = JSON.stringify({ tower, kind, depth, head: head + 1 });
    heads.set(key, [...(heads.get(key) ?? []), column]);
  });
  const all: FilmDesignMatrix = {
    features: filmFeatures(courses.courses, design, choices),
    columns: [...heads.values()],
  };
  const networks = voxelsByNetwork(units.labels);
  const subjects = await study.subjects();
  const joint = jointUnits(subjects);
  const { features, columns } = all;
  const parts = { version: VERSION, features, columns, units: joint, alphas: choices.alphas };
  const { r } = await means.store.product("film-heads", parts, async () => {
    const scores: Matrix<Float64Array>[] = [];
    // One head after the other: joint statistics of all neurons would be far larger than what the heads need.
    for (const own of columns) {
      const X = features.map((one) => selectColumns(one, own));
      const statistics = await filmStatistics(study.unitData({ units: joint }, X), means.signal);
      const every = own.map((_, k) => k);
      scores.push((await scoreSets(statistics, [every], filmRidge(choices), means)).r);
      means.onProgress?.(scores.length, columns.length, `${name}: heads by themselves`);
    }
    return { r: scores };
  });
  const bySubject = subjects.map((_, s) =>
    r.map((one) => {
      const own = row(ofSubject(one, s, units.nUnits), 0);
      return networks.map((voxels) => networkCorrelation(own, voxels));
    }),
  );
  return [...heads.keys()].flatMap((key, h) =>
    units.labels.names.map((network, g) => ({
      set: name,
      ...(JSON.parse(key) as Pick<FilmHeadRow, "tower" | "kind" | "depth" | "head">),
      network,
      r: fisherMean(bySubject.map((one) => one[h][g])),
      n_subjects: bySubject.length,
    })),
  );
}
