import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FrameSource, readPreprocessing } from "../stimuli";
import { captionTensors } from "./caption-tensors";
import { frameTensor, type StepTensor } from "./step-tensor";
import { openTokenizer } from "./tokenizer";

/**
 * Frames, captions, or pairs of them as a model takes them, prepared as the files beside the model say: `preprocessor_config.json` for
 * frames, `tokenizer.json` for captions. They are looked for in the model's folder and the one above it, since models published in ONNX
 * keep the graph in a folder `onnx`.
 *
 * `model`: an ONNX file or its folder, or what `openModel` gave. Step t shows frame `frameOfStep[t]` (frame t by default) with caption t.
 * `truncated` lists the steps whose caption was longer than the model takes and was cut. Throws when there is neither, when a file
 * beside the model is missing, and as `frameTensor` and `captionTensors`.
 */
export function stimulusTensors(
  model: string | { path: string },
  stimulus: { frames?: FrameSource; frameOfStep?: readonly number[]; captions?: readonly string[] },
): { inputs: Record<string, StepTensor>; truncated: number[] } {
  const { frames, frameOfStep, captions } = stimulus;
  const path = typeof model === "string" ? model : model.path;
  const inputs: Record<string, StepTensor> = {};
  if (frames !== undefined) {
    const settings = fileBeside(path, "preprocessor_config.json");
    const preprocessing = readPreprocessing(readFileSync(settings), settings);
    inputs.pixel_values = frameTensor(frames, preprocessing, frameOfStep);
  }
  let truncated: number[] = [];
  if (captions !== undefined) {
    const ofText = captionTensors(captions, openTokenizer(fileBeside(path, "tokenizer.json")));
    Object.assign(inputs, ofText.inputs);
    truncated = ofText.truncated;
  }
  if (Object.keys(inputs).length === 0) {
    throw new Error(
      "stimulusTensors: missing stimulus: neither frames nor captions; expected one of them, or pairs. Pass what the model takes (describeModel).",
    );
  }
  return { inputs, truncated };
}

function fileBeside(model: string, name: string): string {
  const folder = statSync(model, { throwIfNoEntry: false })?.isDirectory() ? model : dirname(model);
  const found = [join(folder, name), join(folder, "..", name)].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `stimulusTensors: missing ${name} of ${model}: not in ${folder} nor above it; expected it beside the model. Download it from the place the model is from, or prepare the inputs yourself.`,
  );
}
