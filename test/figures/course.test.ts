import assert from "node:assert/strict";
import { test } from "node:test";
import { courseFigure } from "../../src/figures";
import { traceNamed } from "./figure-parts";

test("courseFigure marks the words within its time, and writes none that would touch the one before", () => {
  const values = Array.from({ length: 29 }, (_, i) => i); // 28 s, so that words stand at least 1 s apart
  const words = [
    { text: "too early", onsetSec: -0.1 },
    { text: "second", onsetSec: 1.5 },
    { text: "first", onsetSec: 0.6 },
    { text: "third", onsetSec: 1.7 },
    { text: "too late", onsetSec: 28.1 },
  ];
  const figure = courseFigure([{ name: "x", values }], { trSec: 1, startSec: 0, yTitle: "z", words });
  assert.deepEqual(traceNamed(figure, "word onsets").text, ["second", "first", "third"]);
  const written = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
  assert.deepEqual(written, ["first", "third"]);
});

test("courseFigure refuses series of different length", () => {
  const series = [
    { name: "a", values: [1, 2] },
    { name: "b", values: [1] },
  ];
  const options = { trSec: 2, startSec: 0, yTitle: "z" };
  assert.throws(() => courseFigure(series, options), {
    message:
      "courseFigure: mismatched lengths of series: 2, 1; expected one length above 0. Bring them to one time grid.",
  });
  assert.throws(() => courseFigure([], options), { message: /lengths of series: no series; expected/ });
});
