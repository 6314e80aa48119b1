import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type ActivationManifest,
  captionTensors,
  describeModel,
  frameTensor,
  openModel,
  openStepTensors,
  openTokenizer,
  type ReadingName,
  type StepTensor,
  type TowerNames,
  writeActivations,
} from "../activations";
import { openFrameFolder, readCaptions, readPreprocessing } from "../stimuli";
import { openStore, type Progress } from "../store";
import { CACHE_FOLDER } from "./kept-products";

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
  const model = await openModel(options.model, {
    store,
    ...(towers && { towers }),
    ...(causal && { causal: [...causal] }),
  });
  onMessage(describeModel(model));

  const inputs: Record<string, StepTensor> =
    options.inputs === undefined ? {} : openStepTensors(options.inputs);
  if (options.frames !== undefined) {
    const settings = fileBeside(options.model, "preprocessor_config.json");
    const preprocessing = readPreprocessing(readFileSync(settings), settings);
    inputs.pixel_values = frameTensor(
      await openFrameFolder(options.frames, { onProgress, signal }),
      preprocessing,
    );
  }
  if (options.captions !== undefined) {
    const texts = readCaptions(readFileSync(options.captions), options.captions).map(({ text }) => text);
    const { inputs: ofText, truncated } = captionTensors(
      texts,
      openTokenizer(fileBeside(options.model, "tokenizer.json")),
    );
    if (truncated.length > 0)
      onMessage(
        `${truncated.length} of ${texts.length} captions were longer than the model takes and were cut`,
      );
    Object.assign(inputs, ofText);
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

/** A file of the model's folder; models published in ONNX keep the graph in a folder `onnx` below it. */
function fileBeside(model: string, name: string): string {
  const folder = statSync(model, { throwIfNoEntry: false })?.isDirectory() ? model : dirname(model);
  const found = [join(folder, name), join(folder, "..", name)].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `extractFiles: missing ${name} of ${model}: not in ${folder} nor above it; expected it beside the model. Download it from the place the model is from, or prepare the inputs yourself.`,
  );
}
