import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFilm } from "../../src/simulation";
import { type OwnRun, ownFilm } from "../../src/study";
import { filmDesign } from "../../src/study/film/film-design";

const frames = (n: number) => ({ names: Array.from({ length: n }, (_, i) => `${i}`) });
const captions = [
  { text: "a cat", onsetSec: 0, offsetSec: 4 },
  { text: "a dog", onsetSec: 6, offsetSec: 20 },
];
const clip = (onsetSec: number, offsetSec: number, filmSec: number, isRepeated = false) => ({
  ...{ onsetSec, offsetSec, filmSec, isRepeated },
});
const run = (nTrs: number, ...clips: OwnRun["clips"]): OwnRun => ({ name: "sub-01_run-1", nTrs, clips });

test("every TR of a clip gets the frame and the caption at its middle by the film's clock", () => {
  const film = ownFilm(
    { frames: frames(40), framesPerSec: 2, captions },
    [run(8, clip(4, 12, 8)), run(6, clip(0, 4, 0), clip(6, 12, 12, true))],
    { trSec: 2, riseSec: 2 },
  );
  // The middle of TR 2 is 5 s, which is 9 s of the film: frame 18.
  assert.deepEqual(Array.from(film.trs), [2, 3, 4, 5, 8, 9, 11, 12, 13]);
  assert.deepEqual(film.frameOfStep, [18, 22, 26, 30, 2, 6, 26, 30, 34]);
  assert.deepEqual(
    film.captions,
    [..."dddd"].map(() => "a dog").concat("a cat", "a cat", "a dog", "a dog", "a dog"),
  );
  const lists = film.design.runs.map(({ shown, learned, scored, validation }) =>
    [shown, learned, scored, validation].map((list) => Array.from(list)),
  );
  assert.deepEqual(lists, [
    [[2, 3, 4, 5], [2, 3, 4, 5], [3, 4, 5], []],
    [[0, 1, 3, 4, 5], [0, 1], [1], [4, 5]],
  ]);
  assert.deepEqual(film.design.ranges, [
    { start: 0, end: 8 },
    { start: 8, end: 14 },
  ]);
});

test("TRs without a caption are rest and are counted", () => {
  const film = ownFilm({ frames: frames(20), framesPerSec: 1, captions }, [run(12, clip(0, 12, 0))], {
    ...{ trSec: 1, riseSec: 0 },
  });
  assert.equal(film.nWithoutCaption, 2);
  assert.deepEqual(Array.from(film.trs), [0, 1, 2, 3, 6, 7, 8, 9, 10, 11]);
});

test("the demo's film on its own TRs has the demo's design", async () => {
  const film = await makeFilm({ seed: 3, runTrs: [108, 152] });
  const scenes = film.runs.flatMap(({ scenes }, r) =>
    scenes.map(({ startSeconds, endSeconds, caption }) => ({
      ...{ text: caption, onsetSec: 108 * r + startSeconds, offsetSec: 108 * r + endSeconds },
    })),
  );
  const runs = film.runs.map(({ nTrs, clips }, r) => ({
    ...{ name: `run ${r + 1}`, nTrs },
    clips: clips.map(({ startSeconds, endSeconds, validation }) =>
      clip(startSeconds, endSeconds, 108 * r + startSeconds, validation),
    ),
  }));
  const { design } = ownFilm({ frames: frames(260), framesPerSec: 1, captions: scenes }, runs, {
    ...{ trSec: 1, riseSec: 6 },
  });
  assert.deepEqual(design, filmDesign(film, { riseSec: 6 }));
});

test("ownFilm names the run in which stimulus and scan do not fit", () => {
  const place = (nFrames: number, one: OwnRun) => () =>
    ownFilm({ frames: frames(nFrames), framesPerSec: 1, captions }, [one], { trSec: 2, riseSec: 2 });
  assert.throws(place(10, run(10, clip(0, 16, 0))), {
    message:
      "ownFilm: invalid run sub-01_run-1: frameOfTr: mismatched length of the stimulus: TR 5 of clip 0 (11 s) needs frame 11; expected 0 to 9, as 10 frames at 1 a second from 0 s have. The scan has more TRs than the stimulus: check nTrs, the clips and the frame rate.",
  });
  assert.throws(
    place(60, run(20, clip(0, 30, 0))),
    /invalid run sub-01_run-1: captionOfTr: mismatched length/,
  );
  assert.throws(
    place(60, run(6, clip(0, 16, 0))),
    /invalid run sub-01_run-1: clipOfTr: invalid clip 0: 0 to 16 s/,
  );
  assert.throws(
    place(60, run(9, clip(0, 6, 0), clip(4, 8, 8))),
    /invalid run sub-01_run-1: clipOfTr: invalid clip 1/,
  );
  assert.throws(place(60, run(6, clip(0, 6, 0, true))), {
    message:
      "ownFilm: missing TRs of run sub-01_run-1: none of 6 is in a clip that is not repeated, 2 s after its start; expected some. Check the clips' times, or leave the run out.",
  });
});
