import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HOUSE_TEMPLATE } from "../../src/figures";
import { exampleFigures } from "./examples";
import { attribute } from "./figure-parts";
import { roundedFigure } from "./rounded-figure";

const committed = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, "..", "fixtures", "figures", `${name}.json`), "utf8"));

test("the house template is the committed one", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(HOUSE_TEMPLATE)), committed("house-template"));
});

for (const [name, figure] of Object.entries(exampleFigures())) {
  test(`${name} has the committed data and layout`, () => {
    assert.deepEqual(roundedFigure(figure), committed(name));
  });

  test(`${name} names every axis and carries a caption of one line`, () => {
    const annotations = (figure.layout.annotations ?? []) as { text: string; textangle?: number }[];
    const axes = Object.entries(figure.layout).filter(([key]) => /^[xy]axis\d*$/.test(key));
    assert.ok(axes.length >= 2);
    for (const [key, axis] of axes) {
      const title =
        attribute(axis, "title", "text") ??
        (key[0] === "y" && annotations.find((a) => a.textangle === -90)?.text);
      if (attribute(axis, "visible") !== false) assert.ok(title, `${key} has no title`);
    }
    assert.match(figure.caption, /^[^\n]{20,}\.$/);
  });
}
