import type { NeuronPlace } from "../atoms";
import { type Matrix, type Random, zeros } from "../tensor";

/** The neurons of each atom (`atomMembers`). */
export type MemberLists = readonly ArrayLike<number>[];

/** Jaccard's index |A ∩ B| / |A ∪ B| of the member sets of every two atoms, [nAtoms × nAtoms]; 0 where both are empty. */
export function memberJaccard(members: MemberLists): Matrix<Float64Array> {
  const sets = members.map((list) => new Set(Array.from(list)));
  const nAtoms = sets.length;
  const out = zeros([nAtoms, nAtoms]);
  for (let k = 0; k < nAtoms; k++) {
    for (let m = k; m < nAtoms; m++) {
      let both = 0;
      for (const neuron of sets[k]) if (sets[m].has(neuron)) both++;
      const union = sets[k].size + sets[m].size - both;
      out.data[k * nAtoms + m] = union === 0 ? 0 : both / union;
      out.data[m * nAtoms + k] = out.data[k * nAtoms + m];
    }
  }
  return out;
}

/** Of how many atoms each neuron is a member, [nNeurons]. */
export function atomsPerNeuron(members: MemberLists, nNeurons: number): Int32Array {
  const counts = new Int32Array(nNeurons);
  for (const list of members) for (let i = 0; i < list.length; i++) counts[list[i]]++;
  return counts;
}

/**
 * Over how many layers each atom is spread, [nAtoms]: exp of the entropy of its members over the layers of all towers, 1 when they are in
 * one layer, the number of layers when they are even. NaN for an atom without members.
 */
export function layerSpread(members: MemberLists, places: readonly NeuronPlace[]): Float64Array {
  return Float64Array.from(members, (list) => {
    const counts = new Map<string, number>();
    for (let i = 0; i < list.length; i++) {
      const layer = layerOf(places[list[i]]);
      counts.set(layer, (counts.get(layer) ?? 0) + 1);
    }
    let entropy = list.length === 0 ? Number.NaN : 0;
    for (const count of counts.values()) entropy -= (count / list.length) * Math.log(count / list.length);
    return Math.exp(entropy);
  });
}

function layerOf({ tower, kind, keysFrom, depth }: NeuronPlace): string {
  return `${tower} ${kind} ${keysFrom} ${depth}`;
}

/** Member sets drawn anew within each head, atom by atom: every atom keeps how many neurons it has in every head. */
export function permuteWithinHeads(
  members: MemberLists,
  places: readonly NeuronPlace[],
  numbers: Random,
): Int32Array[] {
  const heads = new Map<string, number[]>();
  const headOf = places.map((place) => `${layerOf(place)} ${place.head}`);
  headOf.forEach((head, j) => heads.set(head, [...(heads.get(head) ?? []), j]));
  return members.map((list) => {
    const counts = new Map<string, number>();
    for (let i = 0; i < list.length; i++) {
      counts.set(headOf[list[i]], (counts.get(headOf[list[i]]) ?? 0) + 1);
    }
    const drawn = [...counts].flatMap(([head, count]) =>
      numbers.shuffle([...heads.get(head)!]).slice(0, count),
    );
    return Int32Array.from(drawn).sort();
  });
}
