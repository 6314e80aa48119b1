import assert from "node:assert/strict";
import { test } from "node:test";
import { atomProfiles } from "../../src/atoms";
import { atomLayerFigure, atomStabilityFigure, atomSweepFigure } from "../../src/figures";
import { fromRows } from "../../src/tensor";
import { sweepRows } from "./examples";

test("atomSweepFigure draws every row once in each panel, and leaves out what is NaN", () => {
  const rows = sweepRows();
  const { data } = atomSweepFigure(rows, { predictionTitle: "r" });
  const drawn = (yaxis: string) =>
    data
      .filter((trace) => trace.yaxis === yaxis && trace.name !== "chance")
      .flatMap((trace) => trace.y as number[]);
  assert.deepEqual(drawn("y").sort(), rows.map((row) => row.reconstruction_r2).sort());
  assert.equal(drawn("y2").length, rows.filter((row) => !Number.isNaN(row.stability)).length);
  assert.equal(drawn("y3").length, rows.length);
});

test("atomSweepFigure shows each line once in the legend, and refuses no rows", () => {
  const { data } = atomSweepFigure(sweepRows(), { predictionTitle: "r" });
  const shown = data.filter((trace) => trace.showlegend !== false).map((trace) => trace.name);
  assert.deepEqual(shown, ["λ = 0.05", "λ = 0.1", "λ = 0.2", "PCA", "ICA", "chance"]);
  assert.throws(() => atomSweepFigure([], { predictionTitle: "r" }), {
    message: "atomSweepFigure: missing rows: 0; expected at least one. Sweep over some atoms first.",
  });
});

test("atomStabilityFigure orders atoms from stable to unstable and names them on hover", () => {
  const stability = { ofAtoms: [Float64Array.of(0.2, 0.9, 0.5)], mean: 0.5, chance: 0.1 };
  const [atoms, chance] = atomStabilityFigure(stability, { set: 0 }).data;
  assert.deepEqual(atoms.y, [0.9, 0.5, 0.2]);
  assert.deepEqual(atoms.text, ["atom 1", "atom 2", "atom 0"]);
  assert.deepEqual(chance.y, [0.1, 0.1]);
});

test("atomLayerFigure orders atoms by the layer of their codes, dead ones last, and is symmetric where signed", () => {
  const codes = fromRows([
    [0, 0, -2],
    [0, 0, 0],
    [1, 0.5, 0],
  ]);
  const neurons = [1, 2, 3].map((depth) => ({
    ...{ tower: "text", kind: "self" as const, keysFrom: "text" },
    depth,
    head: 0,
  }));
  const [tower] = atomProfiles({ codes }, { neurons, members: [[2], [], [0]] });
  const [signed] = atomLayerFigure(tower, { value: "signed" }).data;
  assert.deepEqual(signed.z, [
    [1, 0.5, 0],
    [0, 0, -2],
    [0, 0, 0],
  ]);
  assert.deepEqual([signed.zmin, signed.zmax], [-2, 2]);
  assert.deepEqual(
    (signed.text as string[][]).map(([first]) => first),
    ["atom 2", "atom 0", "atom 1"],
  );
});
