import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { benjaminiHochberg, bootstrapInterval, fisherMean, signFlip } from "../../src/inference";
import { random } from "../../src/tensor";

const fixture = JSON.parse(
  fs.readFileSync(path.join(__dirname, "../fixtures/inference/inference.json"), "utf8"),
);

test("benjaminiHochberg equals scipy's", () => {
  for (const [name, { p, q }] of Object.entries<{ p: number[]; q: number[] }>(fixture.benjaminiHochberg)) {
    benjaminiHochberg(p).forEach((value, i) => {
      assert.ok(Math.abs(value - q[i]) < 1e-15, `${name}, position ${i}`);
    });
  }
});

test("benjaminiHochberg leaves NaN in place and does not count it", () => {
  const q = benjaminiHochberg([0.01, Number.NaN, 0.04]);
  assert.deepEqual(Array.from(q), [0.02, Number.NaN, 0.04]);
  assert.equal(benjaminiHochberg([]).length, 0);
  assert.throws(() => benjaminiHochberg([0.5, 1.2]), {
    message:
      "benjaminiHochberg: invalid p at position 1: 1.2; expected 0 to 1, or NaN for no test. Pass p values, not statistics.",
  });
});

test("fisherMean equals numpy's tanh of the mean arctanh", () => {
  for (const { r, mean } of Object.values<{ r: number[]; mean: number }>(fixture.fisherMean)) {
    assert.ok(Math.abs(fisherMean(r) - mean) < 1e-14);
  }
});

test("fisherMean leaves NaN out and refuses what is no correlation", () => {
  assert.ok(Math.abs(fisherMean([0.5, Number.NaN, 0.5]) - 0.5) < 1e-15);
  assert.ok(Number.isNaN(fisherMean([Number.NaN])));
  assert.throws(() => fisherMean([0.2, 1.7]), {
    message: "fisherMean: invalid r at position 1: 1.7; expected −1 to 1. Pass correlations, not z values.",
  });
});

test("signFlip finds the exact p of a small sample", () => {
  // Of the 2³ equally likely flips of (1, 2, 3) only the unflipped one reaches 6; flipping the 1 gives 4, and so on.
  const { p, nSubjects } = signFlip([1, 2, 3], { nFlips: 40_000, seed: 1 });
  // Binomial standard error 0.0017.
  assert.ok(Math.abs(p - 1 / 8) < 0.005, `${p}`);
  assert.equal(nSubjects, 3);
  const opposite = signFlip([-1, -2, -3], { nFlips: 1000, seed: 1 });
  assert.equal(opposite.p, 1);
});

test("signFlip is seeded, counts missing subjects and refuses to draw nothing", () => {
  const values = [0.3, -0.1, 0.2, Number.NaN, 0.4];
  const options = { nFlips: 999, seed: 5 };
  assert.deepEqual(signFlip(values, options), signFlip(values, options));
  assert.equal(signFlip(values, options).nSubjects, 4);
  assert.deepEqual(signFlip([Number.NaN], options), { p: Number.NaN, nSubjects: 0, ...options });
  assert.throws(() => signFlip(values, { nFlips: 0, seed: 5 }), {
    message: "signFlip: invalid nFlips: 0; expected a positive integer. 10,000 are usual.",
  });
});

test("signFlip calls 5 % of symmetric noise significant", () => {
  const draw = random(11);
  let nCalled = 0;
  for (let i = 0; i < 400; i++) {
    const values = Float64Array.from({ length: 12 }, () => draw.normal());
    if (signFlip(values, { nFlips: 199, seed: i }).p <= 0.05) nCalled++;
  }
  // Three binomial standard errors at 5 % of 400: 20 ± 13.
  assert.ok(Math.abs(nCalled - 20) <= 13, `${nCalled}`);
});

test("bootstrapInterval of a mean agrees with its standard error", () => {
  const draw = random(2);
  const values = Float64Array.from({ length: 400 }, () => draw.normal());
  const mean = (sample: Float64Array) => sample.reduce((sum, value) => sum + value, 0) / sample.length;
  const { low, high, nSubjects } = bootstrapInterval(values, mean, {
    nResamples: 4000,
    level: 0.95,
    seed: 3,
  });
  const centre = mean(values);
  // 1.96 / √400 = 0.098; sampling of the SD and of the quantiles leaves a few per cent.
  assert.ok(Math.abs(high - centre - 0.098) < 0.012, `${high - centre}`);
  assert.ok(Math.abs(centre - low - 0.098) < 0.012, `${centre - low}`);
  assert.equal(nSubjects, 400);
});

test("bootstrapInterval is seeded, leaves NaN out and counts what is left", () => {
  const options = { nResamples: 100, level: 0.9, seed: 4 };
  const first = (sample: Float64Array) => sample[0];
  assert.deepEqual(bootstrapInterval([7, Number.NaN, 7], first, options), {
    low: 7,
    high: 7,
    nSubjects: 2,
    nResamples: 100,
    seed: 4,
  });
  for (const values of [[Number.NaN], [7, Number.NaN]]) {
    const { low, high } = bootstrapInterval(values, first, options);
    assert.deepEqual([low, high], [Number.NaN, Number.NaN]);
  }
  assert.throws(() => bootstrapInterval([1], first, { ...options, level: 95 }), {
    message:
      "bootstrapInterval: invalid options: nResamples 100, level 95; expected a positive integer and a level between 0 and 1. 10,000 and 0.95 are usual.",
  });
});
