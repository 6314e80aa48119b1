import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import {
  type BrainModels,
  findLabels,
  openCiftiRun,
  readCifti,
  runBlocks,
  sameGrayordinates,
  structureVoxels,
} from "../../src/fmri";
import { fromRows } from "../../src/tensor";
import { expectedImages, fixturePath, floatsOf, writeFile } from "./image-fixtures";

for (const [name, expected] of Object.entries(expectedImages.cifti)) {
  test(`readCifti reads ${name} as nibabel does: values, brain models, names, label colours`, async () => {
    const { values, models, rows } = await readCifti(fixturePath("cifti", name));
    assert.deepEqual(values.shape, expected.shape);
    assert.deepEqual(values.data, floatsOf(expected.values));
    assert.deepEqual(
      models.models.map((model) => ({
        structure: model.structure,
        offset: model.offset,
        nSurfaceVertices: model.kind === "surface" ? model.nSurfaceVertices : null,
        indices: Array.from(model.kind === "surface" ? model.vertices : model.voxels),
      })),
      expected.models,
    );
    assert.deepEqual(models.volume?.shape, expected.volumeShape);
    assert.deepEqual(models.volume?.affine.data, floatsOf(expected.volumeAffine));
    if (rows.kind === "series") {
      assert.deepEqual({ start: rows.startSec, step: rows.stepSec, size: rows.nTrs }, expected.series);
      return;
    }
    assert.deepEqual(
      rows.maps.map((map) => map.name),
      expected.names,
    );
    assert.deepEqual(
      rows.maps.map((map) => map.metadata),
      expected.metadata,
    );
    if (rows.kind === "labels") {
      assert.deepEqual(
        rows.maps.map((map) => map.labels.map((label) => ({ ...label }))),
        expected.labels,
      );
    }
  });
}

for (const name of ["bold.dtseries.nii", "int16.dtseries.nii"]) {
  test(`a run of ${name} comes in the file's own layout, whole or in part`, async () => {
    const expected = expectedImages.cifti[name];
    const [nTrs, nVoxels] = expected.shape;
    const values = floatsOf(expected.values);
    const run = await openCiftiRun(fixturePath("cifti", name), { trSec: null });
    assert.equal(run.trSec, expected.series?.step);
    assert.equal(run.startSec, expected.series?.start);
    let nSeen = 0;
    for await (const { first, series } of runBlocks(run)) {
      for (let i = 0; i < series.shape[0]; i++) {
        for (let t = 0; t < nTrs; t++) {
          assert.equal(series.data[i * nTrs + t], Math.fround(values[t * nVoxels + first + i]));
        }
      }
      nSeen += series.shape[0];
    }
    assert.equal(nSeen, nVoxels);
  });
}

test("structureVoxels gives the grayordinates of structures, and names the structures there are", async () => {
  const { models } = await readCifti(fixturePath("cifti", "maps.dscalar.nii"));
  assert.deepEqual(Array.from(structureVoxels(models, ["CIFTI_STRUCTURE_THALAMUS_LEFT"])), [18, 19, 20, 21]);
  assert.throws(() => structureVoxels(models, ["THALAMUS"]), {
    message:
      'structureVoxels: unknown structure: "THALAMUS"; expected one of CIFTI_STRUCTURE_CORTEX_LEFT, CIFTI_STRUCTURE_CORTEX_RIGHT, CIFTI_STRUCTURE_THALAMUS_LEFT, CIFTI_STRUCTURE_HIPPOCAMPUS_RIGHT. Name it as the file does.',
  });
});

test("findLabels refuses a name that is not there or stands for two numbers", () => {
  const rgba = [0, 0, 0, 1] as const;
  const labels = [
    { key: 1, name: "V1", rgba },
    { key: 2, name: "V1", rgba },
    { key: 3, name: "MT", rgba },
  ];
  assert.deepEqual(
    findLabels(labels, ["MT"], "a").map(({ key }) => key),
    [3],
  );
  assert.throws(() => findLabels(labels, ["V2"], "atlas.dlabel.nii"), {
    message:
      'findLabels: unknown label of atlas.dlabel.nii: "V2"; expected one of "V1", "V1", "MT". Names are compared letter by letter.',
  });
  assert.throws(
    () => findLabels(labels, ["V1"], "a"),
    /ambiguous label of a: "V1", which stands for 2 numbers/,
  );
});

/** The fixture with another text of the same length in its XML. */
function withXml(from: string, to: string): string {
  const bytes = fs.readFileSync(fixturePath("cifti", "maps.dscalar.nii"));
  const at = bytes.indexOf(from);
  assert.ok(at > 0 && from.length === to.length);
  bytes.write(to, at);
  return writeFile("maps.dscalar.nii", bytes);
}

test("readCifti names the file and what does not fit in its XML", async () => {
  const cases: [from: string, to: string, message: (path: string) => string][] = [
    [
      'CIFTI Version="2.0"',
      'CIFTI Version="1.0"',
      (p) =>
        `invalid version of ${p}: <CIFTI Version="1.0">; expected <CIFTI Version="2">. Convert it with wb_command -file-convert -cifti-version-convert.`,
    ],
    [
      "INDEX_TYPE_SCALARS",
      "INDEX_TYPE_PARCELS",
      (p) =>
        `invalid kind of rows of ${p}: CIFTI_INDEX_TYPE_PARCELS; expected series, scalars or labels. Pass a dense CIFTI file.`,
    ],
    [
      'IndexOffset="9"',
      'IndexOffset="8"',
      (p) =>
        `invalid offset of CIFTI_STRUCTURE_CORTEX_RIGHT of ${p}: 8; expected 9, where the one before ends. The file is damaged: copy it again.`,
    ],
    [
      'SurfaceNumberOfVertices="12"',
      'SurfaceNumberOfVertices="11"',
      (p) =>
        `invalid vertex of CIFTI_STRUCTURE_CORTEX_LEFT of ${p}: 11; expected less than 11. The file is damaged: copy it again.`,
    ],
    [
      'VolumeDimensions="4,3,5"',
      'VolumeDimensions="4,3,3"',
      (p) =>
        `invalid voxel of CIFTI_STRUCTURE_THALAMUS_LEFT of ${p}: an index outside it; expected indices below 4, 3, 3. The file is damaged: copy it again.`,
    ],
    [
      "</Matrix>",
      "</matrix>",
      (p) =>
        `invalid XML of ${p}: 1:1733: unexpected close tag.; expected a well-formed document. The file is damaged: copy it again.`,
    ],
  ];
  for (const [from, to, message] of cases) {
    const path = withXml(from, to);
    await assert.rejects(readCifti(path), (error: Error) => {
      assert.equal(error.message.replace(/\d+:\d+: /, "1:1733: "), `readCifti: ${message(path)}`);
      return true;
    });
  }
  const plain = fixturePath("nifti", "msec.nii");
  await assert.rejects(readCifti(plain), {
    message: `readCifti: invalid CIFTI file ${plain}: 0 extensions with CIFTI's XML; expected one. Pass a .dtseries.nii, .dscalar.nii or .dlabel.nii file.`,
  });
  const maps = fixturePath("cifti", "maps.dscalar.nii");
  await assert.rejects(openCiftiRun(maps, { trSec: 1, name: "movie 1" }), {
    message: `openCiftiRun: invalid kind of run movie 1 (${maps}): scalars; expected a dense series. Read maps with readCifti.`,
  });
});

test("sameGrayordinates tells grids and surfaces apart, not only their indices", () => {
  const affine = (left: number) =>
    fromRows([
      [2, 0, 0, left],
      [0, 2, 0, -126],
      [0, 0, 2, -72],
      [0, 0, 0, 1],
    ]);
  const models = (nSurfaceVertices: number, left: number): BrainModels => ({
    nGrayordinates: 3,
    models: [
      {
        kind: "surface",
        structure: "CORTEX_LEFT",
        offset: 0,
        nSurfaceVertices,
        vertices: Int32Array.of(0, 5),
      },
      { kind: "voxels", structure: "THALAMUS_LEFT", offset: 2, voxels: Int32Array.of(1, 2, 3) },
    ],
    volume: { shape: [91, 109, 91], affine: affine(left) },
  });
  const one = models(32492, -90);
  assert.ok(sameGrayordinates(one, models(32492, -90 + 1e-5)));
  assert.ok(!sameGrayordinates(one, models(32492, 90)));
  assert.ok(!sameGrayordinates(one, models(10242, -90)));
});
