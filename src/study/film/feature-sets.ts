import type { Neuron } from "../../activations";

/** Whose captions a model reads: the film's, or those of other scenes. */
export type CaptionsRead = "shown" | "shuffled";

/** Neurons of one model file as it read the film. */
export interface NeuronSource {
  /** The model's file, as `FILM_MODELS` names it. */
  file: string;
  captions: CaptionsRead;
  /** Seed of random weights; null for the trained ones. */
  twin: number | null;
  keep: (neuron: Neuron) => boolean;
}

/** A set of features: the atoms of some neurons. */
export interface FeatureSet {
  /** "small CLIP, vision", "small METER, fusion, random weights 1" … */
  name: string;
  model: string;
  /** "vision", "text", "both", "fusion" … */
  branch: string;
  control: "none" | "random weights" | "shuffled captions";
  sources: NeuronSource[];
  nAtoms: number;
  /** The layer alone whose neurons these are; null for all layers. */
  depth: number | null;
}

/** The files of each model below data/demo/models. */
export const FILM_MODELS = {
  "small CLIP": { vision: "small-clip/vision.onnx", text: "small-clip/text.onnx" },
  "small METER": { fusion: "small-meter/model.onnx" },
  "small ViT": { vision: "small-vit/model.onnx" },
  "small text model": { text: "small-text/model.onnx" },
} as const;

type Keep = (neuron: Neuron) => boolean;
const all: Keep = () => true;
const tower =
  (...names: string[]): Keep =>
  (neuron) =>
    names.includes(neuron.tower);
const cross =
  (name: string): Keep =>
  (neuron) =>
    neuron.tower === name && neuron.kind === "cross";

/** What each branch is made of. METER's two directions are named by who asks. */
const BRANCHES: { model: string; branch: string; files: { file: string; keep: Keep }[] }[] = [
  { model: "small CLIP", branch: "vision", files: [{ file: FILM_MODELS["small CLIP"].vision, keep: all }] },
  { model: "small CLIP", branch: "text", files: [{ file: FILM_MODELS["small CLIP"].text, keep: all }] },
  {
    model: "small CLIP",
    branch: "both",
    files: [
      { file: FILM_MODELS["small CLIP"].vision, keep: all },
      { file: FILM_MODELS["small CLIP"].text, keep: all },
    ],
  },
  ...(
    [
      ["fusion", tower("fusion-vision", "fusion-text")],
      ["unimodal", tower("vision", "text")],
      ["vision layers", tower("vision")],
      ["text layers", tower("text")],
      ["vision stream", tower("fusion-vision")],
      ["text stream", tower("fusion-text")],
      ["vision asks text", cross("fusion-vision")],
      ["text asks vision", cross("fusion-text")],
    ] as const
  ).map(([branch, keep]) => ({
    model: "small METER",
    branch,
    files: [{ file: FILM_MODELS["small METER"].fusion, keep }],
  })),
  { model: "small ViT", branch: "vision", files: [{ file: FILM_MODELS["small ViT"].vision, keep: all }] },
  {
    model: "small text model",
    branch: "text",
    files: [{ file: FILM_MODELS["small text model"].text, keep: all }],
  },
];

/** Branches whose single layers are fitted, for the hierarchy. */
const LAYERED = [
  { model: "small CLIP", branch: "vision", depths: [1, 2, 3, 4, 5, 6] },
  { model: "small CLIP", branch: "text", depths: [1, 2, 3, 4, 5, 6] },
  { model: "small METER", branch: "vision stream", depths: [7, 8, 9, 10] },
  { model: "small METER", branch: "text stream", depths: [7, 8, 9, 10] },
];

/** Branches that are read with random weights, and with captions of other scenes. */
const WITH_TWINS = ["vision", "text", "fusion", "vision stream", "text stream", "both"];
const WITH_SHUFFLED = ["text", "vision stream", "text stream"];

/**
 * All sets of features of the film's models: every branch, twins with random weights, captions of other scenes, and single layers. Sets that are compared have
 * the same number of atoms.
 */
export function featureSets(choices: {
  nAtoms: number;
  nLayerAtoms: number;
  twinSeeds: readonly number[];
}): FeatureSet[] {
  const { nAtoms, nLayerAtoms, twinSeeds } = choices;
  const sets: FeatureSet[] = [];
  const add = (
    { model, branch, files }: (typeof BRANCHES)[number],
    how: Pick<FeatureSet, "control"> & { twin?: number; depth?: number },
  ) => {
    const { control, twin = null, depth = null } = how;
    const suffix = [
      ...(control === "none" ? [] : [control + (twin === null ? "" : ` ${twin}`)]),
      ...(depth === null ? [] : [`layer ${depth}`]),
    ];
    sets.push({
      name: [model, branch, ...suffix].join(", "),
      model,
      branch,
      control,
      sources: files.map(({ file, keep }) => ({
        file,
        captions: control === "shuffled captions" ? "shuffled" : "shown",
        twin,
        keep: depth === null ? keep : (neuron) => keep(neuron) && neuron.depth === depth,
      })),
      nAtoms: depth === null ? nAtoms : nLayerAtoms,
      depth,
    });
  };
  const hasTwins = (model: string) => model === "small CLIP" || model === "small METER";
  for (const branch of BRANCHES) add(branch, { control: "none" });
  for (const twin of twinSeeds) {
    for (const branch of BRANCHES) {
      if (hasTwins(branch.model) && WITH_TWINS.includes(branch.branch))
        add(branch, { control: "random weights", twin });
    }
  }
  for (const branch of BRANCHES) {
    if (hasTwins(branch.model) && WITH_SHUFFLED.includes(branch.branch))
      add(branch, { control: "shuffled captions" });
  }
  for (const { model, branch, depths } of LAYERED) {
    const found = BRANCHES.find((one) => one.model === model && one.branch === branch)!;
    for (const depth of depths) {
      add(found, { control: "none", depth });
      add(found, { control: "random weights", twin: twinSeeds[0], depth });
    }
  }
  return sets;
}

/** A set's name as part of a file's: "small METER, fusion" is small-meter-fusion. */
export function setFileName(name: string): string {
  return name.replace(/[^a-z0-9]+/gi, "-").toLowerCase();
}
