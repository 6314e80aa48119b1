import type { Act } from "./picture";
import type { Tense } from "./theme";

/** What a verb is about: what bodies do, what people do to one another, what goes on in minds, or nothing of these. */
export type VerbClass = "bodily" | "social" | "mental" | "other";

/** A verb that captions are written with; `valence` is from −1, unpleasant, to 1, pleasant. */
export interface Verb {
  /** Third person singular, past, and the base that also follows "will" and a plural. */
  readonly forms: readonly [third: string, past: string, base: string];
  readonly class: VerbClass;
  readonly valence: number;
}

function verbs(verbClass: VerbClass, valence: number, rows: string): readonly Verb[] {
  return rows.split(", ").map((row) => {
    const [third, past, base] = row.split(" ");
    return { forms: [third, past, base], class: verbClass, valence };
  });
}

/** The verbs for each act, the usual one first. What one has is eaten or held. */
export const ACT_VERBS: Readonly<Record<Exclude<Act, "have"> | "eat" | "hold", readonly Verb[]>> = {
  chase: verbs("bodily", 0, "chases chased chase, follows followed follow, pursues pursued pursue"),
  love: verbs(
    "social",
    0.8,
    "hugs hugged hug, comforts comforted comfort, thanks thanked thank, cherishes cherished cherish",
  ),
  quarrel: verbs(
    "social",
    -0.8,
    "blames blamed blame, insults insulted insult, threatens threatened threaten, scolds scolded scold",
  ),
  talk: verbs("social", 0, "asks asked ask, greets greeted greet, consults consulted consult"),
  think: verbs("mental", 0, "imagines imagined imagine, wants wanted want, remembers remembered remember"),
  eat: verbs("bodily", 0, "eats ate eat, tastes tasted taste, devours devoured devour"),
  hold: verbs("bodily", 0, "holds held hold, carries carried carry, grips gripped grip"),
};

export const JOURNEY_VERBS: Readonly<Record<"slow" | "fast", readonly Verb[]>> = {
  slow: verbs("bodily", 0, "moves moved move, drifts drifted drift, wanders wandered wander"),
  fast: verbs("bodily", 0, "runs ran run, races raced race, rushes rushed rush"),
};

/** Verbs of captions that tell what is not to be seen. */
export const OTHER_VERBS = {
  be: { forms: ["is", "was", "be"], class: "other", valence: 0 } as Verb,
  feel: { forms: ["feels", "felt", "feel"], class: "mental", valence: 0 } as Verb,
  know: verbs("mental", 0, "knows knew know, understands understood understand, trusts trusted trust"),
  recall: verbs("mental", 0, "recalls recalled recall, expects expected expect, forgets forgot forget"),
  miss: verbs("mental", -0.4, "misses missed miss, regrets regretted regret"),
  discuss: verbs(
    "social",
    0,
    "mentions mentioned mention, describes described describe, praises praised praise",
  ),
  grow: verbs("other", 0, "grows grew grow, returns returned return, lingers lingered linger"),
  fill: verbs("other", 0, "fills filled fill, rules ruled rule"),
};

/** The form of a verb after a subject. */
export function conjugate(verb: Verb, tense: Tense, isPlural: boolean): string {
  const [third, past, base] = verb.forms;
  if (tense === "future") return `will ${base}`;
  if (base === "be") return { present: isPlural ? "are" : "is", past: isPlural ? "were" : "was" }[tense];
  return tense === "past" ? past : isPlural ? base : third;
}
