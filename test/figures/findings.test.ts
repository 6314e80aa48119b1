import assert from "node:assert/strict";
import { test } from "node:test";
import {
  atomSimilarityFigure,
  layerMirrorFigure,
  networkPolarityMap,
  networkPrediction,
  variancePartsFigure,
} from "../../src/figures";
import { fromRows, zeros } from "../../src/tensor";
import { attribute, traceNamed } from "./figure-parts";
import { findingFigures, networkPredictionRows } from "./finding-examples";

test("networkPrediction fills what is significant, leaves the rest open, and shows one subject without an interval", () => {
  const rows = networkPredictionRows();
  const trace = traceNamed(networkPrediction(rows), "CLIP, vision");
  const fills = attribute(trace, "marker", "color") as string[];
  assert.deepEqual(
    fills.map((fill) => fill !== "#ffffff"),
    rows.filter(({ model }) => model === "CLIP").map(({ q }) => q < 0.05),
  );
  const alone = networkPrediction(
    rows.map((row) => ({ ...row, low: Number.NaN, high: Number.NaN, n_subjects: 1 })),
  );
  assert.ok(
    (attribute(traceNamed(alone, "ViT, vision"), "error_x", "array") as number[]).every(
      (value) => value === 0,
    ),
  );
  assert.match(alone.caption, /1 subject \(no interval\)/);
  assert.throws(
    () => networkPrediction(rows.slice(1)),
    /^Error: networkPrediction: missing row: no CLIP, vision in Visual1; expected one\./,
  );
});

test("colours of signed values are symmetric about 0", () => {
  const figures = findingFigures();
  const map = figures["network-polarity"].data[0];
  assert.equal(map.zmin, -(map.zmax as number));
  const pairs = traceNamed(figures["opposite-pairs"], "tested (large: q < .05)");
  assert.deepEqual([attribute(pairs, "marker", "cmin"), attribute(pairs, "marker", "cmax")], [-1, 1]);
});

test("networkPolarityMap has nothing to show of maps that are all missing", () => {
  assert.throws(
    () => networkPolarityMap([]),
    /^Error: networkPolarityMap: missing values: none of 0 is finite and not 0; expected at least one\. Check the maps\.$/,
  );
});

test("variancePartsFigure hatches controls and keeps negative parts", () => {
  const figure = findingFigures()["variance-parts"];
  const shared = traceNamed(figure, "shared");
  assert.deepEqual(attribute(shared, "marker", "pattern", "shape"), ["", "/", "", "", "/"]);
  assert.ok((shared.x as number[])[4] < 0);
  assert.throws(
    () => variancePartsFigure([], "Language"),
    /^Error: variancePartsFigure: unknown network: Language; expected one of \. Name a network of the table\.$/,
  );
});

test("figures of atoms refuse other atoms", () => {
  const alike = { name: "|r|", values: zeros([3, 3]) };
  assert.throws(
    () => atomSimilarityFigure(alike, { name: "Jaccard", values: zeros([4, 4]) }),
    /^Error: atomSimilarityFigure: mismatched shapes: \[3 × 3\] and \[4 × 4\]; expected two of atoms by atoms\./,
  );
  const profile = { tower: "text", depths: [1, 2], signed: fromRows([[0, 1]]) };
  assert.throws(
    () => layerMirrorFigure([profile], { k: 0, m: 1 }),
    /^Error: layerMirrorFigure: unknown atom: 1; expected 0 to 0\. Name atoms of the profiles\.$/,
  );
});
