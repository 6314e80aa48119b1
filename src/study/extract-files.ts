import { readFileSync } from "node:fs";
import {
  type ActivationManifest,
  describeModel,
  openModel,
  openStepTensors,
  type ReadingName,
  randomTwin,
  type StepTensor,
  stimulusTensors,
  type TowerNames,
  writeActivations,
} from "../activations";
import { openFrameFolder, readCaptions } from "../stimuli";
import { openStore, type Progress } from "../store";
import { CACHE_FOLDER } from "./kept-products";

/** Which neurons `extractFiles` reads, and what they are shown: at least one of `frames`, `captions` and `inputs`, of as many steps. */
export interface ExtractFilesOptions {
  /** An ONNX file, or the folder that holds it with `tokenizer.json` and `preprocessor_config.json`. */
  model: string;
  /** A folder of pictures, one a step, in natural order. */
  frames?: string;
  /** A table or subtitle file of captions, one a step, in order. */
  captions?: string;
  /** A folder of .npy files named after the model's inputs. */
  inputs?: string;
  reading: ReadingName;
  out: string;
  batchSize?: number;
  threads?: number;
  towers?: TowerNames;
  causal?: readonly string[];
  /** Seed of weights drawn at random in the place of the trained ones: a control. */
  randomWeights?: number;
  cacheFolder?: string;
  onProgress?: Progress;
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/**
 * Extracts the neurons of any transformer from files: pictures, captions, pairs of them, or inputs that stand ready. Step t of
 * the result is picture t with caption t. Writes what `writeActivations` writes; says what was found in the model and how many
 * captions were cut to the length it takes. Throws when there is nothing to read, and as the stages do.
 */
export async function extractFiles(options: ExtractFilesOptions): Promise<ActivationManifest> {
  const { onMessage = () => {}, signal, onProgress, batchSize, threads } = options;
  const store = openStore(options.cacheFolder ?? CACHE_FOLDER, { onMessage });
  const { towers, causal } = options;
  const trained = await openModel(options.model, {
    store,
    ...(towers && { towers }),
    ...(causal && { causal: [...causal] }),
  });
  const { randomWeights } = options;
  const model = randomWeights === undefined ? trained : await randomTwin(trained, randomWeights, { store });
  onMessage(describeModel(model));

  const inputs: Record<string, StepTensor> =
    options.inputs === undefined ? {} : openStepTensors(options.inputs);
  const frames =
    options.frames === undefined ? undefined : await openFrameFolder(options.frames, { onProgress, signal });
  const captions =
    options.captions === undefined
      ? undefined
      : readCaptions(readFileSync(options.captions), options.captions).map(({ text }) => text);
  if (frames !== undefined || captions !== undefined) {
    const { inputs: shown, truncated } = stimulusTensors(options.model, { frames, captions });
    if (truncated.length > 0) {
      onMessage(
        `${truncated.length} of ${captions?.length} captions were longer than the model takes and were cut`,
      );
    }
    Object.assign(inputs, shown);
  }
  if (Object.keys(inputs).length === 0) {
    throw new Error(
      "extractFiles: missing stimulus: none; expected frames, captions or inputs. Name a folder of pictures, a file of captions, or a folder of .npy files.",
    );
  }
  return await writeActivations({
    ...{ model, inputs, readings: [options.reading], out: options.out, store, onProgress, signal },
    ...(batchSize !== undefined && { batchSize }),
    ...(threads !== undefined && { threads }),
  });
}
