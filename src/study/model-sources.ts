import type { Source, SourceFile } from "./sources";

const HUB = "https://huggingface.co";

/** What the entries with hashes rest on; an entry without one says so itself. */
const AS_RECORDED =
  "Addresses and hashes are those that the hub's pages and public projects record for these revisions; they were not downloaded when this was written.";
const NO_HASH =
  "The repository and its files were seen listed on the hub; their hashes were not, and nothing was downloaded when this was written.";
const BY_HAND = "put them there under their names, the .onnx files in the folder onnx";

/** A file of a repository of the hub. A revision of "main" may change: such a file has no hash here. */
function hubFile(
  repository: string,
  revision: string,
  path: string,
  sha256: string,
  bytes: number | null = null,
): SourceFile {
  return { url: `${HUB}/${repository}/resolve/${revision}/${path}`, path, bytes, sha256 };
}

const CLIP_B32 = ["Xenova/clip-vit-base-patch32", "d15189d7028b43f1d3e65039190477f6af591c2a"] as const;

/** One vocabulary and one preprocessing (224 px) serve OpenAI's B/32, B/16 and L/14 alike. */
const CLIP_TEXT_AND_PIXELS = [
  hubFile(
    ...CLIP_B32,
    "tokenizer.json",
    "f7f3b7af117d467b58374797691a6438d3e6b9e9cef800dfd5dced7f697a90cd",
    2_224_119,
  ),
  hubFile(
    ...CLIP_B32,
    "tokenizer_config.json",
    "60ba2912bc6344c94bc16bbdec27fa1209409167b6f2fdf3cfe9e65462ea3967",
    775,
  ),
  hubFile(
    ...CLIP_B32,
    "preprocessor_config.json",
    "6f638fb9401a6d6296feff533ee7efe657b787c49f954f82f5906b36ef2a1b1f",
    520,
  ),
];

const clip = {
  licence: "MIT",
  citation:
    "Radford, A., Kim, J. W., Hallacy, C., Ramesh, A., Goh, G., Agarwal, S., … Sutskever, I. (2021). Learning transferable visual models from natural language supervision. International Conference on Machine Learning, 139, 8748–8763.",
  verified: "unverified",
  byHand: BY_HAND,
} as const;

const clipB32: Source = {
  ...clip,
  name: "clip-b32",
  title: "CLIP ViT-B/32, a vision and a text tower",
  homepage: `${HUB}/${CLIP_B32[0]}`,
  folder: "clip-vit-base-patch32",
  evidence: AS_RECORDED,
  files: [
    hubFile(
      ...CLIP_B32,
      "onnx/vision_model.onnx",
      "fd6e1402a588279d1723c7534d4bcba5bc0b14b47dfab0e46f8c47b8270d7d40",
      351_685_709,
    ),
    hubFile(
      ...CLIP_B32,
      "onnx/text_model.onnx",
      "3f6571f5bad13a97c469c1622e1cfc4d9aef78b79fdbfcff804ca357bfada8cc",
      254_058_553,
    ),
    ...CLIP_TEXT_AND_PIXELS,
  ],
};

const CLIP_B16 = ["Xenova/clip-vit-base-patch16", "main"] as const;

const clipB16: Source = {
  ...clip,
  name: "clip-b16",
  title: "CLIP ViT-B/16, a vision and a text tower",
  homepage: `${HUB}/${CLIP_B16[0]}`,
  folder: "clip-vit-base-patch16",
  evidence: `${NO_HASH} Tokenizer and preprocessing are those of clip-b32.`,
  files: [
    hubFile(...CLIP_B16, "onnx/vision_model.onnx", "unverified"),
    hubFile(...CLIP_B16, "onnx/text_model.onnx", "unverified"),
    ...CLIP_TEXT_AND_PIXELS,
  ],
};

const CLIP_L14 = ["Xenova/clip-vit-large-patch14", "c307790166907339eed5a9a53a249af534102536"] as const;

const clipL14: Source = {
  ...clip,
  name: "clip-l14",
  title: "CLIP ViT-L/14, a vision and a text tower",
  homepage: `${HUB}/${CLIP_L14[0]}`,
  folder: "clip-vit-large-patch14",
  evidence: `${AS_RECORDED} Tokenizer and preprocessing are those of clip-b32. The text tower's hash was seen in one project only.`,
  files: [
    hubFile(
      ...CLIP_L14,
      "onnx/vision_model.onnx",
      "ff49f8aa57c7abfd26e382eb083e4dbf988505223a9bd3767dbfd4e729206709",
      1_216_438_437,
    ),
    hubFile(
      ...CLIP_L14,
      "onnx/text_model.onnx",
      "a86051a90491b97e2ea1d0351ef664926735bca7536034384f901915ee91fd69",
    ),
    ...CLIP_TEXT_AND_PIXELS,
  ],
};

const VIT = ["Xenova/vit-base-patch16-224", "main"] as const;

const vitB16: Source = {
  name: "vit-b16",
  title: "ViT-B/16, a vision model trained on ImageNet labels",
  licence: "Apache-2.0",
  citation:
    "Dosovitskiy, A., Beyer, L., Kolesnikov, A., Weissenborn, D., Zhai, X., Unterthiner, T., … Houlsby, N. (2021). An image is worth 16x16 words: Transformers for image recognition at scale. International Conference on Learning Representations.",
  homepage: `${HUB}/${VIT[0]}`,
  folder: "vit-base-patch16-224",
  verified: "unverified",
  evidence: NO_HASH,
  byHand: BY_HAND,
  files: [
    hubFile(...VIT, "onnx/model.onnx", "unverified"),
    hubFile(...VIT, "preprocessor_config.json", "unverified"),
  ],
};

const DEIT = ["Xenova/deit-base-distilled-patch16-224", "main"] as const;

const deit: Source = {
  name: "deit",
  title: "DeiT-B/16, distilled: a vision model trained on ImageNet labels alone",
  licence: "Apache-2.0",
  citation:
    "Touvron, H., Cord, M., Douze, M., Massa, F., Sablayrolles, A., & Jégou, H. (2021). Training data-efficient image transformers & distillation through attention. International Conference on Machine Learning, 139, 10347–10357.",
  homepage: `${HUB}/${DEIT[0]}`,
  folder: "deit-base-distilled-patch16-224",
  verified: "unverified",
  evidence: NO_HASH,
  byHand: BY_HAND,
  files: [
    hubFile(...DEIT, "onnx/model.onnx", "unverified"),
    hubFile(...DEIT, "preprocessor_config.json", "unverified"),
  ],
};

const DINOV2 = ["Xenova/dinov2-base", "31039eeb603df058f44c4e1cd25f6add34f48169"] as const;

const dinov2: Source = {
  name: "dinov2",
  title: "DINOv2 ViT-B/14, a vision model trained without labels",
  licence: "Apache-2.0",
  citation:
    "Oquab, M., Darcet, T., Moutakanni, T., Vo, H., Szafraniec, M., Khalidov, V., … Bojanowski, P. (2024). DINOv2: Learning robust visual features without supervision. Transactions on Machine Learning Research.",
  homepage: `${HUB}/${DINOV2[0]}`,
  folder: "dinov2-base",
  verified: "unverified",
  evidence: `The model's hash is the one on the hub's page of this revision; that of its preprocessing was not seen. Nothing was downloaded when this was written.`,
  byHand: BY_HAND,
  files: [
    hubFile(...DINOV2, "onnx/model.onnx", "2c7a813d6e0d25784d0c29227760b08cb72f2bee9d928da935a31480a649bbce"),
    hubFile(...DINOV2, "preprocessor_config.json", "unverified"),
  ],
};

const BERT_TOKENIZER = ["google-bert/bert-base-uncased", "86b5e0934494bd15c9632b12f734a8a67f723594"] as const;

const bert: Source = {
  name: "bert",
  title: "BERT-base, uncased: a text model of 12 layers × 12 heads × 64 dimensions",
  licence: "Apache-2.0",
  citation:
    "Devlin, J., Chang, M.-W., Lee, K., & Toutanova, K. (2019). BERT: Pre-training of deep bidirectional transformers for language understanding. Proceedings of NAACL-HLT 2019, 4171–4186.",
  homepage: `${HUB}/Xenova/bert-base-uncased`,
  folder: "bert-base-uncased",
  verified: "unverified",
  evidence: `${AS_RECORDED} The tokenizer is that of the original release, google-bert/bert-base-uncased.`,
  byHand: `${BY_HAND}, the tokenizer's from google-bert/bert-base-uncased`,
  files: [
    hubFile(
      "Xenova/bert-base-uncased",
      "477d06c04d52c881d9bf54e95d2977e506684eac",
      "onnx/model.onnx",
      "92b66126e73e6667ef701c253d0a6be8e6709bb6a03436de226b4f64ff3cbf35",
    ),
    hubFile(
      ...BERT_TOKENIZER,
      "tokenizer.json",
      "ce64fce797c24f68df90b40a3f74f579b336a493db14bd583fd520ea0d8c9a98",
      466_062,
    ),
    hubFile(
      ...BERT_TOKENIZER,
      "tokenizer_config.json",
      "a025160ef0431f1a392f6f050c1310f4c5d9fb6f275932dbccba73c4d214bf10",
      48,
    ),
  ],
};

const ROBERTA_TOKENIZER = ["FacebookAI/roberta-base", "e2da8e2f811d1448a5b465c236feacd80ffbac7b"] as const;

const roberta: Source = {
  name: "roberta",
  title: "RoBERTa-base, a text model of 12 layers × 12 heads × 64 dimensions",
  licence: "MIT",
  citation:
    "Liu, Y., Ott, M., Goyal, N., Du, J., Joshi, M., Chen, D., … Stoyanov, V. (2019). RoBERTa: A robustly optimized BERT pretraining approach. arXiv:1907.11692.",
  homepage: `${HUB}/Xenova/roberta-base`,
  folder: "roberta-base",
  verified: "unverified",
  evidence: `${AS_RECORDED} The tokenizer is that of the original release, FacebookAI/roberta-base.`,
  byHand: `${BY_HAND}, the tokenizer's from FacebookAI/roberta-base`,
  files: [
    hubFile(
      "Xenova/roberta-base",
      "5e6c70d61ca01f46a2fdef30d7ed655813c53968",
      "onnx/model.onnx",
      "53c6d511973549647084037a54405b08ee4b138767461497b88a4d1a85f720d6",
    ),
    hubFile(
      ...ROBERTA_TOKENIZER,
      "tokenizer.json",
      "847bbeab6174d66a88898f729d52fa8d355fafe1bea101cf960dd404581df70e",
    ),
    hubFile(
      ...ROBERTA_TOKENIZER,
      "tokenizer_config.json",
      "994f46754c5bf4014f1aa92d34b1374319c3a6b3f702105cd5b742beaecd18ce",
      25,
    ),
  ],
};

/** The published models beside MiniLM, by the data command's argument. */
export const modelSources: Readonly<Record<string, Source>> = {
  "clip-b32": clipB32,
  "clip-b16": clipB16,
  "clip-l14": clipL14,
  "vit-b16": vitB16,
  deit,
  dinov2,
  bert,
  roberta,
};
