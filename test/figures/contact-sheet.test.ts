import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, contactSheet, filmMoment, toPng } from "../../src/figures";
import { ATTRIBUTES, type Film, makeFilm, renderFrame, sceneAt } from "../../src/simulation";
import { decodeImage } from "../../src/stimuli";
import { noBrowser } from "./system-browser";

let film: Film;
before(async () => {
  film = await makeFilm({ seed: 13, runTrs: [108, 130] });
});
after(closeBrowser);

interface Placed {
  x: number;
  y: number;
}
const imagesOf = (layout: object) => (layout as { images: (Placed & { source: string })[] }).images;
const notesOf = (layout: object) => (layout as { annotations: (Placed & { text: string })[] }).annotations;
const pictureOf = (source: string) =>
  decodeImage(Buffer.from(source.replace("data:image/png;base64,", ""), "base64"), "the figure");

test("contactSheet shows the film's own frames with their captions, clip by clip", async () => {
  const { layout, caption } = contactSheet(film, { title: "Film", run: 0, scenesPerClip: 3 });
  const [images, notes] = [imagesOf(layout), notesOf(layout)];
  assert.equal(images.length, film.runs[0].clips.length * 3);
  const first = film.runs[0].scenes[0];
  assert.deepEqual(
    new Uint8Array((await pictureOf(images[0].source)).data),
    renderFrame(film, 0, first.startSeconds).data,
  );
  const words = (text: string) => text.replaceAll("<br>", " ");
  assert.equal(words(notes[1].text), `${first.startSeconds} s: ${first.caption}`);
  // Rows from the top are clips, columns scenes in order of time.
  assert.equal(images[1].y, images[0].y);
  assert.ok(images[1].x > images[0].x && images[3].y < images[0].y);
  assert.match(caption, /^Film: run 1 of 2, 2 clips .*\.$/);
  const names = notes.filter(({ text }) => text.startsWith("<b>")).map(({ text }) => text);
  assert.match(names.at(-1)!, /\(the same in every run\)/);
});

test("contactSheet refuses runs that are not there", () => {
  assert.throws(() => contactSheet(film, { title: "", run: 2, scenesPerClip: 3 }), {
    message:
      "contactSheet: invalid choice: run 2, 3 scenes a clip; expected a run from 0 to 1 and at least 1 scene. Count runs from 0.",
  });
  assert.throws(() => contactSheet(film, { title: "", run: 0, scenesPerClip: 0 }), /invalid choice/);
});

test("filmMoment shows the frame, the caption and every attribute of a second", async () => {
  const { layout, data, caption } = filmMoment(film, { run: 1, seconds: 14.5 });
  const scene = sceneAt(film, 1, 14.5)!;
  assert.deepEqual(
    new Uint8Array((await pictureOf(imagesOf(layout)[0].source)).data),
    renderFrame(film, 1, 14.5).data,
  );
  assert.ok(notesOf(layout)[0].text.replaceAll("<br>", " ").startsWith(scene.caption));
  assert.ok(caption.includes(`"${scene.caption}"`));
  assert.deepEqual(
    data.flatMap(({ y }) => y as string[]),
    ATTRIBUTES.map(({ name }) => name),
  );
});

test("filmMoment's bars are z-scores over the seconds that are not rest", () => {
  const seconds = film.runs.flatMap(({ scenes }, run) =>
    scenes.flatMap(({ startSeconds, endSeconds }) =>
      Array.from({ length: endSeconds - startSeconds }, (_, i) => ({ run, seconds: startSeconds + i })),
    ),
  );
  const brightness = seconds.map((at) => (filmMoment(film, at).data[0].x as number[])[0]);
  const mean = brightness.reduce((sum, value) => sum + value, 0) / brightness.length;
  const variance = brightness.reduce((sum, value) => sum + value ** 2, 0) / brightness.length;
  assert.ok(Math.abs(mean) < 1e-9 && Math.abs(variance - 1) < 1e-9);
});

test("filmMoment in rest is black, without words", () => {
  const { layout, data } = filmMoment(film, { run: 0, seconds: 3 });
  assert.equal(notesOf(layout)[0].text, "rest");
  assert.ok(data.every(({ x }) => (x as number[]).every((value) => value === 0)));
});

test("both figures can be drawn", { skip: noBrowser }, async () => {
  const sheet = contactSheet(film, { title: "Film", run: 0, scenesPerClip: 4 });
  const drawn = await decodeImage(await toPng(sheet, { scale: 1 }), "the sheet");
  assert.deepEqual([drawn.width, drawn.height], [sheet.layout.width, sheet.layout.height]);
  // The middle of the first tile has the picture's colour, not the paper's.
  const { x, y } = imagesOf(sheet.layout)[0];
  assert.ok(x < 0.1 && y > 0.8);
  const at = (60 * drawn.width + 30) * 3;
  assert.notDeepEqual(
    [...drawn.data.subarray(at + drawn.width * 90, at + drawn.width * 90 + 3)],
    [255, 255, 255],
  );
  assert.ok((await toPng(filmMoment(film, { run: 0, seconds: 12 }), { scale: 1 })).length > 10_000);
});
