import type { Study } from "./open-study";
import type { StoryTable } from "./story-captions";
import type { MapSource } from "./story-findings";

const SOURCES: readonly MapSource[] = ["model", "beyond baseline", "random weights"];

/** The tables of the findings that rest on atoms and their maps, by name; where a control stands beside the model, `source` names the rows of each. */
export async function findingTables(study: Study): Promise<Partial<Record<StoryTable, object[]>>> {
  const each = async <T extends object>(rowsOf: (source: MapSource) => Promise<T[]>) => {
    const rows: ({ source: MapSource } & T)[] = [];
    for (const source of SOURCES) rows.push(...(await rowsOf(source)).map((row) => ({ source, ...row })));
    return rows;
  };
  const { live } = await study.atoms();
  const { ofAtoms } = await study.stability();
  const { atoms } = await study.redundancy();
  const { table: removal } = await study.removal();
  const opposite = await study.opposite();
  return {
    sweep: await study.atomSweep(),
    atoms: atoms.map((row, k) => ({ ...row, stability: ofAtoms[0][live[k]] })),
    redundancy: await each(async (source) => (await study.redundancy(source)).brain),
    "redundancy-model": await each(async (source) => (await study.redundancy(source)).model),
    removal,
    connectivity: await each(async (source) => (await study.connectivity(source)).table),
    polarity: await each(async (source) => (await study.polarity(source)).regions),
    mirror: await each(async (source) => (await study.polarity(source)).mirror),
    "opposite-maps": opposite.table,
    "opposite-pairs": opposite.pairs.map((row, i) => ({ ...row, ...opposite.layers[i] })),
  };
}
