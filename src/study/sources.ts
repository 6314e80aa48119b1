import { ALICE_FILES } from "./alice-files";
import { modelSources } from "./model-sources";

/** One file of a source. */
export interface SourceFile {
  /** Its public address; "unverified" where none is known for sure. */
  url: string | "unverified";
  /** Where it goes, below the source's folder. */
  path: string;
  /** Its size, null where it is not known. */
  bytes: number | null;
  sha256: string | "unverified";
  /** Hashes of other files that serve as well and are kept when they are there. */
  otherSha256?: readonly string[];
}

/** A data set or model that is fetched and never kept in the repository. */
export interface Source {
  /** The data command's argument. */
  name: string;
  title: string;
  licence: string;
  citation: string;
  /** The page on which its authors offer it. */
  homepage: string;
  /** Its folder below a data folder. */
  folder: string;
  /** "downloaded" once the addresses below were seen to answer with these hashes. */
  verified: "downloaded" | "unverified";
  /** What the addresses and hashes below rest on. */
  evidence: string;
  /** How to place the files by hand: ends a sentence. */
  byHand: string;
  files: readonly SourceFile[];
}

const alice: Source = {
  name: "alice",
  title: "fMRI time courses of 28 listeners to Alice in Wonderland, chapter 1",
  licence: "CC BY 4.0",
  citation:
    "Brennan, J. R., Stabler, E. P., Van Wagenen, S. E., Luh, W.-M., & Hale, J. T. (2016). Abstract linguistic structure correlates with temporal activity during naturalistic comprehension. Brain and Language, 157–158, 81–94. https://doi.org/10.1016/j.bandl.2016.04.008",
  homepage: "https://sites.lsa.umich.edu/cnllab/2016/06/11/data-sharing-fmri-timecourses-story-listening/",
  folder: "alice",
  verified: "unverified",
  evidence:
    "The page is named by several public projects; the files' own addresses are not known. Sizes and hashes are those of the files that this project's results were made with.",
  byHand: "put the folder with 10mm, 6mm and the tables as data, the folder with the .TextGrid as stimulus",
  files: ALICE_FILES.trim()
    .split("\n")
    .map((line) => {
      const [sha256, bytes, path] = line.split(" ");
      return { url: "unverified", path, bytes: Number(bytes), sha256 };
    }),
};

const MINILM_BASE =
  "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41";

const minilm: Source = {
  name: "minilm",
  title: "all-MiniLM-L6-v2, a text model of 6 layers × 12 heads × 32 dimensions",
  licence: "Apache-2.0",
  citation:
    "Wang, W., Wei, F., Dong, L., Bao, H., Yang, N., & Zhou, M. (2020). MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained transformers. Advances in Neural Information Processing Systems, 33, 5776–5788. Fine-tuned by the sentence-transformers project (Reimers & Gurevych, 2019, EMNLP).",
  homepage: "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
  folder: "all-MiniLM-L6-v2",
  verified: "unverified",
  evidence:
    "Addresses, sizes and hashes are those that several public projects record for this revision; they were not downloaded when this was written. tokenizer.json, config.json, tokenizer_config.json and vocab.txt have the hashes of the files that this project's results were made with; model.onnx is another export of the model than the one used for them (SHA-256 7049acc3ed91d07b23ab4aeaea1519195f11294240cc612a57d76f2008abd8e6).",
  byHand: "put them there under their names, model.onnx in the folder onnx",
  files: [
    {
      url: `${MINILM_BASE}/onnx/model.onnx`,
      path: "onnx/model.onnx",
      bytes: 90405214,
      sha256: "6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452",
      // The export that this project's results were made with.
      otherSha256: ["7049acc3ed91d07b23ab4aeaea1519195f11294240cc612a57d76f2008abd8e6"],
    },
    {
      url: `${MINILM_BASE}/tokenizer.json`,
      path: "tokenizer.json",
      bytes: 466247,
      sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
    {
      url: `${MINILM_BASE}/tokenizer_config.json`,
      path: "tokenizer_config.json",
      bytes: 350,
      sha256: "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    },
    {
      url: `${MINILM_BASE}/config.json`,
      path: "config.json",
      bytes: 612,
      sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    },
    {
      url: `${MINILM_BASE}/vocab.txt`,
      path: "vocab.txt",
      bytes: 231508,
      sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    },
  ],
};

/** Everything that `npm run data -- NAME` knows. */
export const sources: Readonly<Record<string, Source>> = { alice, minilm, ...modelSources };
