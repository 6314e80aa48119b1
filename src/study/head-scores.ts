import type { Model } from "../activations";
import { groupCorrelation } from "../findings";
import { type Matrix, selectColumns } from "../tensor";
import { type EncodingDesign, encodeGroup, type GroupTargets } from "./encode-group";
import type { Means } from "./kept-products";

/** What the neurons of one head predict by themselves. */
export interface HeadRow {
  tower: string;
  /** Both from 1, the first layer being the one above the embeddings. */
  layer: number;
  head: number;
  roi: string;
  /** Group mean of held-out r. */
  r: number;
}

/**
 * Where the predictive neurons sit: for each attention head, the held-out r of a model that has this head's neurons alone.
 * `neurons` [nTrs × nKept] are courses under the HRF; `kept` names the model's neuron of each column.
 */
export async function headScores(
  input: {
    model: Model;
    neurons: Matrix<Float64Array>;
    kept: readonly number[];
    targets: GroupTargets;
    design: EncodingDesign;
    roiNames: readonly string[];
  },
  means: Pick<Means, "onProgress" | "signal">,
): Promise<HeadRow[]> {
  const { model, neurons, kept, roiNames } = input;
  const heads = new Map<string, number[]>();
  kept.forEach((neuron, column) => {
    const { tower, depth, head } = model.neurons[neuron];
    const name = JSON.stringify([tower, depth, head + 1]);
    heads.set(name, [...(heads.get(name) ?? []), column]);
  });
  const rows: HeadRow[] = [];
  let nDone = 0;
  for (const [name, columns] of heads) {
    const X = selectColumns(neurons, columns);
    const { r } = await encodeGroup({ X, solver: "primal" }, input.targets, input.design, {
      signal: means.signal,
    });
    const [tower, layer, head] = JSON.parse(name) as [string, number, number];
    groupCorrelation(r).forEach((value, j) => rows.push({ tower, layer, head, roi: roiNames[j], r: value }));
    means.onProgress?.(++nDone, heads.size, "heads by themselves");
  }
  return rows;
}
