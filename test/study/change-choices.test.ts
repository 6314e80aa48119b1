import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changeChoices,
  checkSubjects,
  demoChoiceForms,
  demoChoices,
  filmChoiceForms,
  filmChoices,
} from "../../src/study";
import { brainlens, commandFolder } from "./run-command";

const folder = commandFolder("choices");
const film = (changes: unknown) => changeChoices(filmChoices, changes, filmChoiceForms, "choices");
const demo = (changes: unknown) => changeChoices(demoChoices, changes, demoChoiceForms, "demo");

test("choices of a file take the place of the usual ones, and the others stay", () => {
  const changes = { nAtoms: 8, units: "voxels", alphas: { nAlphas: 3 }, twinSeeds: [5] };
  const alphas = { ...filmChoices.alphas, nAlphas: 3 };
  assert.deepEqual(film(changes), { ...filmChoices, ...changes, alphas });
  assert.equal(filmChoices.alphas.nAlphas, 7, "the usual ones are not touched");
  const few = { grayordinates: { nPerRegion: 2, seed: 5 }, gain: 0 };
  assert.deepEqual(demo(few), { ...demoChoices, ...few });
  assert.deepEqual(demo({ grayordinates: "all" }), demoChoices);
  assert.deepEqual(film(JSON.parse(JSON.stringify(filmChoices))), filmChoices);
});

test("a slip of the pen is no study with the usual choices", () => {
  for (const [change, message] of [
    [
      () => film({ nAtom: 8 }),
      /^Error: changeChoices: unknown choice: choices\.nAtom; expected one of reading, nAtoms/,
    ],
    [
      () => film({ alphas: { count: 3 } }),
      /unknown choice: choices\.alphas\.count; expected one of from, to, nAlphas/,
    ],
    [() => film({ nAtoms: "8" }), /invalid value of choices\.nAtoms: "8"; expected a number\. Correct it/],
    [() => film({ twinSeeds: 1 }), /invalid value of choices\.twinSeeds: 1; expected a list of numbers/],
    [
      () => film({ units: "voxel" }),
      /invalid value of choices\.units: "voxel"; expected "parcels" or "voxels"/,
    ],
    [() => film([]), /invalid value of choices: \[\]; expected an object with choices by name/],
    [
      () => demo({ grayordinates: { nPerRegion: 2 } }),
      /invalid value of demo\.grayordinates: .*; expected "all" or \{/,
    ],
    [
      () => demo({ grayordinates: "some" }),
      /invalid value of demo\.grayordinates: "some"; expected "all" or/,
    ],
    [() => checkSubjects(0), /^Error: checkSubjects: invalid subjects: 0; expected "all", a number above 0/],
  ] as const) {
    assert.throws(change, message);
  }
});

test("brainlens study takes a file of choices, and says what is wrong with one", () => {
  const planned = (content: string, ...options: string[]) => {
    const file = folder.write("choices.json", content);
    return brainlens("study", "--choices", file, "--dry-run", ...options);
  };
  assert.match(planned("{").stderr, /^readChoices: invalid JSON of .*choices\.json/);
  assert.match(
    planned('{"films": 1}').stderr,
    /^readChoices: unknown part of .*: "films"; expected some of dataset/,
  );
  assert.match(
    planned('{"dataset": "alice"}').stderr,
    /^study: mismatched dataset of .*: "alice"; expected "demo"\. Say --dataset alice, or/,
  );
  assert.match(
    planned('{"demo": {"nSubjects": 3}}', "--dataset", "alice").stderr,
    /^study: unknown part of .*: "demo"; expected none for alice\./,
  );
  assert.match(planned('{"choices": {"nAtom": 8}}').stderr, /^changeChoices: unknown choice: choices\.nAtom/);
  assert.match(
    brainlens("study", "--choices", folder.at("nowhere.json")).stderr,
    /^readChoices: missing file of choices: .*nowhere\.json/,
  );
});
