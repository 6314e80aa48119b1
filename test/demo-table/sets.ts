import type { Neuron } from "../../src/activations";
import type { FeatureSet } from "../../src/study/film/feature-sets";

const N_ATOMS = 32;
const CLIP = { vision: "small-clip/vision.onnx", text: "small-clip/text.onnx" };
const METER = "small-meter/model.onnx";

type Keep = (neuron: Neuron) => boolean;
const all: Keep = () => true;
const isFusion: Keep = ({ tower }) => tower.startsWith("fusion");

function setOf(
  name: string,
  files: readonly (readonly [string, Keep])[],
  twin: number | null = null,
): FeatureSet {
  return {
    ...{ name, model: name, branch: "", nAtoms: N_ATOMS, depth: null },
    control: twin === null ? "none" : "random weights",
    sources: files.map(([file, keep]) => ({ file, keep, twin, captions: "shown" })),
  };
}

/** What is scored, all with the same number of atoms. */
export const SETS: FeatureSet[] = [
  setOf("CLIP vision", [[CLIP.vision, all]]),
  setOf("CLIP text", [[CLIP.text, all]]),
  setOf("CLIP both, joint dictionary", [
    [CLIP.vision, all],
    [CLIP.text, all],
  ]),
  setOf("METER fusion", [[METER, isFusion]]),
  setOf("METER unimodal layers", [[METER, (neuron) => !isFusion(neuron)]]),
  setOf("ViT", [["small-vit/model.onnx", all]]),
  setOf("text model", [["small-text/model.onnx", all]]),
  setOf("CLIP vision without labels", [["small-clip-cold/vision.onnx", all]]),
  setOf("random CLIP vision", [[CLIP.vision, all]], 1),
  setOf("random CLIP text", [[CLIP.text, all]], 1),
  setOf("random METER fusion", [[METER, isFusion]], 1),
];

/** Which sets are held against each other, in which regions; the first is expected to predict more. */
export const COMPARED: { of: string; against: string; regions: string[] }[] = [
  { of: "CLIP vision", against: "random CLIP vision", regions: ["higher visual"] },
  { of: "CLIP vision without labels", against: "random CLIP vision", regions: ["higher visual"] },
  { of: "CLIP text", against: "random CLIP text", regions: ["anterior language", "default mode"] },
  {
    of: "METER fusion",
    against: "random METER fusion",
    regions: [
      "higher visual",
      "anterior language",
      "default mode",
      "ventral multimodal",
      "posterior multimodal",
    ],
  },
  { of: "CLIP vision", against: "CLIP text", regions: ["early visual", "higher visual"] },
  { of: "CLIP text", against: "CLIP vision", regions: ["posterior language", "anterior language"] },
  {
    of: "METER fusion",
    against: "METER unimodal layers",
    regions: ["default mode", "ventral multimodal", "posterior multimodal"],
  },
  {
    of: "METER fusion",
    against: "CLIP both, joint dictionary",
    regions: ["default mode", "ventral multimodal", "posterior multimodal"],
  },
];
