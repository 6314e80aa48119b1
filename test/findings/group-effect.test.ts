import assert from "node:assert/strict";
import { test } from "node:test";
import { groupEffect } from "../../src/findings";
import { fromRows } from "../../src/tensor";
import { GROUP } from "./planted-brain";

const draws = fromRows([
  [0.1, 0.3],
  [0.5, 0.5],
  [-0.4, 0],
]);

test("groupEffect averages over subjects and counts the draws whose mean over the same subjects reaches it", () => {
  const effect = groupEffect([0.2, 0.6], draws, { tail: "greater", scale: "plain" }, GROUP);
  assert.ok(Math.abs(effect.effect - 0.4) < 1e-15);
  assert.equal(effect.p, 2 / 4); // draws average 0.2, 0.5, −0.2
  assert.ok(Math.abs(effect.null_mean - 0.5 / 3) < 1e-15);
  assert.ok(effect.low >= 0.2 && effect.high <= 0.6 && effect.low < effect.high);
  assert.equal(effect.n_subjects, 2);
});

test("groupEffect tests below and on both sides when that is the claim", () => {
  const below = groupEffect([0.2, 0.6], draws, { tail: "less", scale: "plain" }, GROUP);
  const both = groupEffect([0.2, 0.6], draws, { tail: "two-sided", scale: "plain" }, GROUP);
  assert.equal(below.p, 3 / 4);
  assert.equal(both.p, 1);
});

test("one subject alone has an effect and a p, and no interval over subjects", () => {
  const alone = groupEffect(
    [0.7],
    fromRows([[0.1], [0.2], [0.3]]),
    { tail: "greater", scale: "plain" },
    GROUP,
  );
  assert.equal(alone.p, 1 / 4);
  assert.ok(Number.isNaN(alone.low) && Number.isNaN(alone.high));
  assert.equal(alone.n_subjects, 1);
  assert.ok(alone.p_subjects > 0.4, "no sign flip of one subject is rare");
});

test("a missing subject is left out of the effect and of every draw", () => {
  const effect = groupEffect([Number.NaN, 0.6], draws, { tail: "greater", scale: "correlation" }, GROUP);
  assert.ok(Math.abs(effect.effect - 0.6) < 1e-12);
  assert.equal(effect.p, 1 / 4);
  assert.equal(effect.n_subjects, 1);
});

test("a draw without a value counts as one that reaches the effect", () => {
  const gap = fromRows([[Number.NaN], [0.1], [0.2]]);
  assert.equal(groupEffect([0.7], gap, { tail: "greater", scale: "plain" }, GROUP).p, 2 / 4);
});

test("groupEffect averages correlations through Fisher's z", () => {
  const { effect } = groupEffect([0.2, 0.9], "none", { tail: "greater", scale: "correlation" }, GROUP);
  assert.ok(Math.abs(effect - Math.tanh((Math.atanh(0.2) + Math.atanh(0.9)) / 2)) < 1e-15);
});

test("groupEffect refuses draws of other subjects", () => {
  assert.throws(
    () => groupEffect([0.2], draws, { tail: "greater", scale: "plain" }, GROUP),
    /^Error: groupEffect: mismatched null: of 2 subjects; expected 1\. Draw for the same subjects\.$/,
  );
});
