import type { Store } from "../store";
import { editedGraph } from "./edited-graph";
import { graphOf, type Model, type NeuronGraph } from "./open-model";
import { redrawnGraph } from "./random-weights";
import type { Statistic } from "./readings";

/** The graph of a model that returns a statistic; its columns are those of `model.neurons` for every statistic. */
export async function neuronGraph(model: Model, statistic: Statistic, store: Store): Promise<NeuronGraph> {
  if (statistic === model.recipe.statistic) return model.graph;
  const published = await editedGraph(model.path, { ...model.recipe, statistic }, store);
  const kept = model.seed === null ? published : await redrawnGraph(published, model.seed, store);
  // Both graphs list the model's attentions in the order in which they run.
  const places = new Map(model.graph.attentions.map((place) => [place.tensor, place]));
  const own = await editedGraph(model.path, model.recipe, store);
  const attentions = kept.layout.outputs.map(({ tensor }, i) => ({
    ...places.get(own.layout.outputs[i].tensor)!,
    tensor,
  }));
  return graphOf(kept, attentions);
}
