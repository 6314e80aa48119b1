import assert from "node:assert/strict";
import { test } from "node:test";
import { choices, filmChoices } from "../../../src/study";
import { type FilmFacts, filmMethods } from "../../../src/study/film/film-methods";
import { storyMethods } from "../../../src/study/story-methods";
import { citedKeys, REFERENCES, referenceLine, toBibtex } from "../../../src/study/write-up/references";

const facts: FilmFacts = {
  ...{ isSimulated: true, nSubjects: 3, nRuns: 4, nTrs: 961, trSec: 1.5 },
  ...{ nVoxels: 91_282, nUnits: 717, nSets: 68 },
};
const story = {
  ...{ nSubjects: 27, nLeftOut: 1, nTrs: 362, trSec: 2, nWords: 2129, roiNames: ["LATL", "LIFG"] },
  ...{ model: "MiniLM", nNeurons: 2304, nShifts: 343 },
};

/** Every number of a set of choices, alone and in lists. */
function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

for (const [name, chosen, write] of [
  ["a film", filmChoices, (c: object) => filmMethods(c as typeof filmChoices, facts).join("\n")],
  ["a story", choices.alice, (c: object) => storyMethods(c as typeof choices.alice, story).join("\n")],
] as const) {
  test(`the methods of ${name} say every choice, and change with each`, () => {
    const before = write(chosen);
    for (const [key, value] of Object.entries(chosen)) {
      const other =
        typeof value === "number"
          ? value + 0.137
          : Array.isArray(value)
            ? [901, 902]
            : typeof value === "object"
              ? { from: -9, to: 9, nAlphas: 77 }
              : { qkMean: "headOutput", qkWord: "qkMean", parcels: "voxels" }[value as string];
      const after = write({ ...chosen, [key]: other });
      assert.notEqual(after, before, key);
      if (key === "windowWords") continue; // the current word is told apart from those before it
      for (const number of numbersOf(other)) {
        assert.match(after, new RegExp(`(?<![\\d.])${String(Math.abs(number)).replace(".", "\\.")}`), key);
      }
    }
  });

  test(`every work that the methods of ${name} cite is in their bibliography`, () => {
    const keys = citedKeys(write(chosen));
    assert.ok(keys.length >= 6);
    const bibtex = toBibtex(keys);
    for (const key of keys) assert.match(bibtex, new RegExp(`^@\\w+\\{${key},$`, "m"));
    assert.equal(bibtex.match(/^@/gm)?.length, keys.length);
  });
}

test("methods of simulated data say so in their first paragraph", () => {
  assert.match(filmMethods(filmChoices, facts)[0], /3 simulated subjects.*say nothing about brains/);
  assert.doesNotMatch(filmMethods(filmChoices, { ...facts, isSimulated: false }).join(), /simulated/);
});

test("citedKeys names a reference that is not there", () => {
  assert.deepEqual(citedKeys("a [@ji2019; @haufe2014] b [@ji2019] c [0.1, 0.2]"), ["ji2019", "haufe2014"]);
  assert.throws(
    () => citedKeys("[@nobody2000]"),
    /^Error: citedKeys: unknown reference: "nobody2000"; expected one of /,
  );
});

test("every reference has what BibTeX needs, and what is not certain says so", () => {
  for (const [key, { fields }] of Object.entries(REFERENCES)) {
    assert.ok("author" in fields || ("note" in fields && /unverified/.test(fields.note)), `${key}: authors`);
    assert.match(fields.year, /^(19|20)\d\d$/);
  }
  const all = toBibtex(Object.keys(REFERENCES) as (keyof typeof REFERENCES)[]);
  for (const [, value] of all.matchAll(/= \{(.*)\},$/gm)) {
    assert.equal(value.split("{").length, value.split("}").length, `braces of ${value}`);
  }
  assert.equal(
    referenceLine("haufe2014").slice(-90),
    "models in multivariate neuroimaging. NeuroImage, 87, 96–110. doi:10.1016/j.neuroimage.2013.10.067.".slice(
      -90,
    ),
  );
});
