import type { Neuron } from "../activations";
import { type Matrix, zeros } from "../tensor";
import type { Atoms } from "./atoms";

/** Where a neuron stands in its model. */
export type NeuronPlace = Pick<Neuron, "tower" | "kind" | "keysFrom" | "depth" | "head">;

/** How atoms lie in the places of one tower; a place is a layer, or a head of a layer. */
export interface PlaceProfile {
  /** [nAtoms × nPlaces]: mean code of the neurons there, with its sign. */
  signed: Matrix<Float64Array>;
  /** [nAtoms × nPlaces]: mean |code|. */
  absolute: Matrix<Float64Array>;
  /** [nAtoms × nPlaces]: share of the neurons there that are members of the atom. */
  members: Matrix<Float64Array>;
}

/** Where the atoms lie in one tower. A place without neurons (all dropped) is NaN. */
export interface TowerProfile extends Pick<Neuron, "tower" | "kind" | "keysFrom"> {
  /** The layers of the tower, counted from 1 as people do, ascending. */
  depths: number[];
  nHeads: number;
  /** Places are layers. */
  layers: PlaceProfile;
  /** Places are heads: layer by layer, place = (index in `depths`) · nHeads + head. */
  heads: PlaceProfile;
}

/**
 * Layer × head × tower profile of every atom: in which heads its neurons are, how strongly and with which sign they carry it.
 *
 * @param codes A [nAtoms × nNeurons]. @param options.members `atomMembers`' lists.
 * @param options.neurons what each column of A is, in order. Self- and cross-attention of a stream are towers of their own.
 * @throws when the numbers of neurons differ.
 */
export function atomProfiles(
  { codes }: Pick<Atoms, "codes">,
  options: { neurons: readonly NeuronPlace[]; members: readonly ArrayLike<number>[] },
): TowerProfile[] {
  const { neurons, members } = options;
  if (codes.shape[1] !== neurons.length) {
    throw new Error(
      `atomProfiles: mismatched neurons: ${neurons.length} places; expected ${codes.shape[1]}, the neurons of the codes. Leave out those that were dropped.`,
    );
  }
  const keyOf = ({ tower, kind, keysFrom }: NeuronPlace) => `${tower} ${kind} ${keysFrom}`;
  const columns = Array.from(neurons.keys());
  return [...new Set(neurons.map(keyOf))].map((key) => {
    const own = columns.filter((j) => keyOf(neurons[j]) === key);
    const { tower, kind, keysFrom } = neurons[own[0]];
    const depths = [...new Set(own.map((j) => neurons[j].depth))].sort((a, b) => a - b);
    const nHeads = 1 + own.reduce((most, j) => Math.max(most, neurons[j].head), 0);
    const layerOf = new Int32Array(neurons.length).fill(-1);
    for (const j of own) layerOf[j] = depths.indexOf(neurons[j].depth);
    const headOf = layerOf.map((layer, j) => (layer < 0 ? -1 : layer * nHeads + neurons[j].head));
    return {
      ...{ tower, kind, keysFrom, depths, nHeads },
      layers: placeProfile(codes, members, layerOf, depths.length),
      heads: placeProfile(codes, members, headOf, depths.length * nHeads),
    };
  });
}

function placeProfile(
  codes: Matrix<Float64Array>,
  members: readonly ArrayLike<number>[],
  placeOf: Int32Array,
  nPlaces: number,
): PlaceProfile {
  const [nAtoms, nNeurons] = codes.shape;
  const shape = [nAtoms, nPlaces] as const;
  const profile = { signed: zeros(shape), absolute: zeros(shape), members: zeros(shape) };
  const count = new Int32Array(nPlaces);
  for (const place of placeOf) if (place >= 0) count[place]++;
  for (let k = 0; k < nAtoms; k++) {
    for (let j = 0; j < nNeurons; j++) {
      if (placeOf[j] < 0) continue;
      const at = k * nPlaces + placeOf[j];
      profile.signed.data[at] += codes.data[k * nNeurons + j];
      profile.absolute.data[at] += Math.abs(codes.data[k * nNeurons + j]);
    }
    for (let i = 0; i < members[k].length; i++) {
      const place = placeOf[members[k][i]];
      if (place >= 0) profile.members.data[k * nPlaces + place]++;
    }
  }
  for (const { data } of Object.values(profile)) {
    for (let at = 0; at < data.length; at++) data[at] /= count[at % nPlaces]; // 0/0 is NaN
  }
  return profile;
}
