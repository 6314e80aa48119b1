import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Atlas,
  atlasOfStructures,
  connectivity,
  connectivityAgreement,
  labelMaps,
  networkMeans,
  surrogateNull,
} from "../../src/networks";
import { normalQuantile, normalScores } from "../../src/networks/normal-scores";
import { nthLargest } from "../../src/networks/nth-largest";
import { drawPairs, fitVariogram, variogram } from "../../src/networks/variogram";
import { boxVoxels, noiseSmoother } from "../../src/networks/voxel-box";
import { fromRows, matrix, random } from "../../src/tensor";
import { fixture, fixtureAtlas } from "./network-fixture";
import { ballAtlas, smoothVolumeMaps } from "./smooth-maps";

test("normalQuantile equals scipy's, and normalScores keep the order and the gaps", () => {
  for (const [p, z] of fixture.quantiles) {
    // Acklam's approximation is good to a relative 1.15e-9.
    assert.ok(Math.abs(normalQuantile(p) - z) <= 2e-9 * Math.max(1, Math.abs(z)), `${p}`);
  }
  const scores = normalScores([3, Number.NaN, -1, 100]);
  assert.deepEqual(Array.from(scores.map((value) => Math.round(1e3 * value) / 1e3)), [
    0,
    Number.NaN,
    -0.967,
    0.967,
  ]);
});

test("fitVariogram is scipy's non-negative least squares", () => {
  for (const { target, source, white, smooth, squaredError } of fixture.fits) {
    const fit = fitVariogram(Float64Array.from(target), Float64Array.from(source));
    assert.ok(Math.abs(fit.white - white) < 1e-9 && Math.abs(fit.smooth - smooth) < 1e-9);
    assert.ok(Math.abs(fit.squaredError - squaredError) < 1e-9);
  }
});

test("noise is smoothed within the structure alone and keeps its variance at the edge", () => {
  const { voxels, voxelSizeMm, sdMm, noise, smoothed } = fixture.smoothing;
  const [x, y, z] = voxelSizeMm;
  const affine = fromRows([
    [x, 0, 0, -9],
    [0, y, 0, 3],
    [0, 0, z, 1],
    [0, 0, 0, 1],
  ]);
  const box = boxVoxels(Int32Array.from(voxels.flat()), affine);
  const found = noiseSmoother(box, sdMm)(Float64Array.from(noise));
  found.forEach((value, i) => assert.ok(Math.abs(value - smoothed[i]) < 1e-12));
});

test("a variogram of white noise is flat at its variance, of smooth noise it rises", () => {
  const { atlas, affine } = ballAtlas(9);
  const box = boxVoxels(atlas.space.parts[0].voxels ?? new Int32Array(0), affine);
  const pairs = drawPairs(box, 1);
  const draw = random(2);
  const white = Float64Array.from(box.places, () => draw.normal());
  const ofWhite = variogram(white, pairs);
  // 400 pairs a bin: the SD of a bin's mean is about 0.1.
  for (const value of ofWhite) assert.ok(Math.abs(value - 1) < 0.4, `${value}`);
  const ofSmooth = variogram(noiseSmoother(box, 3)(white), pairs);
  assert.ok(ofSmooth[0] < 0.3 && ofSmooth[ofSmooth.length - 1] > 2 * ofSmooth[0]);
  assert.ok(Number.isNaN(variogram(white.fill(Number.NaN), pairs)[0]));
});

test("nthLargest is what sorting gives", () => {
  const draw = random(3);
  for (const n of [1, 2, 17, 400]) {
    const values = Float64Array.from({ length: 400 }, () => Math.round(50 * draw.normal()));
    const sorted = values.slice().sort();
    assert.equal(nthLargest(values, n), sorted[400 - n]);
  }
});

test("surrogates are as rough as the map: their variogram is the map's", () => {
  const { atlas, affine } = ballAtlas(10);
  const box = boxVoxels(atlas.space.parts[0].voxels ?? new Int32Array(0), affine);
  const pairs = drawPairs(box, 1);
  const draw = random(5);
  const noise = () => Float64Array.from(box.places, () => draw.normal());
  const target = variogram(normalScores(noiseSmoother(box, 4)(noise())), pairs);
  // The widths offered are 3 and 4.5 mm at 2 mm voxels; the fit takes one of them with little white noise.
  const fits = [1, 3, 4.5, 10].map((sdMm) =>
    fitVariogram(target, variogram(noiseSmoother(box, sdMm)(noise()), pairs)),
  );
  const best = Math.min(...fits.map(({ squaredError }) => squaredError));
  assert.ok(best === fits[1].squaredError || best === fits[2].squaredError);
});

test("a map that fills a network of voxels is assigned to it; the draws are seeded", async () => {
  const { atlas } = ballAtlas(9);
  const inside = fromRows([Array.from(atlas.labels, (label) => (label === 2 ? 3 : 0))]);
  const unrelated = smoothVolumeMaps(atlas, { nMaps: 1, sdMm: 3, seed: 1 });
  const maps = fromRows([inside.data, unrelated.data]);
  // Twelve tests: p = 1/300 is the first that can have q < 0.05 by itself.
  const label = (seed: number) =>
    labelMaps(maps, atlas, { threshold: 1.5, nulls: [surrogateNull({ nDraws: 299, seed })], level: 0.05 });
  const { labels, overlaps, nLeftOut } = await label(1);
  assert.deepEqual([labels[0].network, labels[1].network, nLeftOut], ["network 2", "unassigned", 0]);
  assert.deepEqual((await label(1)).overlaps, overlaps);
  assert.notDeepEqual((await label(2)).overlaps, overlaps);
});

test("structures without a null count nowhere, and two nulls of one structure are refused", async () => {
  const { atlas } = ballAtlas(6);
  const surface: Atlas = fixtureAtlas();
  const nulls = [surrogateNull({ nDraws: 9, seed: 1 })];
  const maps = smoothVolumeMaps(atlas, { nMaps: 1, sdMm: 3, seed: 1 });
  await assert.rejects(labelMaps(maps, atlas, { threshold: 1, nulls: [...nulls, ...nulls], level: 0.05 }), {
    message: "labelMaps: ambiguous null of volume: 2 speak of it; expected one at most. Leave one out.",
  });
  const onSurface = matrix(new Float64Array(surface.space.nPositions), [1, surface.space.nPositions]);
  await assert.rejects(labelMaps(onSurface, surface, { threshold: 1, nulls, level: 0.05 }), {
    message:
      "labelMaps: missing null for atlas five networks: none of the 1 speaks of any of its structures; expected at least one. Use spinNull for surfaces and surrogateNull for voxels.",
  });
  const placeless = {
    ...atlas,
    space: { ...atlas.space, parts: [{ ...atlas.space.parts[0], voxels: null }] },
  };
  await assert.rejects(labelMaps(maps, placeless, { threshold: 1, nulls, level: 0.05 }), {
    message:
      "surrogateNull: missing voxels of volume in atlas ball; expected their places. Use fitAtlas with a run of the same space, which knows them, or atlasOfStructures to leave the structure out.",
  });
  assert.equal(atlasOfStructures(atlas, ["volume"]).labels.length, atlas.labels.length);
});

test("networkMeans leaves NaN out, and a network without a number is NaN", () => {
  const atlas = fixtureAtlas();
  const n = atlas.space.nPositions;
  const values = Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? atlas.labels[i] * 10 : 1));
  const first = atlas.labels.indexOf(3);
  values[first] = Number.NaN;
  for (let i = 0; i < n; i++) if (atlas.labels[i] === 4) values[n + i] = Number.NaN;
  const means = networkMeans(matrix(values, [2, n]), atlas);
  assert.deepEqual(Array.from(means.data), [0, 10, 20, 30, 40, 1, 1, 1, 1, Number.NaN]);
});

const { bold, predicted, boldR, predictedR, r } = fixture.connectivity;
const ofBold = connectivity(bold.map(fromRows));
const ofPredictions = connectivity(predicted.map(fromRows));

test("connectivity and its agreement equal numpy's", () => {
  for (const [own, expected] of [
    [ofBold, boldR],
    [ofPredictions, predictedR],
  ] as const) {
    expected.flat().forEach((value, i) => assert.ok(Math.abs(own.data[i] - value) < 1e-12));
  }
  const agreement = connectivityAgreement(ofBold, ofPredictions);
  assert.ok(Math.abs(agreement.r - r) < 1e-12);
  assert.equal(agreement.nPairs, 10);
});

test("connectivity names what does not fit", () => {
  assert.throws(() => connectivity([fromRows([[1, 2]]), fromRows([[1]])]), {
    message:
      "connectivity: mismatched networks: 1 in run 1; expected 2 in every run. Take the means with one atlas.",
  });
  const few = connectivity([
    fromRows([
      [1, 2, 0],
      [2, 1, 3],
      [0, 1, 1],
    ]),
  ]);
  assert.throws(() => connectivityAgreement(ofBold, few), {
    message:
      "connectivityAgreement: mismatched networks: 5 and 3; expected the same number, three at least. Use one atlas for both.",
  });
});
