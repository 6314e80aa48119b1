import { isInteger, type ModelInput, tokenInput } from "./model-inputs";
import type { NeuronOutput, StreamWeights } from "./neuron-outputs";
import { type Feeds, type GraphSession, openSession } from "./session";

/** What one run of an edited graph shows, and its file need not say. */
export interface ProbeResult {
  /** Heads and dimensions of each output. */
  shapes: { nHeads: number; headDim: number }[];
  /** Indices of streams in which a token does not change when a later one does. */
  causalStreams: number[];
}

/** Tokens of a text where the model takes any number: enough for a first, a last and some between. */
const N_TOKENS = 4;
/** More than any picture or text has: what a damaged file asks for is not made. */
const MOST_ELEMENTS = 2 ** 26;
/** Beside what the weights suggest: the usual sizes of images. */
const IMAGE_SIZES = [224, 288, 336, 384, 256, 448, 512, 518];

/**
 * Runs an edited graph on a stimulus of one step. Heads and dimensions are the sizes of its outputs. A stream of tokens is causal
 * when, with the last token of the stimulus exchanged, no layer above the first gives another value for the first token.
 * `imageSizes` are tried in turn where the file leaves the size of images open. Throws when the graph cannot be run.
 */
export async function probeGraph(
  path: string,
  layout: { inputs: ModelInput[]; streams: StreamWeights[]; outputs: NeuronOutput[] },
  imageSizes: number[],
): Promise<ProbeResult> {
  const session = await openSession(path, { threads: 1 });
  try {
    const { feeds, outputs } = await runFirst(session, layout, imageSizes);
    const shapes = layout.outputs.map(({ tensor }) => {
      const [, , nHeads, headDim] = outputs[tensor].dims;
      return { nHeads, headDim };
    });
    const causalStreams: number[] = [];
    for (const [i, stream] of layout.streams.entries()) {
      if (await isCausal(session, layout, feeds, i, tokenInput(stream.inputs, layout.inputs)))
        causalStreams.push(i);
    }
    return { shapes, causalStreams };
  } finally {
    await session.close();
  }
}

/** The first stimulus that the graph takes. */
async function runFirst(
  session: GraphSession,
  layout: { inputs: ModelInput[]; streams: StreamWeights[] },
  imageSizes: number[],
) {
  const isOpen = layout.inputs.some(
    (input) => !isInteger(input) && input.shape.slice(2).some((size) => typeof size === "string"),
  );
  const candidates = isOpen ? [...new Set([...imageSizes, ...IMAGE_SIZES])] : [0];
  let failure: unknown;
  for (const imageSize of candidates) {
    const feeds = firstFeeds(layout, imageSize);
    try {
      return { feeds, outputs: await session.run(feeds) };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

function firstFeeds(
  { inputs, streams }: { inputs: ModelInput[]; streams: StreamWeights[] },
  imageSize: number,
): Feeds {
  const feeds: Feeds = {};
  for (const input of inputs) {
    const dims = input.shape.map((size, axis) => {
      if (typeof size === "number") return size;
      if (axis === 0) return 1;
      return isInteger(input) ? N_TOKENS : axis === 1 ? 3 : imageSize;
    });
    const count = dims.reduce((product, size) => product * size, 1);
    if (!(count >= 1 && count <= MOST_ELEMENTS)) {
      throw new Error(
        `openModel: invalid input ${input.name}: [${input.shape.join(", ")}]; expected sizes of one stimulus, ${MOST_ELEMENTS} values at most. Export the model again.`,
      );
    }
    if (!isInteger(input)) feeds[input.name] = { data: new Float32Array(count), dims };
    // Ids 2 and 3, since 0 or 1 is padding in most vocabularies; types are 0, masks 1.
    else if (/type/.test(input.name)) feeds[input.name] = { data: new BigInt64Array(count), dims };
    else if (/position/.test(input.name))
      feeds[input.name] = { data: tokens(count, (i) => i % dims[dims.length - 1]), dims };
    else if (/mask/.test(input.name)) feeds[input.name] = { data: tokens(count, () => 1), dims };
    else feeds[input.name] = { data: tokens(count, (i) => 2 + (i % 2)), dims };
  }
  for (const { inputs: own, queryWeights, keyWeights } of streams) {
    const nBatch = feeds[own[0]].dims[0];
    for (const name of [queryWeights, keyWeights]) {
      feeds[name] = { data: new Float32Array(nBatch).fill(1), dims: [nBatch, 1, 1] };
    }
  }
  return feeds;
}

async function isCausal(
  session: GraphSession,
  { streams, outputs }: { streams: StreamWeights[]; outputs: NeuronOutput[] },
  feeds: Feeds,
  stream: number,
  ids: string | null,
): Promise<boolean> {
  const judges = outputs.filter(
    (o) => o.kind === "self" && o.stage === "encoder" && o.queryStream === stream && o.layer > 0,
  );
  if (ids === null || judges.length === 0 || feeds[ids].dims.length !== 2 || feeds[ids].dims[1] < 2)
    return false;
  const { dims, data } = feeds[ids];
  const exchanged = BigInt64Array.from(data as BigInt64Array);
  for (let b = 1; b <= dims[0]; b++) exchanged[b * dims[1] - 1] = exchanged[b * dims[1] - 1] === 2n ? 3n : 2n;
  const first = {
    data: Float32Array.from({ length: 2 * dims[0] }, (_, i) => 1 - (i % 2)),
    dims: [dims[0], 1, 2],
  };
  const { queryWeights, keyWeights } = streams[stream];
  const onFirst: Feeds = { ...feeds, [queryWeights]: first, [keyWeights]: first };
  const before = await session.run(onFirst);
  const after = await session.run({ ...onFirst, [ids]: { data: exchanged, dims } });
  return judges.every(({ tensor }) => isSame(before[tensor].data, after[tensor].data));
}

/** Up to rounding; NaN differs from everything. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  let [largest, difference] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(a[i]));
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
  }
  return difference <= 1e-6 * largest;
}

function tokens(count: number, value: (index: number) => number): BigInt64Array {
  return BigInt64Array.from({ length: count }, (_, i) => BigInt(value(i)));
}
