import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dice,
  labelMaps,
  mirrorRotation,
  normalisedOverlap,
  randomRotations,
  spinNull,
  spinVertices,
} from "../../src/networks";
import { indexSphere, nearestOfRotated, unitPoints } from "../../src/networks/sphere-index";
import { fromRows, matrix, random, row } from "../../src/tensor";
import { fixture, fixtureAtlas, fixtureMaps, fixtureSpheres, surfaceOf } from "./network-fixture";

const rotations = fromRows(fixture.rotations);

test("spinVertices finds the neighbours that scipy's cKDTree finds", async () => {
  const { left, right } = await spinVertices(fixtureSpheres, rotations);
  for (const [side, spun] of [
    ["left", left],
    ["right", right],
  ] as const) {
    fixture.spins[side].forEach((expected, r) => {
      const own = spun.vertices.subarray(r * spun.nVertices, (r + 1) * spun.nVertices);
      assert.deepEqual(Array.from(own), expected);
    });
  }
});

test("Dice, overlap, p and q of the spin test equal an independent computation", async () => {
  const spins = await spinVertices(fixtureSpheres, rotations);
  const options = { threshold: fixture.threshold, nulls: [spinNull(spins)], level: 0.05 };
  const { overlaps, nMissing, nLeftOut } = await labelMaps(fixtureMaps(), fixtureAtlas(), options);
  assert.equal(overlaps.length, fixture.rows.length);
  overlaps.forEach((found, i) => {
    const expected = fixture.rows[i];
    const { network, ...rest } = expected;
    assert.equal(found.network, `network ${network}`);
    for (const [key, value] of Object.entries(rest)) {
      const own = found[key as keyof typeof found];
      // The same arithmetic on integers; q is a product and a quotient.
      if (typeof value === "number")
        assert.ok(Math.abs((own as number) - value) < 1e-12, `${key} of row ${i}`);
      else assert.ok(value === null ? Number.isNaN(own) : own === value, `${key} of row ${i}: ${own}`);
    }
  });
  assert.equal(nLeftOut, 0);
  const gaps = fixture.maps.left[1].filter((value, i) => value === null && !fixture.wall.left.includes(i));
  assert.deepEqual(nMissing, [0, gaps.length, 0, 0, 0, 0]);
});

test("a map that is a network is assigned to it, an unrelated or empty part is unassigned", async () => {
  const spins = await spinVertices(fixtureSpheres, rotations);
  const options = { threshold: fixture.threshold, nulls: [spinNull(spins)], level: 0.6 };
  const { labels } = await labelMaps(fixtureMaps(), fixtureAtlas(), options);
  assert.deepEqual([labels[0].map, labels[0].sign, labels[0].network], [0, "positive", "network 2"]);
  assert.equal(labels[0].p, 0.01);
  const empty = labels[11];
  assert.deepEqual(
    { ...empty, dice: null, p: null, q: null },
    { map: 5, sign: "negative", network: "unassigned", n_part: 0, dice: null, p: null, q: null },
  );
  const strict = await labelMaps(fixtureMaps(), fixtureAtlas(), { ...options, level: 0.01 });
  assert.deepEqual(new Set(strict.labels.map(({ network }) => network)), new Set(["unassigned"]));
});

test("rotations keep distances and handedness, and the mirrored one moves the right as the left", () => {
  const drawn = randomRotations({ nRotations: 200, seed: 3 });
  for (let r = 0; r < 200; r++) {
    const R = row(drawn, r);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const product = R[3 * i] * R[3 * j] + R[3 * i + 1] * R[3 * j + 1] + R[3 * i + 2] * R[3 * j + 2];
        assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-12);
      }
    }
    const [a, b, c, d, e, f, g, h, k] = R;
    const determinant = a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g);
    assert.ok(Math.abs(determinant - 1) < 1e-12);
    const turned = apply(R, [0.3, -0.5, 0.8]);
    const mirrored = apply(mirrorRotation(R), [-0.3, -0.5, 0.8]);
    assert.deepEqual(mirrored, [-turned[0], turned[1], turned[2]]);
  }
});

test("rotations are uniform: a turned point is as often on one side of the sphere as on another", () => {
  const n = 4000;
  const drawn = randomRotations({ nRotations: n, seed: 4 });
  for (let axis = 0; axis < 3; axis++) {
    // A coordinate of a uniform point on the sphere is uniform from −1 to 1: mean 0, variance 1/3.
    const values = Array.from({ length: n }, (_, r) => apply(row(drawn, r), [0.6, 0, 0.8])[axis]);
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const share = values.filter((value) => value > 0.5).length / n;
    assert.ok(Math.abs(mean) < 4 * Math.sqrt(1 / 3 / n), `mean ${mean}`);
    assert.ok(Math.abs(share - 0.25) < 4 * Math.sqrt((0.25 * 0.75) / n), `share ${share}`);
  }
});

test("each vertex keeps one nearest neighbour, and it is the nearest of all", () => {
  const draw = random(5);
  const points = Array.from({ length: 700 }, () => [draw.normal(), draw.normal(), draw.normal()]);
  // Clusters and points on edges and corners of the cube, where cells of the index meet.
  points.push([1, 1, 1], [-1, -1, -1], [1, -1, 0], [0, 0, 1], [1e-3, 0, 1], [1, 1, 0.999999]);
  const sphere = fromRows(points);
  const index = indexSphere(sphere);
  const unit = unitPoints(sphere);
  const out = new Uint16Array(points.length);
  for (const rotation of [[1, 0, 0, 0, 1, 0, 0, 0, 1], ...randomRows(20)]) {
    nearestOfRotated(index, unit, rotation, out);
    out.forEach((found, i) => {
      const turned = apply(rotation, [unit[3 * i], unit[3 * i + 1], unit[3 * i + 2]]);
      const distance = (j: number) => Math.hypot(...turned.map((x, axis) => x - unit[3 * j + axis]));
      const nearest = Math.min(...points.map((_, j) => distance(j)));
      assert.ok(distance(found) - nearest < 1e-12, `vertex ${i}`);
    });
  }
});

test("mirror-image spheres spin once for both hemispheres, others each by themselves", async () => {
  const mirrored = fixture.spheres.left.map(([x, y, z]) => [-x, y, z]);
  const alike = await spinVertices({ left: fixtureSpheres.left, right: surfaceOf(mirrored) }, rotations);
  assert.equal(alike.left, alike.right);
  const index = indexSphere(fromRows(mirrored));
  const out = new Uint16Array(mirrored.length);
  nearestOfRotated(index, unitPoints(fromRows(mirrored)), mirrorRotation(row(rotations, 7)), out);
  assert.deepEqual(out, alike.right.vertices.subarray(7 * out.length, 8 * out.length));
  assert.notEqual((await spinVertices(fixtureSpheres, rotations)).left, alike.left);
});

test("the medial wall counts on neither side: no draw sees a vertex of it or one that is carried onto it", async () => {
  const atlas = fixtureAtlas();
  const spins = await spinVertices(fixtureSpheres, rotations);
  // A map that is everywhere above threshold has, in every draw, exactly the positions that stay off the wall.
  const maps = matrix(new Float64Array(atlas.space.nPositions).fill(9), [1, atlas.space.nPositions]);
  const parts = [
    { map: 0, sign: "positive", members: Int32Array.from(maps.data.keys()), missing: new Int32Array(0) },
  ] as const;
  const add = spinNull(spins).prepare({ maps, parts, atlas });
  for (const draw of [0, 1, 2]) {
    const counts = {
      nNetworks: 5,
      both: new Int32Array(5),
      ofPart: new Int32Array(1),
      ofNetwork: new Int32Array(5),
    };
    add(draw, counts);
    const staying = (["left", "right"] as const).map((side) => {
      const wall = new Set(fixture.wall[side]);
      return fixture.spins[side][draw].filter((to, i) => !wall.has(i) && !wall.has(to)).length;
    });
    assert.equal(counts.ofPart[0], staying[0] + staying[1]);
    assert.deepEqual(counts.both, counts.ofNetwork);
  }
});

test("Dice and normalised overlap by hand", () => {
  assert.equal(dice(3, 4, 8), 0.5);
  assert.equal(normalisedOverlap(3, 4, 8), 0.75);
  assert.equal(normalisedOverlap(4, 4, 8), 1);
  assert.ok(Number.isNaN(dice(0, 0, 0)));
});

test("labelMaps names what does not fit", async () => {
  const atlas = fixtureAtlas();
  const spins = await spinVertices(fixtureSpheres, rotations);
  const options = { threshold: 1, nulls: [spinNull(spins)], level: 0.05 };
  const maps = fixtureMaps();
  const n = atlas.space.nPositions;
  const short = matrix(new Float64Array(n - 1), [1, n - 1]);
  await assert.rejects(labelMaps(short, atlas, options), {
    message: `labelMaps: mismatched length of map: ${n - 1} values; expected ${n}, the positions of atlas five networks. Use fitAtlas with the run that the map is of.`,
  });
  const nothing = matrix(new Float64Array(n).fill(Number.NaN), [1, n]);
  await assert.rejects(labelMaps(nothing, atlas, options), {
    message: `thresholdMaps: missing values of map 0: none of ${n} is a number; expected at least one. Leave the map out, or check its scores.`,
  });
  const other = await spinVertices({ left: fixtureSpheres.right, right: fixtureSpheres.right }, rotations);
  await assert.rejects(labelMaps(maps, atlas, { ...options, nulls: [spinNull(other)] }), {
    message:
      "spinNull: mismatched mesh of CIFTI_STRUCTURE_CORTEX_LEFT: spheres of 420 vertices; expected 400 as in atlas five networks. Spin the spheres of the data's own mesh.",
  });
  await assert.rejects(labelMaps(maps, atlas, { ...options, threshold: Number.NaN }), {
    message:
      "thresholdMaps: invalid threshold: NaN; expected a number that is not negative, in the unit of the maps. 2.3 is usual for z.",
  });
  await assert.rejects(labelMaps(maps, atlas, { ...options, nulls: [] }), {
    message:
      "labelMaps: mismatched draws of the nulls: none; expected the same number of each. Draw as many surrogates as rotations.",
  });
  const aborted = AbortSignal.abort();
  await assert.rejects(labelMaps(maps, atlas, { ...options, signal: aborted }), { name: "AbortError" });
  await assert.rejects(
    spinVertices({ left: surfaceOf([[0, 0, 0]]), right: fixtureSpheres.right }, rotations),
    {
      message:
        "indexSphere: invalid point 0: 0, 0, 0; expected a place on a sphere about 0, 0, 0. Pass a spherical surface.",
    },
  );
});

function apply(R: ArrayLike<number>, [x, y, z]: number[]): number[] {
  return [0, 3, 6].map((i) => R[i] * x + R[i + 1] * y + R[i + 2] * z);
}

function randomRows(n: number): number[][] {
  const drawn = randomRotations({ nRotations: n, seed: 6 });
  return Array.from({ length: n }, (_, r) => Array.from(row(drawn, r)));
}
