/** A work that methods cite: BibTeX's fields, and how it is named in running text. */
export interface Reference {
  type: "article" | "inproceedings" | "misc";
  /** "Haufe et al., 2014". */
  label: string;
  /** BibTeX's fields in its notation: authors joined by "and", pages with "--". What nobody here has checked says so in `note`. */
  fields: {
    author?: string;
    title: string;
    year: string;
    journal?: string;
    booktitle?: string;
    volume?: string;
    number?: string;
    pages?: string;
    doi?: string;
    eprint?: string;
    note?: string;
  };
}

const COLE_ANTICEVIC_AUTHORS =
  "Ji, Jie Lisa and Spronk, Marjolein and Kulkarni, Kaustubh and Repovs, Grega and Anticevic, Alan and Cole, Michael W.";

/** All works that a study's methods can cite, by key. */
export const REFERENCES = {
  hierarchical2025: {
    type: "misc",
    label: "arXiv:2510.16870",
    fields: {
      title:
        "Uncovering Brain-Like Hierarchical Patterns in Vision-Language Models through fMRI-Based Neural Encoding",
      year: "2025",
      eprint: "2510.16870",
      note: "authors unverified",
    },
  },
  liu2023: {
    type: "misc",
    label: "Liu et al., 2023",
    fields: {
      author:
        "Liu, Xu and Zhou, Mengyue and Shi, Gaosheng and Du, Yu and Zhao, Lin and Wu, Zihao and Liu, David and Liu, Tianming and Hu, Xintao",
      title: "Coupling Artificial Neurons in BERT and Biological Neurons in the Human Brain",
      year: "2023",
      eprint: "2303.14871",
    },
  },
  sun2024: {
    type: "misc",
    label: "Sun et al., 2024",
    fields: {
      author:
        "Sun, Haiyang and Zhao, Lin and Wu, Zihao and Gao, Xiaohui and Hu, Yutao and Zuo, Mengfei and Zhang, Wei and Han, Junwei and Liu, Tianming and Hu, Xintao",
      title: "Brain-like Functional Organization within Large Language Models",
      year: "2024",
      eprint: "2410.19542",
    },
  },
  mairal2010: {
    type: "article",
    label: "Mairal et al., 2010",
    fields: {
      author: "Mairal, Julien and Bach, Francis and Ponce, Jean and Sapiro, Guillermo",
      title: "Online Learning for Matrix Factorization and Sparse Coding",
      journal: "Journal of Machine Learning Research",
      volume: "11",
      pages: "19--60",
      year: "2010",
    },
  },
  dupre2022: {
    type: "article",
    label: "Dupré la Tour et al., 2022",
    fields: {
      author:
        "{Dupré la Tour}, Tom and Eickenberg, Michael and Nunez-Elizalde, Anwar O. and Gallant, Jack L.",
      title: "Feature-space selection with banded ridge regression",
      journal: "NeuroImage",
      volume: "264",
      pages: "119728",
      year: "2022",
      doi: "10.1016/j.neuroimage.2022.119728",
    },
  },
  haufe2014: {
    type: "article",
    label: "Haufe et al., 2014",
    fields: {
      author:
        "Haufe, Stefan and Meinecke, Frank and Görgen, Kai and Dähne, Sven and Haynes, John-Dylan and Blankertz, Benjamin and Bießmann, Felix",
      title: "On the interpretation of weight vectors of linear models in multivariate neuroimaging",
      journal: "NeuroImage",
      volume: "87",
      pages: "96--110",
      year: "2014",
      doi: "10.1016/j.neuroimage.2013.10.067",
    },
  },
  phipson2010: {
    type: "article",
    label: "Phipson & Smyth, 2010",
    fields: {
      author: "Phipson, Belinda and Smyth, Gordon K.",
      title:
        "Permutation P-values should never be zero: calculating exact P-values when permutations are randomly drawn",
      journal: "Statistical Applications in Genetics and Molecular Biology",
      volume: "9",
      number: "1",
      pages: "Article 39",
      year: "2010",
      doi: "10.2202/1544-6115.1585",
    },
  },
  benjamini1995: {
    type: "article",
    label: "Benjamini & Hochberg, 1995",
    fields: {
      author: "Benjamini, Yoav and Hochberg, Yosef",
      title: "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
      journal: "Journal of the Royal Statistical Society: Series B (Methodological)",
      volume: "57",
      number: "1",
      pages: "289--300",
      year: "1995",
      doi: "10.1111/j.2517-6161.1995.tb02031.x",
    },
  },
  prichard1994: {
    type: "article",
    label: "Prichard & Theiler, 1994",
    fields: {
      author: "Prichard, Dean and Theiler, James",
      title: "Generating surrogate data for time series with several simultaneously measured variables",
      journal: "Physical Review Letters",
      volume: "73",
      number: "7",
      pages: "951--954",
      year: "1994",
      doi: "10.1103/PhysRevLett.73.951",
    },
  },
  alexanderbloch2018: {
    type: "article",
    label: "Alexander-Bloch et al., 2018",
    fields: {
      author:
        "Alexander-Bloch, Aaron F. and Shou, Haochang and Liu, Siyuan and Satterthwaite, Theodore D. and Glahn, David C. and Shinohara, Russell T. and Vandekar, Simon N. and Raznahan, Armin",
      title: "On testing for spatial correspondence between maps of human brain structure and function",
      journal: "NeuroImage",
      volume: "178",
      pages: "540--551",
      year: "2018",
      doi: "10.1016/j.neuroimage.2018.05.070",
    },
  },
  margulies2016: {
    type: "article",
    label: "Margulies et al., 2016",
    fields: {
      author: "Margulies, Daniel S. and others",
      title:
        "Situating the default-mode network along a principal gradient of macroscale cortical organization",
      journal: "Proceedings of the National Academy of Sciences",
      volume: "113",
      number: "44",
      pages: "12574--12579",
      year: "2016",
    },
  },
  ji2019: {
    type: "article",
    label: "Ji et al., 2019",
    fields: {
      author: COLE_ANTICEVIC_AUTHORS,
      title: "Mapping the human brain's cortical-subcortical functional network organization",
      journal: "NeuroImage",
      volume: "185",
      pages: "35--57",
      year: "2019",
      doi: "10.1016/j.neuroimage.2018.10.006",
    },
  },
  yeo2011: {
    type: "article",
    label: "Yeo et al., 2011",
    fields: {
      author: "Yeo, B. T. Thomas and others",
      title: "The organization of the human cerebral cortex estimated by intrinsic functional connectivity",
      journal: "Journal of Neurophysiology",
      volume: "106",
      number: "3",
      pages: "1125--1165",
      year: "2011",
      doi: "10.1152/jn.00338.2011",
    },
  },
  nastase2019: {
    type: "article",
    label: "Nastase et al., 2019",
    fields: {
      author: "Nastase, Samuel A. and Gazzola, Valeria and Hasson, Uri and Keysers, Christian",
      title: "Measuring shared responses across subjects using intersubject correlation",
      journal: "Social Cognitive and Affective Neuroscience",
      volume: "14",
      number: "6",
      pages: "667--685",
      year: "2019",
    },
  },
  brennan2016: {
    type: "article",
    label: "Brennan et al., 2016",
    fields: {
      author:
        "Brennan, Jonathan R. and Stabler, Edward P. and Van Wagenen, Sarah E. and Luh, Wen-Ming and Hale, John T.",
      title:
        "Abstract linguistic structure correlates with temporal activity during naturalistic comprehension",
      journal: "Brain and Language",
      volume: "157--158",
      pages: "81--94",
      year: "2016",
      doi: "10.1016/j.bandl.2016.04.008",
    },
  },
  wang2020: {
    type: "inproceedings",
    label: "Wang et al., 2020",
    fields: {
      author: "Wang, Wenhui and Wei, Furu and Dong, Li and Bao, Hangbo and Yang, Nan and Zhou, Ming",
      title:
        "MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained transformers",
      booktitle: "Advances in Neural Information Processing Systems",
      volume: "33",
      pages: "5776--5788",
      year: "2020",
    },
  },
} as const satisfies Record<string, Reference>;

export type ReferenceKey = keyof typeof REFERENCES;

/** The keys that a text cites as `[@key]` or `[@key; @other]`, in the order of their first appearance. Throws for a key that is not there. */
export function citedKeys(text: string): ReferenceKey[] {
  const keys = [...text.matchAll(/\[(@[a-z0-9]+(?:; @[a-z0-9]+)*)\]/g)].flatMap(([, inner]) =>
    inner.split("; ").map((key) => key.slice(1)),
  );
  for (const key of keys) {
    if (!Object.hasOwn(REFERENCES, key)) {
      throw new Error(
        `citedKeys: unknown reference: "${key}"; expected one of ${Object.keys(REFERENCES).join(", ")}. Add it to REFERENCES.`,
      );
    }
  }
  return [...new Set(keys)] as ReferenceKey[];
}

/** References as a BibTeX file. */
export function toBibtex(keys: readonly ReferenceKey[]): string {
  return keys
    .map((key) => {
      const { type, fields }: Reference = REFERENCES[key];
      const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${protect(name, value)}},\n`);
      const archive = fields.eprint === undefined ? "" : "  archiveprefix = {arXiv},\n";
      return `@${type}{${key},\n${lines.join("")}${archive}}\n`;
    })
    .join("\n");
}

/** Titles keep their capitals; `&` and `%` act in LaTeX. */
function protect(name: string, value: string): string {
  const escaped = name === "doi" ? value : value.replace(/[&%#_]/g, "\\$&");
  return name === "title" ? `{${escaped}}` : escaped;
}

/** A reference as a line of a list, "Haufe, Stefan and … (2014). Title. NeuroImage, 87, 96–110. doi:…". */
export function referenceLine(key: ReferenceKey): string {
  const { author, title, year, journal, booktitle, volume, number, pages, doi, eprint, note } = (
    REFERENCES[key] as Reference
  ).fields;
  const where = [
    journal ?? booktitle,
    volume && volume + (number ? `(${number})` : ""),
    pages,
    eprint && `arXiv:${eprint}`,
  ].filter((part) => part !== undefined);
  const names =
    author === undefined
      ? ""
      : `${author
          .replace(/[{}]/g, "")
          .replace(/ and others$/, " et al.")
          .replace(/ and /g, "; ")} `;
  const rest = [doi && `doi:${doi}`, note && `(${note})`].filter((part) => part !== undefined);
  return `${names}(${year}). ${title}. ${[where.join(", "), ...rest].join(". ")}.`.replace(/--/g, "–");
}
