import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOfTr, clipOfTr, frameOfTr, HCP_MOVIE_TR_SEC, hcpMovieRuns, REST } from "../../src/stimuli";

const TIMING = {
  trSec: 2,
  nTrs: 6,
  clips: [
    { onsetSec: 2, offsetSec: 6 },
    { onsetSec: 7, offsetSec: 11.5 },
  ],
};

test("clipOfTr gives a TR to the clip that is on at its middle, and marks rest", () => {
  // Middles 1, 3, 5, 7, 9, 11 s; windows are half-open.
  assert.deepEqual([...clipOfTr(TIMING)], [REST, 0, 0, 1, 1, 1]);
  const touching = {
    ...TIMING,
    clips: [
      { onsetSec: 1, offsetSec: 3 },
      { onsetSec: 3, offsetSec: 4 },
    ],
  };
  assert.deepEqual([...clipOfTr(touching)], [0, 1, REST, REST, REST, REST]);
});

test("clipOfTr names clips that overlap, run backwards or leave the scan", () => {
  const clips = (...windows: [number, number][]) => ({
    ...TIMING,
    clips: windows.map(([onsetSec, offsetSec]) => ({ onsetSec, offsetSec })),
  });
  assert.throws(() => clipOfTr(clips([0, 4], [3, 6])), {
    message:
      "clipOfTr: invalid clip 1: 3 to 6 s; expected it after 4 s, its end after its start and by 12 s, where the scan of 6 TRs ends. Check the windows, trSec and nTrs.",
  });
  for (const windows of [[[3, 3]], [[-1, 3]], [[0, 12.5]]] as [number, number][][]) {
    assert.throws(() => clipOfTr(clips(...windows)), /^Error: clipOfTr: invalid clip 0: /);
  }
  assert.throws(() => clipOfTr({ ...TIMING, trSec: 0 }), {
    message:
      "clipOfTr: invalid trSec or nTrs: 0, 6; expected a positive number of seconds and a positive integer. Pass the scan's repetition time and length.",
  });
});

test("frameOfTr gives a TR the frame on the screen at its middle", () => {
  assert.deepEqual(
    [...frameOfTr({ nFrames: 120, framesPerSec: 10, startSec: 0 }, TIMING)],
    [REST, 30, 50, 70, 90, 110],
  );
  // Frames that start with the first clip, one a TR.
  assert.deepEqual(
    [...frameOfTr({ nFrames: 5, framesPerSec: 0.5, startSec: 2 }, TIMING)],
    [REST, 0, 1, 2, 3, 4],
  );
  // 0.29 · 100 is 29 but for a last bit: the middle falls on the frame's start.
  const fine = { trSec: 0.58, nTrs: 1, clips: [{ onsetSec: 0, offsetSec: 0.58 }] };
  assert.ok(0.29 * 100 < 29);
  assert.deepEqual([...frameOfTr({ nFrames: 40, framesPerSec: 100, startSec: 0 }, fine)], [29]);
});

test("frameOfTr names a scan with more TRs than the stimulus", () => {
  assert.throws(() => frameOfTr({ nFrames: 110, framesPerSec: 10, startSec: 0 }, TIMING), {
    message:
      "frameOfTr: mismatched length of the stimulus: TR 5 of clip 1 (11 s) needs frame 110; expected 0 to 109, as 110 frames at 10 a second from 0 s have. The scan has more TRs than the stimulus: check nTrs, the clips and the frame rate.",
  });
  assert.throws(() => frameOfTr({ nFrames: 999, framesPerSec: 10, startSec: 4 }, TIMING), /needs frame -10;/);
  assert.throws(() => frameOfTr({ nFrames: 9, framesPerSec: 0, startSec: 0 }, TIMING), {
    message:
      "frameOfTr: invalid framesPerSec or startSec: 0, 0; expected a positive rate and a time in seconds. Pass how the frames were taken.",
  });
});

const caption = (onsetSec: number, offsetSec: number) => ({ text: `from ${onsetSec}`, onsetSec, offsetSec });

test("captionOfTr gives a TR the caption that holds at its middle, half-open, and marks silence and rest", () => {
  const captions = [caption(0, 3), caption(3, 4), caption(4.2, 4.8), caption(6.5, 9), caption(9, 12)];
  assert.deepEqual([...captionOfTr(captions, { ...TIMING, startSec: 0 })], [REST, 1, REST, 3, 4, 4]);
  // The captions' clock starts 2 s into the scan.
  assert.deepEqual([...captionOfTr(captions, { ...TIMING, startSec: 2 })], [REST, 0, 1, REST, 3, 4]);
  // A TR before the captions is silent.
  assert.deepEqual([...captionOfTr([caption(10, 12)], { ...TIMING, startSec: 0 })].slice(0, 5), [
    ...[REST, REST, REST, REST, REST],
  ]);
});

test("captionOfTr names a scan with more TRs than the captions", () => {
  assert.throws(() => captionOfTr([caption(0, 11)], { ...TIMING, startSec: 0 }), {
    message:
      "captionOfTr: mismatched length of the captions: TR 5 of clip 1 is at 11 s of their clock; expected captions to the end of the clips, not to 11 s. The scan has more TRs than the stimulus: check nTrs, startSec and the clips, or end the clip with its last caption.",
  });
  assert.throws(() => captionOfTr([], { ...TIMING, startSec: 0 }), /TR 1 of clip 0 is at 3 s/);
});

test("hcpMovieRuns are four runs of 18 clips with 20 s of rest around each (21 s once), the last of a run for validation", () => {
  assert.deepEqual(
    hcpMovieRuns.map(({ run, nTrs }) => [run, nTrs]),
    [
      [1, 921],
      [2, 918],
      [3, 915],
      [4, 901],
    ],
  );
  assert.equal(
    hcpMovieRuns.reduce((sum, { nTrs }) => sum + nTrs, 0),
    3655,
  );
  assert.equal(hcpMovieRuns.flatMap(({ clips }) => clips).length, 18);
  for (const { run, nTrs, clips } of hcpMovieRuns) {
    const boundaries = [0, ...clips.map(({ offsetSec }) => offsetSec)];
    clips.forEach(({ onsetSec, offsetSec, kind }, c) => {
      assert.equal(onsetSec - boundaries[c], run === 4 && kind === "validation" ? 21 : 20);
      assert.ok(offsetSec > onsetSec);
    });
    assert.equal(nTrs * HCP_MOVIE_TR_SEC - boundaries[clips.length], 20);
    assert.deepEqual(
      clips.map(({ kind }) => kind),
      clips.map((_, c) => (c === clips.length - 1 ? "validation" : "clip")),
    );
    const { onsetSec, offsetSec } = clips[clips.length - 1];
    assert.equal(offsetSec - onsetSec, 83);
  }
});

test("with the windows of a run as clips every second of a clip is one TR, and the rest is rest", () => {
  for (const { run, nTrs, clips } of hcpMovieRuns) {
    const timing = { trSec: HCP_MOVIE_TR_SEC, nTrs, clips };
    const clip = clipOfTr(timing);
    clips.forEach(({ onsetSec, offsetSec }, c) => {
      assert.equal(clip.indexOf(c), onsetSec);
      assert.equal(clip.lastIndexOf(c), offsetSec - 1);
    });
    assert.equal(clip.filter((c) => c === REST).length, 20 * (clips.length + 1) + (run === 4 ? 1 : 0));
    const frames = frameOfTr({ nFrames: nTrs, framesPerSec: 1, startSec: 0 }, timing);
    frames.forEach((frame, tr) => assert.equal(frame, clip[tr] === REST ? REST : tr));
  }
});
