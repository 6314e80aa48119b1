import { contentInputs, isInteger, type ModelInput } from "./model-inputs";
import type { NeuronOutput, StreamWeights } from "./neuron-outputs";

/** Names that a user gives to streams, by the name of one of a stream's inputs. */
export type TowerNames = Record<string, string>;

/**
 * Names the streams of a model: "text" for token ids, "vision" for images, or as `given` says. Throws when a stream takes
 * both, and when two streams would have one name.
 */
export function streamNames(
  streams: readonly StreamWeights[],
  inputs: readonly ModelInput[],
  given: TowerNames,
  source: string,
): string[] {
  for (const [input, name] of Object.entries(given)) {
    const isKnown = streams.some((stream) => stream.inputs.includes(input));
    if (!isKnown || !/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new Error(
        `openModel: invalid tower ${JSON.stringify({ [input]: name })} of ${source}: expected one of ${streams.flatMap((stream) => stream.inputs).join(", ")} with a name of lower-case letters, digits and hyphens. Name the inputs as the model does.`,
      );
    }
  }
  const names = streams.map((stream) => {
    const own = stream.inputs.find((input) => input in given);
    if (own !== undefined) return given[own];
    const content = contentInputs(stream.inputs, inputs);
    const nIntegers = content.filter(isInteger).length;
    if (content.length > 0 && nIntegers === content.length) return "text";
    if (content.length > 0 && nIntegers === 0) return "vision";
    throw ambiguous(`a stream takes ${stream.inputs.join(" + ")}`, [stream.inputs[0]], source);
  });
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    const same = streams.filter((_, i) => names[i] === twice);
    const got = same.map((stream) => stream.inputs.join(" + ")).join(" and ");
    throw ambiguous(
      `${got} would both be "${twice}"`,
      same.map((stream) => stream.inputs[0]),
      source,
    );
  }
  return names;
}

function ambiguous(got: string, inputs: string[], source: string): Error {
  const example = inputs.map((input, i) => `${input}: "name-${i + 1}"`).join(", ");
  return new Error(
    `openModel: ambiguous towers of ${source}: ${got}; expected one stream of text and one of images at most. Name them: openModel(path, { store, towers: { ${example} } }).`,
  );
}

/** The tower that an attention belongs to, and the one whose tokens it asks. */
export function towerOf(
  output: NeuronOutput,
  outputs: readonly NeuronOutput[],
  names: readonly string[],
): { name: string; keysFrom: string } {
  const inFusion = new Set(
    outputs.filter(({ stage }) => stage === "fusion").map(({ queryStream }) => queryStream),
  );
  const nameOf = (stream: number, isFused: boolean) => (isFused ? `fusion-${names[stream]}` : names[stream]);
  const name = nameOf(output.queryStream, output.stage === "fusion");
  if (output.kind === "self") return { name, keysFrom: name };
  return { name, keysFrom: nameOf(output.keyStream, inFusion.has(output.keyStream)) };
}
