import assert from "node:assert/strict";
import { test } from "node:test";
import { predictionByRoi, uniqueContribution } from "../../src/figures";
import { predictionTable, uniqueTable } from "./examples";
import { attribute, traceNamed } from "./figure-parts";

test("predictionByRoi puts each subject at the same place of every cloud, inside the slot of its feature set", () => {
  const figure = predictionByRoi(predictionTable(), { features: ["atoms", "neurons"] });
  const clouds = figure.data.filter((candidate) => candidate.showlegend === false);
  assert.equal(clouds.length, 2);
  const [atoms, neurons] = clouds.map((cloud) => cloud.x as number[]);
  assert.equal(atoms.length, 6 * 27);
  for (let i = 0; i < 27; i++) {
    for (let roi = 0; roi < 6; roi++) {
      assert.ok(Math.abs(atoms[roi * 27 + i] - roi - atoms[i]) < 1e-9);
      assert.ok(atoms[roi * 27 + i] > roi - 0.5 && atoms[roi * 27 + i] < roi && neurons[roi * 27 + i] > roi);
    }
  }
  assert.equal(new Set(atoms.slice(0, 27)).size, 27);
});

test("predictionByRoi draws the interval from r_low to r_high and a star only where q_shift < .05", () => {
  const { rows, subjects, random } = predictionTable();
  rows[0] = { ...rows[0], r: 0.1, r_low: 0.07, r_high: 0.15, q_shift: 0.05 };
  const figure = predictionByRoi({ rows, subjects, random }, { features: ["atoms"] });
  const means = traceNamed(figure, "atoms");
  assert.equal(attribute(means, "y", 0), 0.1);
  assert.ok(Math.abs((attribute(means, "error_y", "array", 0) as number) - 0.05) < 1e-12);
  assert.ok(Math.abs((attribute(means, "error_y", "arrayminus", 0) as number) - 0.03) < 1e-12);
  assert.equal((traceNamed(figure, "q < .05").x as number[]).length, 4); // of six ROIs, two have q = .2 or .05
  const highest = Math.max(...subjects.map(({ r }) => r), ...rows.map(({ ceiling }) => ceiling));
  assert.ok((attribute(traceNamed(figure, "q < .05"), "y", 0) as number) > highest);
});

test("predictionByRoi shows every draw of random weights, not their mean alone", () => {
  const { rows, subjects, random } = predictionTable();
  const figure = predictionByRoi({ rows, subjects, random }, { features: ["atoms", "neurons"] });
  const drawn = traceNamed(figure, "random weights, each draw");
  assert.deepEqual([...(drawn.y as number[])].sort(), random.map(({ r }) => r).sort());
});

test("predictionByRoi keeps going where a ROI is NaN", () => {
  const { rows, subjects, random } = predictionTable();
  rows[2] = {
    ...rows[2],
    r: Number.NaN,
    r_low: Number.NaN,
    r_high: Number.NaN,
    q_shift: Number.NaN,
    ceiling: Number.NaN,
  };
  const figure = predictionByRoi({ rows, subjects: subjects.slice(0, 3), random }, { features: ["atoms"] });
  assert.ok(Number.isFinite(attribute(traceNamed(figure, "q < .05"), "y", 0)));
  assert.equal(attribute(JSON.parse(JSON.stringify(figure)), "data", 3, "y", 2), null);
});

test("predictionByRoi and uniqueContribution say which row is missing", () => {
  const { rows, subjects, random } = predictionTable();
  assert.throws(
    () => predictionByRoi({ rows: rows.slice(0, 8), subjects, random }, { features: ["neurons"] }),
    {
      message:
        'predictionByRoi: missing row: no row with features "neurons" and roi "LPTL"; expected one. Ask only for features that were fitted.',
    },
  );
  assert.throws(() => uniqueContribution(uniqueTable().slice(0, 8)), {
    message: /^uniqueContribution: missing row: .* "LPTL"/,
  });
});

test("text from data is shown letter by letter", () => {
  const { rows, subjects, random } = predictionTable();
  const name = '<a href="http://x.y">R&D</a>';
  const table = {
    rows: rows.map((row) => ({ ...row, roi: row.roi === "LATL" ? name : row.roi })),
    subjects,
    random,
  };
  const figure = predictionByRoi(table, { features: ["atoms"] });
  assert.equal(
    attribute(figure.layout, "xaxis", "ticktext", 0),
    '&lt;a href="http://x.y"&gt;R&amp;D&lt;/a&gt;',
  );
});
