import type { NeuronPlace } from "../atoms";
import { benjaminiHochberg } from "../inference";
import { type Random, random } from "../tensor";
import type { MemberLists } from "./member-similarity";

/** Which towers see pictures and which read captions; after fusion a tower is a stream, which has met the other. */
export interface Modalities {
  vision: readonly string[];
  text: readonly string[];
}

/** The modality of one atom (`modalityTable`); interval, `p` and `q` are of `index`, by heads, and NaN without members. */
export interface ModalityRow {
  atom: number;
  /** Share of the vision towers' neurons that are members, and of the text towers'. */
  m_vision: number;
  m_text: number;
  /** (m_vision − m_text) / (m_vision + m_text); NaN without members. */
  index: number;
  low: number;
  high: number;
  p: number;
  q: number;
  n_members: number;
}

/** Neurons and members of one head, heads being counted apart by tower, layer and kind of attention. */
interface HeadCount {
  neurons: number;
  members: number;
}

/**
 * The modality of every atom of a joint dictionary: 1 when its members are in the vision towers alone, −1 in the text towers, 0 when both
 * have the same share (towers differ in size, so numbers of members would mislead).
 *
 * Neurons of one head resemble each other, so heads are the units: `low`, `high` are a 95 % percentile bootstrap over the heads of each tower, and
 * `p`, two-sided, permutes which heads are the vision tower's; `q` by Benjamini and Hochberg over atoms. p tests whether an atom prefers a modality; that
 * it does not is no proof that it is shared: see the interval, and random weights. Throws for a modality without neurons.
 */
export function modalityTable(
  members: MemberLists,
  places: readonly NeuronPlace[],
  modalities: Modalities,
  { nDraws, seed }: { nDraws: number; seed: number },
): ModalityRow[] {
  const headOf = headsOf(places, modalities);
  const numbers = random(seed);
  const rows = members.map((list, atom) => {
    const { vision, text } = countMembers(headOf, list);
    const observed = indexOf(shareOf(vision), shareOf(text));
    const isEmpty = Number.isNaN(observed);
    const resampled = Float64Array.from({ length: isEmpty ? 0 : nDraws }, () =>
      indexOf(shareOf(resample(vision, numbers)), shareOf(resample(text, numbers))),
    )
      .filter((value) => !Number.isNaN(value))
      .sort();
    const all = [...vision, ...text];
    const permuted = Array.from({ length: isEmpty ? 0 : nDraws }, () => {
      const order = numbers.shuffle([...all]);
      return Math.abs(indexOf(shareOf(order.slice(0, vision.length)), shareOf(order.slice(vision.length))));
    });
    const nReached = permuted.filter((value) => value >= Math.abs(observed) - 1e-12).length;
    return {
      atom,
      m_vision: shareOf(vision),
      m_text: shareOf(text),
      index: observed,
      low: resampled[Math.floor(0.025 * resampled.length)] ?? Number.NaN,
      high: resampled[Math.ceil(0.975 * resampled.length) - 1] ?? Number.NaN,
      p: isEmpty ? Number.NaN : (1 + nReached) / (1 + nDraws),
      n_members: list.length,
    };
  });
  const q = benjaminiHochberg(rows.map(({ p }) => p));
  return rows.map((one, k) => ({ ...one, q: q[k] }));
}

/** The heads of each modality, and of each neuron its head (null where its tower is neither). */
function headsOf(places: readonly NeuronPlace[], modalities: Modalities) {
  const names = { vision: new Map<string, number>(), text: new Map<string, number>() };
  const ofNeuron = places.map(({ tower, kind, keysFrom, depth, head }) => {
    const side = (["vision", "text"] as const).find((one) => modalities[one].includes(tower));
    if (side === undefined) return null;
    const name = `${tower} ${kind} ${keysFrom} ${depth} ${head}`;
    if (!names[side].has(name)) names[side].set(name, names[side].size);
    return { side, head: names[side].get(name)! };
  });
  for (const side of ["vision", "text"] as const) {
    if (names[side].size > 0) continue;
    throw new Error(
      `modalityTable: missing neurons of ${side}: none in ${modalities[side].join(", ") || "no tower"}; expected some. Name towers of the joint dictionary: ${[...new Set(places.map(({ tower }) => tower))].join(", ")}.`,
    );
  }
  return { ofNeuron, nHeads: { vision: names.vision.size, text: names.text.size } };
}

function countMembers({ ofNeuron, nHeads }: ReturnType<typeof headsOf>, list: ArrayLike<number>) {
  const empty = (n: number) => Array.from({ length: n }, (): HeadCount => ({ neurons: 0, members: 0 }));
  const counts = { vision: empty(nHeads.vision), text: empty(nHeads.text) };
  for (const place of ofNeuron) if (place !== null) counts[place.side][place.head].neurons++;
  for (let i = 0; i < list.length; i++) {
    const place = ofNeuron[list[i]];
    if (place !== null) counts[place.side][place.head].members++;
  }
  return counts;
}

function shareOf(heads: readonly HeadCount[]): number {
  const sum = (key: keyof HeadCount) => heads.reduce((total, head) => total + head[key], 0);
  return sum("members") / sum("neurons");
}

function indexOf(vision: number, text: number): number {
  return (vision - text) / (vision + text);
}

function resample(heads: readonly HeadCount[], numbers: Random): HeadCount[] {
  return heads.map(() => heads[numbers.integer(heads.length)]);
}

/** What a dictionary looks like as a whole, to hold a model beside its controls. */
export interface ModalitySummary {
  condition: string;
  /** Mean |index|: 1 when every atom keeps to one modality. */
  mean_absolute_index: number;
  /** Share of atoms with |index| < 0.5: the weaker tower has at least a third of the stronger one's share of members. */
  share_both: number;
  n_atoms: number;
}

/** Summarises a table under the name of its condition ("trained", "random weights", "mismatched pairs" …); atoms without members are left out. */
export function modalitySummary(condition: string, rows: readonly ModalityRow[]): ModalitySummary {
  const indices = rows.map(({ index }) => Math.abs(index)).filter((value) => !Number.isNaN(value));
  return {
    condition,
    mean_absolute_index: indices.reduce((sum, value) => sum + value, 0) / indices.length,
    share_both: indices.filter((value) => value < 0.5).length / indices.length,
    n_atoms: indices.length,
  };
}
