import assert from "node:assert/strict";
import { test } from "node:test";
import { atomCourseFigure } from "../../src/figures";
import { fromRows, zeros } from "../../src/tensor";
import { attribute } from "./figure-parts";

test("atomCourseFigure draws the asked columns in order, in seconds, on one scale", () => {
  const courses = fromRows([
    [1, 2, 3],
    [4, 5, -6],
  ]);
  const figure = atomCourseFigure(courses, { trSec: 2, startSec: 20, atoms: [2, 0], names: ["a", "b", "c"] });
  assert.deepEqual(
    figure.data.map(({ name, x, y, yaxis }) => ({ name, x, y: Array.from(y as Float64Array), yaxis })),
    [
      { name: "c", x: [20, 22], y: [3, -6], yaxis: "y" },
      { name: "a", x: [20, 22], y: [1, 4], yaxis: "y2" },
    ],
  );
  assert.deepEqual(attribute(figure.layout, "yaxis", "range"), attribute(figure.layout, "yaxis2", "range"));
  const [, top] = attribute(figure.layout, "yaxis2", "domain") as number[];
  const [bottom] = attribute(figure.layout, "yaxis", "domain") as number[];
  assert.ok(top < bottom, "the first atom stands above the second");
  assert.equal(attribute(figure.layout, "xaxis", "anchor"), "y2");
});

test("atomCourseFigure refuses atoms that are not there", () => {
  const show = (atoms: number[]) => () => atomCourseFigure(zeros([4, 3]), { trSec: 2, startSec: 0, atoms });
  const remedy = "expected columns of the courses, 0 to 2. Dead atoms have no course.";
  assert.throws(show([0, 3]), { message: `atomCourseFigure: invalid atoms: 3; ${remedy}` });
  assert.throws(show([0.5]), { message: `atomCourseFigure: invalid atoms: 0.5; ${remedy}` });
  assert.throws(show([]), { message: `atomCourseFigure: invalid atoms: none; ${remedy}` });
});
