import assert from "node:assert/strict";
import { test } from "node:test";
import { ATTRIBUTES, type Film, makeFilm, renderFrame, sceneAt, sceneTable } from "../../../src/simulation";
import { row } from "../../../src/tensor";

const SHORT = [108, 130];

/** All that a film shows and says, and all that is measured of it, as bytes. */
function bytesOf(film: Film): Buffer {
  const frames = film.runs.flatMap(({ nTrs }, run) =>
    Array.from({ length: nTrs }, (_, second) => renderFrame(film, run, second).data),
  );
  const captions = film.runs.map(({ scenes }) => scenes.map(({ caption }) => caption).join("\n")).join("\n");
  const attributes = film.runs.map(({ attributes }) => new Uint8Array(attributes.data.buffer));
  return Buffer.concat([...frames, Buffer.from(captions), ...attributes]);
}

test("the same seed gives the same film to the byte, another seed another film", async () => {
  const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => makeFilm({ seed, runTrs: SHORT })));
  assert.ok(bytesOf(first).equals(bytesOf(again)));
  assert.ok(!bytesOf(first).equals(bytesOf(other)));
  const said = (film: Film) => film.runs[0].scenes.map(({ caption }) => caption);
  assert.notDeepEqual(said(first), said(other));
});

test("a film has four runs of 240 TRs: rest, four clips and the validation clip, 10 s of rest after each", async () => {
  const { runs, trSeconds } = await makeFilm({ seed: 3 });
  assert.equal(trSeconds, 1);
  assert.deepEqual(
    runs.map(({ nTrs }) => nTrs),
    [240, 240, 240, 240],
  );
  for (const { clips, attributes } of runs) {
    assert.deepEqual(
      clips.map(({ startSeconds, endSeconds, validation }) => [startSeconds, endSeconds, validation]),
      [
        [10, 44, false],
        [54, 88, false],
        [98, 132, false],
        [142, 176, false],
        [186, 230, true],
      ],
    );
    assert.deepEqual(attributes.shape, [240, ATTRIBUTES.length]);
  }
});

test("the validation clip is the same in every run: frames, captions and attributes", async () => {
  const film = await makeFilm({ seed: 4, runTrs: [108, 130, 240] });
  const clips = film.runs.map(({ clips }) => clips.filter(({ validation }) => validation));
  for (const [{ length }] of clips.map((found) => [found])) assert.equal(length, 1);
  const [first, ...others] = clips.map(([clip]) => clip);
  for (let second = 0; second < first.endSeconds - first.startSeconds; second++) {
    others.forEach((clip, i) => {
      const [here, there] = [first.startSeconds + second, clip.startSeconds + second];
      assert.deepEqual(renderFrame(film, i + 1, there), renderFrame(film, 0, here));
      assert.equal(sceneAt(film, i + 1, there)!.caption, sceneAt(film, 0, here)!.caption);
      assert.deepEqual(row(film.runs[i + 1].attributes, there), row(film.runs[0].attributes, here));
    });
  }
});

test("the other clips are all different", async () => {
  const { runs } = await makeFilm({ seed: 5 });
  const told = runs.flatMap(({ clips, scenes }) =>
    clips
      .filter(({ validation }) => !validation)
      .map(({ startSeconds, endSeconds }) =>
        scenes
          .filter((scene) => scene.startSeconds >= startSeconds && scene.endSeconds <= endSeconds)
          .map(({ caption }) => caption)
          .join("; "),
      ),
  );
  assert.equal(told.length, 16);
  assert.equal(new Set(told).size, 16);
});

test("scenes last 2 to 6 s and fill their clips without a gap; a clip's first scene is new in all", async () => {
  for (const seed of [6, 7]) {
    for (const { clips, scenes } of (await makeFilm({ seed })).runs) {
      for (const clip of clips) {
        let end = clip.startSeconds;
        for (const scene of scenes.filter(
          ({ startSeconds }) => startSeconds >= clip.startSeconds && startSeconds < clip.endSeconds,
        )) {
          assert.equal(scene.startSeconds, end);
          const length = scene.endSeconds - scene.startSeconds;
          assert.ok(length >= 2 && length <= 6, `${length} s`);
          assert.ok(scene.pictureStartSeconds >= clip.startSeconds);
          assert.ok(scene.captionStartSeconds >= clip.startSeconds);
          end = scene.endSeconds;
        }
        assert.equal(end, clip.endSeconds);
      }
    }
  }
});

test("in rest the film is black and silent and every attribute is 0", async () => {
  const film = await makeFilm({ seed: 8, runTrs: SHORT });
  for (const second of [0, 9.9, 44, 53, 98, 107]) {
    assert.equal(sceneAt(film, 0, second), undefined);
    assert.ok(renderFrame(film, 0, second).data.every((value) => value === 0));
    assert.ok(row(film.runs[0].attributes, Math.floor(second)).every((value) => value === 0));
  }
  assert.notEqual(sceneAt(film, 0, 10), undefined);
  assert.notEqual(sceneAt(film, 0, 43.9), undefined);
});

test("a false caption is said to be false, and the others are not", async () => {
  const { runs } = await makeFilm({ seed: 9 });
  const scenes = runs.flatMap((run) => run.scenes);
  for (const { congruence, tells, twist } of scenes) {
    assert.equal(congruence === 0, tells !== "seen");
    assert.equal(congruence === -1, twist !== "none");
  }
  for (const value of [-1, 0, 1]) assert.ok(scenes.some(({ congruence }) => congruence === value));
});

test("sceneTable has a row for each scene, with the means of its seconds", async () => {
  const film = await makeFilm({ seed: 10, runTrs: SHORT });
  const rows = sceneTable(film);
  assert.equal(rows.length, film.runs[0].scenes.length + film.runs[1].scenes.length);
  const [{ scenes }] = film.runs;
  assert.equal(rows[0].caption, scenes[0].caption);
  assert.equal(rows[0].words, scenes[0].caption.split(" ").length);
  // The caption is new in the first of the scene's seconds alone.
  assert.equal(rows[0]["caption onset"], 1 / (scenes[0].endSeconds - scenes[0].startSeconds));
});

test("makeFilm and sceneAt refuse what there is not", async () => {
  await assert.rejects(
    makeFilm({ seed: 0.5 }),
    /^Error: makeFilm: invalid seed: 0\.5; expected an integer\./,
  );
  await assert.rejects(makeFilm({ seed: 1, runTrs: [40] }), {
    message:
      "makeFilm: invalid length of a run: 40 TRs; expected a whole number of at least 64. Make room for the validation clip.",
  });
  const film = await makeFilm({ seed: 1, runTrs: [64] });
  assert.throws(() => sceneAt(film, 0, 64), {
    message: "sceneAt: invalid time: 64 s of run 0; expected 1 runs of 64 s. Count runs and seconds from 0.",
  });
  assert.throws(() => renderFrame(film, 1, 0), /invalid time: 0 s of run 1/);
});
