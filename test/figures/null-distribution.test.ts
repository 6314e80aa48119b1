import assert from "node:assert/strict";
import { test } from "node:test";
import { nullDistribution } from "../../src/figures";
import { attribute } from "./figure-parts";

test("nullDistribution counts the observed value among the null for p", () => {
  const figure = nullDistribution([0.1, 0.2, 0.3, 0.4], 0.3, { title: "LATL", valueTitle: "r" });
  assert.equal(figure.caption, "LATL: r, observed 0.300, p = 0.60 (4 null values)."); // (1 + 2) / (1 + 4)
  assert.equal(attribute(figure.layout, "shapes", 0, "x0"), 0.3);
});

test("nullDistribution refuses what has no p", () => {
  const remedy = "expected finite numbers. Leave out what was never computed, and count it.";
  assert.throws(() => nullDistribution([0.1, Number.NaN], 0.3, { title: "t", valueTitle: "r" }), {
    message: `nullDistribution: invalid values: 1 finite of 2 null values, observed 0.3; ${remedy}`,
  });
  assert.throws(() => nullDistribution([], 0.3, { title: "t", valueTitle: "r" }), {
    message: /0 finite of 0/,
  });
});
