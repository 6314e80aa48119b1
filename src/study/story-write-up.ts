import { POLARITY_LIMIT, PREDICTION_LIMIT, REDUNDANCY_LIMIT } from "../findings";
import type { Choices } from "./choices";
import { sources } from "./sources";
import { type StoryFacts, storyMethods } from "./story-methods";
import type { ReportSection } from "./write-up/outline";
import type { WriteUp } from "./write-up/report-page";

const OUTLINE: ReportSection[] = [
  { title: "Choices", limit: null, tables: ["choices"], figures: [] },
  {
    title: "Prediction",
    limit: PREDICTION_LIMIT,
    tables: ["prediction", "unique-contribution", "random-weights", "baseline", "subjects"],
    figures: ["prediction", "unique-contribution", "shift-null"],
  },
  {
    title: "Where the predictive neurons sit, and what they do",
    limit: null,
    tables: ["heads"],
    figures: ["heads", "atoms"],
  },
  {
    title: "Atoms, and who carries them",
    limit: null,
    tables: ["atoms"],
    figures: ["stability", "layers"],
  },
  {
    title: "Redundancy",
    limit: REDUNDANCY_LIMIT,
    tables: ["redundancy", "redundancy-model", "removal", "connectivity"],
    figures: ["redundancy", "similarity", "removal"],
  },
  {
    title: "Polarity",
    limit: POLARITY_LIMIT,
    tables: ["polarity", "opposite-maps", "opposite-pairs", "mirror"],
    figures: ["polarity", "opposite", "mirror"],
  },
  {
    title: "How much depends on the choices",
    limit: null,
    tables: ["dictionary", "readings", "sweep"],
    figures: ["sweep"],
  },
];

/** What a story's study says of itself: the text around its tables and figures. */
export function storyWriteUp(choices: Choices, facts: StoryFacts): WriteUp {
  return {
    title: `Alice in Wonderland: what ${facts.model}'s neurons share with ${facts.nSubjects} listeners`,
    notice: null,
    outline: OUTLINE,
    methods: storyMethods(choices, facts),
    attributions: [sources.alice, sources.minilm].map(({ title, licence, citation }) => ({
      what: title,
      licence,
      citation,
    })),
  };
}
