import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  type Artwork,
  CONCEPTS,
  type Frame,
  loadArtwork,
  type Picture,
  type Thing,
  trainingScenes,
} from "../../../src/simulation";
import { conceptIndex, conceptOf } from "../../../src/simulation/world/concepts";
import { DAY_TIMES, isIndoors, PLACES } from "../../../src/simulation/world/places";
import { renderPicture } from "../../../src/simulation/world/render";

let artwork: Artwork;
before(async () => {
  artwork = await loadArtwork();
});

const EMPTY: Picture = { place: "meadow", time: "day", layout: 0, light: 1, things: [], deeds: [] };
const DOG: Thing = {
  ...{ concept: "dog", look: 0, size: 28, x: 16, y: 44 },
  ...{ pace: "still", heading: "right", feels: "nothing" },
};

const render = (picture: Partial<Picture>, second = 0) =>
  renderPicture({ ...EMPTY, ...picture }, second, artwork);
const pixel = ({ data, width }: Frame, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const light = (frame: Frame, x: number, y: number) => pixel(frame, x, y).reduce((sum, value) => sum + value);

/** Points that outshine everything two pixels away: stars, no lamps, windows or clouds. */
function countStars(frame: Frame): number {
  let n = 0;
  for (let y = 2; y < 30; y++) {
    for (let x = 2; x < 62; x++) {
      let isPeak = true;
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) {
          if (Math.max(Math.abs(dx), Math.abs(dy)) === 2) {
            isPeak = isPeak && light(frame, x, y) > light(frame, x + dx, y + dy) + 40;
          }
        }
      }
      if (isPeak) n++;
    }
  }
  return n;
}

test("stars are in the open night sky and nowhere else: never indoors, never by day", () => {
  for (const layout of [0, 1]) {
    for (const place of PLACES) {
      for (const time of DAY_TIMES) {
        const n = countStars(render({ place, time, layout }));
        // Before snow, trees and roofs a peak may be a flake of light: the open places tell.
        const isOpen = ["meadow", "beach", "desert"].includes(place);
        if (time === "night" && isOpen) assert.ok(n >= 5, `${place}: ${n}`);
        else if (isOpen || isIndoors(place)) assert.equal(n, 0, `${place} ${time} ${layout}`);
      }
    }
  }
});

test("night darkens the place, not the faces: a dark face keeps its colours, and a halo sets it off", () => {
  for (const look of [0, 1, 2]) {
    const man: Thing = { ...DOG, concept: "man", look };
    for (const place of ["forest", "snow", "meadow"] as const) {
      const night = render({ place, time: "night", things: [man] });
      assert.deepEqual(pixel(night, 16, 46), pixel(render({ place, things: [man] }), 16, 46));
      const empty = render({ place, time: "night" });
      assert.ok(light(night, 16, 28) > light(empty, 16, 28) + 30, `${place}, look ${look}`);
      assert.ok(light(empty, 40, 60) < light(render({ place }), 40, 60));
    }
  }
});

test("a thing is drawn where it is and nowhere else, and its patches are labelled", () => {
  const [empty, withDog] = [render({}), render({ things: [DOG] })];
  for (let y = 0; y < 64; y++) {
    for (let x = 0; x < 64; x++) {
      const isNear = Math.abs(x - 16) <= 15 && y >= 29 && y <= 64;
      if (!isNear) assert.deepEqual(pixel(withDog, x, y), pixel(empty, x, y));
    }
  }
  const labels = new Uint8Array(64 * 64).fill(9);
  renderPicture({ ...EMPTY, things: [DOG] }, 0, artwork, labels);
  assert.deepEqual([...new Set(labels)].sort(), [0, 1 + conceptIndex("dog")].sort());
  const inside = labels.reduce((n, label, i) => n + (label > 0 && i % 64 <= 30 && i >= 30 * 64 ? 1 : 0), 0);
  assert.equal(
    inside,
    labels.reduce((n, label) => n + (label > 0 ? 1 : 0), 0),
  );
});

test("what is still gives the same frame each second; what moves hops, streaks behind it", () => {
  assert.deepEqual(render({ things: [DOG] }, 1), render({ things: [DOG] }, 0));
  const runner: Thing = { ...DOG, x: 32, pace: "fast" };
  const [start, ahead, back] = [0, 1, 2].map((second) => render({ things: [runner] }, second));
  assert.notDeepEqual(ahead, start);
  assert.deepEqual(back, start);
  // White lines left of who heads right, right of who heads left.
  const whites = (frame: Frame, from: number, to: number) => {
    let n = 0;
    for (let y = 30; y < 60; y++)
      for (let x = from; x < to; x++) if (Math.min(...pixel(frame, x, y)) > 245) n++;
    return n;
  };
  assert.ok(whites(start, 8, 18) > 20);
  assert.equal(whites(start, 46, 56), 0);
  const leftwards = render({ things: [{ ...runner, heading: "left" }] });
  assert.ok(whites(leftwards, 46, 56) > 20);
  assert.equal(whites(leftwards, 8, 18), 0);
});

test("marks and faces are over their agents and owners, and change sides with them", () => {
  const people: Thing[] = [
    { ...DOG, concept: "man" },
    { ...DOG, concept: "woman", x: 48 },
  ];
  const redAt = (frame: Frame, left: number) => {
    let n = 0;
    for (let y = 12; y < 30; y++) {
      for (let x = left; x < left + 32; x++) {
        const [red, green, blue] = pixel(frame, x, y);
        if (red > 200 && green < 90 && blue < 110) n++;
      }
    }
    return n;
  };
  const love = (agent: number) =>
    render({ things: people, deeds: [{ act: "love", agent, patient: 1 - agent }] });
  assert.ok(redAt(love(0), 0) > 40 && redAt(love(0), 32) === 0);
  assert.ok(redAt(love(1), 32) > 40 && redAt(love(1), 0) === 0);
  const angry = render({ things: [people[0], { ...people[1], feels: "anger" }] });
  assert.ok(redAt(angry, 32) > 40 && redAt(angry, 0) === 0);
});

test("training pictures keep to the grid and to few sizes, one concept each but in groups", () => {
  const stream = trainingScenes(41, artwork);
  const labelled = new Set<number>();
  for (let i = 0; i < 800; i++) {
    const { picture, patchLabels, frame } = stream.next().value;
    assert.ok(picture.things.length >= 1 && picture.things.length <= 4);
    for (const { x, y, size, concept } of picture.things) {
      assert.ok([x, y].every((value) => value >= 8 && value <= 56));
      assert.ok(x % 4 === 0 && y % 2 === 0, `${concept} at ${x}, ${y}`);
      assert.ok([16, 28, 44].includes(size));
    }
    assert.equal(patchLabels.length, 16);
    assert.equal(frame.data.length, 64 * 64 * 3);
    for (const label of patchLabels) labelled.add(label);
  }
  // Every concept is seen now and then, and covers a patch; so does nothing.
  for (let label = 0; label <= CONCEPTS.length; label++) {
    if (label > 0 && conceptOf(CONCEPTS[label - 1].id).category === "mark") continue;
    assert.ok(labelled.has(label), label === 0 ? "nothing" : CONCEPTS[label - 1].id);
  }
});
