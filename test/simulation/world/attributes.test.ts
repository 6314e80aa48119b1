import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  ATTRIBUTES,
  type AttributeName,
  CONCEPTS,
  type Film,
  type FilmScene,
  makeFilm,
  renderFrame,
} from "../../../src/simulation";

// Written out here, so that a slip in the lexicon shows.
const PEOPLE =
  "man guy woman lady boy lad girl lass baby infant grandpa grandfather grandma grandmother officer constable cook chef farmer peasant person";
const VEHICLES =
  "car automobile bus coach bicycle bike train locomotive tractor motorbike motorcycle rocket spaceship helicopter chopper vehicle cars automobiles buses coaches bicycles bikes trains locomotives tractors motorbikes motorcycles rockets spaceships helicopters choppers";
const ABSTRACT =
  "hope peace friendship freedom courage wonder gratitude war danger grief loneliness shame despair betrayal";
const ANGER = "angry furious enraged";
const BODILY =
  "chases chased chase follows followed follow pursues pursued pursue eats ate eat tastes tasted taste devours devoured devour holds held hold carries carried carry grips gripped grip moves moved move drifts drifted drift wanders wandered wander runs ran run races raced race rushes rushed rush";

let film: Film;
before(async () => {
  film = await makeFilm({ seed: 21 });
});

/** Every second of the film that has a scene, with its attributes by name. */
function* seconds(): Generator<{
  scene: FilmScene;
  second: number;
  run: number;
  of: (name: AttributeName) => number;
}> {
  for (const [run, { scenes, attributes }] of film.runs.entries()) {
    for (const scene of scenes) {
      for (let second = scene.startSeconds; second < scene.endSeconds; second++) {
        const of = (name: AttributeName) =>
          attributes.data[
            second * ATTRIBUTES.length + ATTRIBUTES.findIndex((attribute) => attribute.name === name)
          ];
        yield { scene, second, run, of };
      }
    }
  }
}

const count = (caption: string, list: string) =>
  caption.split(" ").filter((word) => list.split(" ").includes(word)).length;

test("attributes of words are those of the caption, counted by hand-written lists", () => {
  let nSeconds = 0;
  for (const { scene, of, second } of seconds()) {
    const { caption } = scene;
    const words = caption.split(" ");
    assert.equal(of("words"), words.length);
    assert.ok(Math.abs(of("word length") - caption.replaceAll(" ", "").length / words.length) < 1e-12);
    assert.equal(of("people named"), count(caption, PEOPLE), caption);
    assert.equal(of("vehicles named"), count(caption, VEHICLES), caption);
    assert.equal(of("abstract words"), count(caption, ABSTRACT), caption);
    assert.equal(of("actions named"), count(caption, BODILY), caption);
    assert.ok(of("feelings named") >= count(caption, ANGER), caption);
    assert.equal(of("future"), count(caption, "will") > 0 ? 1 : 0);
    if (count(caption, "was were") > 0) assert.equal(of("past"), 1);
    if (count(caption, "is are will") > 0) assert.equal(of("past"), 0, caption);
    assert.equal(of("caption onset"), second === scene.captionStartSeconds ? 1 : 0);
    nSeconds++;
  }
  assert.equal(nSeconds, 4 * (4 * 34 + 44));
});

test("attributes of pictures are those of what is in them", () => {
  const people = PEOPLE.split(" ");
  for (const { scene, of, second } of seconds()) {
    const { things } = scene.picture;
    assert.equal(of("things"), things.length);
    assert.equal(of("people seen"), things.filter(({ concept }) => people.includes(concept)).length);
    assert.equal(of("faces seen"), things.filter(({ feels }) => feels !== "nothing").length);
    assert.equal(of("scene change"), second === scene.pictureStartSeconds ? 1 : 0);
    if (of("moving things") === 0 || of("scene change") === 1) assert.equal(of("motion energy"), 0);
    else assert.ok(of("motion energy") > 0);
  }
});

test("brightness is the mean luminance of the very frame", () => {
  let n = 0;
  for (const { run, second, of } of seconds()) {
    if (n++ % 40 !== 0) continue;
    const { data } = renderFrame(film, run, second);
    let sum = 0;
    for (let i = 0; i < data.length; i += 3)
      sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    assert.ok(Math.abs(of("brightness") - sum / (255 * 64 * 64)) < 1e-12);
  }
});

test("valence, social interaction and shared emotion join picture and words", () => {
  const told = [...seconds()];
  const socialWords = /\b(hugs|hugged|blames|blamed|asks|asked|mentions|mentioned|praised)\b/;
  assert.ok(told.some(({ of }) => of("social interaction") === 1));
  for (const { scene, of } of told) {
    if (socialWords.test(scene.caption)) assert.ok(of("social interaction") >= 0.5, scene.caption);
    if (count(scene.caption, ANGER) > 0 && scene.congruence === 1) {
      assert.ok(scene.picture.things.some(({ feels }) => feels === "anger"));
    }
    if (of("shared emotion") > 0) assert.ok(Math.abs(of("valence")) > 0);
  }
});

test("agent side says where the thing named first stands", () => {
  let n = 0;
  for (const { scene, of } of seconds()) {
    const named = /^(?:the|a|an) ([a-z]+) /.exec(scene.caption)?.[1];
    if (!CONCEPTS.some(({ id }) => id === named) || scene.tells !== "seen") continue;
    const thing = scene.picture.things.find(({ concept }) => concept === named);
    assert.equal(of("agent side"), thing === undefined ? 0 : (thing.x - 32) / 32);
    n++;
  }
  assert.ok(n > 100, `${n} seconds`);
});

test("there are 25 to 36 attributes of seven levels, each of another name, and each changes in the film", () => {
  assert.ok(ATTRIBUTES.length >= 25 && ATTRIBUTES.length <= 36, `${ATTRIBUTES.length}`);
  assert.equal(new Set(ATTRIBUTES.map(({ name }) => name)).size, ATTRIBUTES.length);
  assert.equal(new Set(ATTRIBUTES.map(({ level }) => level)).size, 7);
  for (const { name } of ATTRIBUTES) {
    assert.ok(new Set([...seconds()].map(({ of }) => of(name))).size > 1, name);
  }
});
