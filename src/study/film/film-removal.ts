import {
  atomWorth,
  type MeasureRow,
  matchRedundantAtoms,
  measureTable,
  type RemovalCurves,
  redundantLoss,
  removalCurves,
  removalMeasures,
} from "../../findings";
import { encodingData, filmRidge, filmStatistics } from "./film-encoding";
import { modelSide } from "./film-maps";
import type { FilmStudy } from "./open-film-study";

const VERSION = "film removal 1";
/** Random orders of removal, each taken backwards as well. */
const N_ORDERS = 10;
/** Atoms with a neighbour of at least this |r| of courses are redundant, those below the other are unique. */
const REDUNDANT_FROM = 0.5;
const UNIQUE_TO = 0.3;

/** What losing atoms costs: fault tolerance. */
export interface FilmRemoval {
  set: string;
  curves: RemovalCurves[];
  table: MeasureRow[];
}

/** How prediction falls as the atoms of a set go: redundant first, unique first, at random; and one by one, matched in what they predict alone. */
export async function filmRemoval(study: FilmStudy, name: string): Promise<FilmRemoval> {
  const { choices, means, units } = study;
  const { atoms, courseCorrelation } = await modelSide(study, name);
  const similarity = { ...courseCorrelation, data: courseCorrelation.data.map(Math.abs) };
  const ridge = filmRidge(choices);
  const nAtoms = atoms.live.length;
  const nKept = [1, 0.75, 0.5, 0.25, 0.125].map((share) => Math.max(1, Math.round(share * nAtoms)));
  const { alphas, inferenceSeed: seed, nBootstraps, nSignFlips } = choices;
  const voxels = Int32Array.from({ length: units.nUnits }, (_, v) => v);
  const subjects = await study.subjects();
  const measured: { curves: RemovalCurves; worth: Awaited<ReturnType<typeof atomWorth>> }[] = [];
  for (const [s, subject] of subjects.entries()) {
    const parts = {
      version: VERSION,
      features: atoms.features,
      units: subject.units,
      alphas,
      seed,
      nKept,
      N_ORDERS,
    };
    measured.push(
      await means.store.product("film-removal", parts, async () => {
        const statistics = await filmStatistics(encodingData(atoms.features, subject.units), means.signal);
        const removal = { similarity, nKept, voxels, nOrders: N_ORDERS, seed };
        const curves = await removalCurves(statistics, ridge, removal, { signal: means.signal });
        means.onProgress?.(s + 1, subjects.length, `${name}: atoms taken away`);
        return { curves, worth: await atomWorth(statistics, ridge, voxels) };
      }),
    );
  }
  const worths = measured.map(({ worth }) => worth);
  const matches = matchRedundantAtoms(similarity, worths, {
    redundantFrom: REDUNDANT_FROM,
    uniqueTo: UNIQUE_TO,
  });
  const options = { nBootstraps, nSignFlips, seed };
  const losses = worths.map((worth) => redundantLoss(worth, matches, { nDraws: 1000, seed }));
  return {
    set: name,
    curves: measured.map(({ curves }) => curves),
    table: [
      ...measureTable(
        measured.map(({ curves }) => removalMeasures(curves)),
        options,
      ),
      ...measureTable(losses, options),
    ],
  };
}
