import { isInteger, type ModelInput, maskInput, maskName, tokenInput } from "./model-inputs";
import type { NeuronGraph } from "./open-model";
import { type ReadingName, STEP_READINGS } from "./readings";
import type { Feeds } from "./session";
import type { StepSource } from "./step-source";
import type { StepTensor, StepValues } from "./step-tensor";
import { checkTokenIds } from "./token-ids";

/** Steps whose masks are read at once. */
const MASK_BLOCK = 1024;

/** A stream of token ids: its mask is wanted even where the graph needs none, since padding is no token. */
interface TextStream {
  ids: string;
  mask: string;
  /** Texts may have any number of tokens. */
  isOpen: boolean;
}

/**
 * Ready tensors as steps of a stimulus, for readings that need no words. Where a text may have any length, padding that all
 * texts of a batch have at their end is cut off. A text's tokens count as its mask says, those of an image all alike. Throws for
 * inputs that are missing, unknown or of another shape or type than the model takes.
 */
export async function tensorSource(
  inputs: Readonly<Record<string, StepTensor>>,
  graph: NeuronGraph,
  readings: readonly ReadingName[],
): Promise<StepSource> {
  const streams = graph.streams.map((stream): TextStream | null => {
    const ids = tokenInput(stream.inputs, graph.inputs);
    if (ids === null) return null;
    const mask = maskInput(stream.inputs, graph.inputs) ?? maskName(ids);
    return { ids, mask, isOpen: typeof inputNamed(graph, ids).shape[1] === "string" };
  });
  const texts = streams.filter((stream) => stream !== null);
  checkReadings(readings);
  checkInputs(inputs, graph, texts);
  const { nSteps } = inputs[graph.inputs[0].name] ?? Object.values(inputs)[0];
  const lengths = new Map<string, number[]>();
  for (const { mask } of texts) lengths.set(mask, await textLengths(inputs[mask], nSteps, mask));
  const hasImages = graph.inputs.some((input) => !isInteger(input));

  return {
    nSteps,
    // Films are read in their order: to jump about in one is slow.
    lengths: hasImages || texts.length === 0 ? null : lengths.get(texts[0].mask)!,
    async feeds(steps, ofGraph, wanted) {
      const widthOf = ({ ids, mask, isOpen }: TextStream) =>
        isOpen ? Math.max(...steps.map((step) => lengths.get(mask)![step])) : inputs[ids].dims[0];
      const read = async (name: string, text: TextStream | undefined) => {
        const tensor = inputs[name];
        const values = await tensor.read(steps);
        if (!text) return { data: values, dims: [steps.length, ...tensor.dims] };
        const width = widthOf(text);
        return { data: cutRows(values, tensor.dims[0], width), dims: [steps.length, width] };
      };
      const feeds: Feeds = {};
      for (const input of ofGraph.inputs) {
        const text =
          texts.find(({ ids, mask }) => [ids, mask].includes(input.name)) ?? textOfType(input, texts);
        feeds[input.name] =
          input.name in inputs
            ? await read(input.name, text)
            : {
                data: new BigInt64Array(steps.length * widthOf(text!)),
                dims: [steps.length, widthOf(text!)],
              };
        if (isInteger(input))
          checkTokenIds(feeds[input.name].data as BigInt64Array, input, "extractActivations");
      }
      for (const [i, { queryWeights, keyWeights }] of ofGraph.streams.entries()) {
        const text = streams[i];
        const mask = text && ((feeds[text.mask] ?? (await read(text.mask, text))).data as BigInt64Array);
        feeds[queryWeights] = weightsOf("query", mask, steps.length, wanted);
        feeds[keyWeights] = weightsOf("key", mask, steps.length, wanted);
      }
      return feeds;
    },
  };
}

/**
 * Token weights [steps, readings, w]. Without a mask two stand for all tokens: that of the first, and that of those behind it.
 */
function weightsOf(
  side: "query" | "key",
  mask: BigInt64Array | null,
  nSteps: number,
  readings: readonly ReadingName[],
): { data: Float32Array; dims: number[] } {
  const width = mask ? mask.length / nSteps : 2;
  const data = new Float32Array(nSteps * readings.length * width);
  for (let step = 0; step < nSteps; step++) {
    const own = mask ? mask.subarray(step * width, (step + 1) * width) : BigInt64Array.of(1n, 1n);
    const first = own.indexOf(1n);
    readings.forEach((reading, r) => {
      const onlyFirst = reading === "clsQuery" && side === "query";
      const at = (step * readings.length + r) * width;
      own.forEach((isToken, token) => {
        data[at + token] = onlyFirst ? Number(token === first) : Number(isToken);
      });
    });
  }
  return { data, dims: [nSteps, readings.length, width] };
}

/** Tokens of each text up to its last one; padding may stand before, too. */
async function textLengths(mask: StepTensor, nSteps: number, name: string): Promise<number[]> {
  const [width] = mask.dims;
  const lengths: number[] = [];
  for (let start = 0; start < nSteps; start += MASK_BLOCK) {
    const steps = Array.from({ length: Math.min(MASK_BLOCK, nSteps - start) }, (_, i) => start + i);
    const values = await mask.read(steps);
    for (const [k, step] of steps.entries()) {
      const own = values.subarray(k * width, (k + 1) * width) as BigInt64Array;
      if (!own.every((value) => value === 0n || value === 1n) || !own.includes(1n)) {
        throw new Error(
          `extractActivations: invalid ${name} of step ${step}: ${own.join(" ")}; expected 1 for tokens and 0 for padding, and at least one token. Leave out steps without text.`,
        );
      }
      lengths.push(own.lastIndexOf(1n) + 1);
    }
  }
  return lengths;
}

/** The first `width` of each row of `from` values. */
function cutRows(values: StepValues, from: number, width: number): StepValues {
  if (from === width) return values;
  const nRows = values.length / from;
  const cut = new BigInt64Array(nRows * width);
  for (let i = 0; i < nRows; i++)
    cut.set((values as BigInt64Array).subarray(i * from, i * from + width), i * width);
  return cut;
}

function textOfType({ name }: ModelInput, texts: readonly TextStream[]): TextStream | undefined {
  return /type_ids$/.test(name) ? texts[0] : undefined;
}

function inputNamed(graph: NeuronGraph, name: string): ModelInput {
  return graph.inputs.find((input) => input.name === name)!;
}

function checkReadings(readings: readonly ReadingName[]): void {
  const other = readings.find((reading) => !(STEP_READINGS as readonly ReadingName[]).includes(reading));
  if (other === undefined) return;
  throw new Error(
    `extractActivations: invalid reading: "${other}"; expected one of ${STEP_READINGS.join(", ")}, since ready inputs have no words. Read words with extractWordActivations.`,
  );
}

function checkInputs(
  inputs: Readonly<Record<string, StepTensor>>,
  graph: NeuronGraph,
  texts: readonly TextStream[],
): void {
  const masks = texts.map(({ mask }) => mask);
  const wanted = [...new Set([...graph.inputs.map(({ name }) => name), ...masks])];
  const isOptional = (name: string) => textOfType({ name } as ModelInput, texts) !== undefined;
  const missing = wanted.filter((name) => !(name in inputs) && !isOptional(name));
  const unknown = Object.keys(inputs).filter((name) => !wanted.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    const what =
      missing.length > 0 ? `missing inputs: ${missing.join(", ")}` : `unknown inputs: ${unknown.join(", ")}`;
    throw new Error(
      `extractActivations: ${what}; expected ${wanted.join(", ")}. Give each input of the model, by its name.`,
    );
  }
  const tensors = Object.entries(inputs);
  for (const [name, tensor] of tensors) {
    const shape = graph.inputs.find((input) => input.name === name)?.shape ?? ["batch", "tokens"];
    const isFit =
      tensor.dims.length === shape.length - 1 &&
      tensor.dims.every((size, i) => typeof shape[i + 1] === "string" || shape[i + 1] === size);
    if (!isFit || tensor.nSteps !== tensors[0][1].nSteps) {
      throw new Error(
        `extractActivations: mismatched shape of ${name}: ${[tensor.nSteps, ...tensor.dims].join(" × ")}; expected [${[tensors[0][1].nSteps, ...shape.slice(1)].join(", ")}]. Prepare the stimulus for this model.`,
      );
    }
  }
  for (const { ids, mask } of texts) {
    const same = [ids, mask, ...Object.keys(inputs).filter((name) => /type_ids$/.test(name))];
    const other = same.find((name) => name in inputs && inputs[name].dims[0] !== inputs[ids].dims[0]);
    if (other === undefined) continue;
    throw new Error(
      `extractActivations: mismatched tokens of ${other}: ${inputs[other].dims[0]}; expected ${inputs[ids].dims[0]} as in ${ids}. Pad all to one length.`,
    );
  }
}
