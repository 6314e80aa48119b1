import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFilm } from "../../src/simulation";
import { describeFilmChoices } from "../../src/study";
import { FILM_MODELS, featureSets } from "../../src/study/film/feature-sets";
import { filmChoices } from "../../src/study/film/film-choices";
import { filmCourses } from "../../src/study/film/film-courses";
import { filmDesign, trsOfRuns } from "../../src/study/film/film-design";
import { joinSets } from "../../src/study/film/film-encoding";
import { filmFrames } from "../../src/study/film/film-frames";
import { filmStimulus, shuffledCaptions } from "../../src/study/film/film-stimulus";
import { column, matrix, random } from "../../src/tensor";

const film = makeFilm({ seed: 5 });
const design = film.then((one) => filmDesign(one, { riseSec: 6 }));
const stimulus = Promise.all([film, design]).then(([one, of]) => filmStimulus(one, of, filmFrames(one, of)));

test("no TR of the validation clip is learned on or scored, and the start of each clip is not scored", async () => {
  const [{ runs: filmRuns, trSeconds }, { runs }] = [await film, await design];
  runs.forEach(({ shown, learned, scored, validation, nTrs }, r) => {
    const [validationClip] = filmRuns[r].clips.filter((clip) => clip.validation);
    const isValidation = (t: number) =>
      t * trSeconds >= validationClip.startSeconds && t * trSeconds < validationClip.endSeconds;
    assert.ok(shown.some(isValidation) && shown.every((t) => t < nTrs));
    assert.ok(!learned.some(isValidation) && !scored.some(isValidation) && validation.every(isValidation));
    assert.deepEqual(
      Array.from(learned),
      Array.from(shown).filter((t) => !isValidation(t)),
    );
    const starts = filmRuns[r].clips.map((clip) => Math.ceil(clip.startSeconds / trSeconds));
    for (const start of starts) {
      for (let t = start; t < start + 6; t++)
        assert.ok(!scored.includes(t) && !validation.includes(t), `TR ${t}`);
    }
  });
});

test("every TR that is shown has the caption of the scene at its middle", async () => {
  const [{ runs }, of, { trs, captions }] = [await film, await design, await stimulus];
  assert.deepEqual(
    trs,
    trsOfRuns(of, ({ shown }) => shown),
  );
  let step = 0;
  of.runs.forEach(({ shown }, r) => {
    for (const t of shown) {
      const scene = runs[r].scenes.find((one) => one.startSeconds <= t + 0.5 && t + 0.5 < one.endSeconds);
      assert.equal(captions[step++], scene?.caption);
    }
  });
});

test("shuffled captions are the same captions, one a scene, in other places", async () => {
  const shown = await stimulus;
  const shuffled = shuffledCaptions(shown, 3);
  const ofScenes = (captions: readonly string[]) => {
    const first = new Map<number, string>();
    shown.scenes.forEach((scene, i) => {
      if (!first.has(scene)) first.set(scene, captions[i]);
      assert.equal(captions[i], first.get(scene));
    });
    return [...first.values()];
  };
  const [before, after] = [ofScenes(shown.captions), ofScenes(shuffled)];
  assert.deepEqual([...after].sort(), [...before].sort());
  const nKept = after.filter((caption, i) => caption === before[i]).length;
  assert.ok(nKept < before.length / 4, `${nKept} of ${before.length} scenes kept their caption`);
  assert.deepEqual(shuffledCaptions(shown, 3), shuffled);
  assert.notDeepEqual(shuffledCaptions(shown, 4), shuffled);
});

test("courses are z-scored within runs over what is shown, 0 in rest, and a neuron constant in a run is dropped", async () => {
  const [of, { trs }] = [await design, await stimulus];
  const { normal } = random(1);
  const values = new Float64Array(trs.length * 3).map(() => 2 + normal());
  const secondRun = of.ranges[1];
  trs.forEach((t, i) => {
    if (t >= secondRun.start && t < secondRun.end) values[i * 3 + 1] = 4;
  });
  const { courses, neurons, nDropped } = filmCourses(matrix(values, [trs.length, 3]), trs, of);
  assert.deepEqual([neurons, nDropped], [[0, 2], 1]);
  const course = column(courses, 0);
  const isShown = new Set(trs);
  course.forEach((value, t) => assert.ok(isShown.has(t) || value === 0));
  of.runs.forEach(({ shown }, r) => {
    const own = Array.from(shown, (t) => course[t + of.ranges[r].start]);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
    assert.ok(Math.abs(mean) < 1e-12 && Math.abs(variance - 1) < 1e-12);
  });
});

test("sets side by side hold a copied column once, and each set finds its own", () => {
  const run = (columns: number[][]) =>
    matrix(
      Float64Array.from(
        { length: 8 * columns.length },
        (_, at) => columns[at % columns.length][Math.floor(at / columns.length)],
      ),
      [8, columns.length],
    );
  const { normal } = random(2);
  const [a, b, c] = [1, 2, 3].map(() => Array.from({ length: 8 }, () => normal()));
  const { features, columns } = joinSets([{ features: [run([a, b])] }, { features: [run([b, c])] }]);
  assert.deepEqual(columns, [
    [0, 1],
    [1, 2],
  ]);
  assert.deepEqual(
    [0, 1, 2].map((j) => Array.from(column(features[0], j))),
    [a, b, c],
  );
});

test("sets of features have names of their own, and all that are compared have one number of atoms", () => {
  const sets = featureSets(filmChoices);
  assert.equal(new Set(sets.map(({ name }) => name)).size, sets.length);
  assert.deepEqual(
    [...new Set(sets.filter(({ depth }) => depth === null).map(({ nAtoms }) => nAtoms))],
    [filmChoices.nAtoms],
  );
  const files = new Set(Object.values(FILM_MODELS).flatMap((model) => Object.values(model) as string[]));
  for (const { name, sources, control } of sets) {
    assert.ok(sources.length > 0 && sources.every(({ file }) => files.has(file)), name);
    assert.equal(
      sources.every(({ twin }) => (twin === null) === (control !== "random weights")),
      true,
      name,
    );
  }
});

test("every choice of a film's study is described with its value and its source", () => {
  const rows = describeFilmChoices({ ...filmChoices, nAtoms: 48 });
  for (const choice of Object.keys(filmChoices)) {
    const found = rows.find((one) => one.choice === choice);
    assert.ok(found !== undefined && found.source.length > 5, choice);
  }
  assert.equal(rows.find(({ choice }) => choice === "nAtoms")?.value, "48");
});
