import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  matrixRun,
  niftiHeaderOf,
  openNiftiRun,
  readCifti,
  readNifti,
  selectVoxels,
  writeCifti,
  writeMaps,
  writeNifti,
} from "../../src/fmri";
import { fromRows, matrix, zeros } from "../../src/tensor";
import {
  type ExpectedCifti,
  type ExpectedNifti,
  expectedImages,
  fixturePath,
  floatsOf,
  makeFolder,
} from "./image-fixtures";
import { AFFINE, FLOATS, INTEGERS, writeExamples } from "./written-examples";

interface Written {
  sha256: string;
  read: ExpectedNifti & ExpectedCifti;
  changedFields?: string[];
}

const written: Record<string, Written> = JSON.parse(
  fs.readFileSync(fixturePath("written.json"), "utf8"),
).files;

test("what is written here today are the bytes that nibabel read", async () => {
  const folder = makeFolder();
  await writeExamples(folder);
  assert.deepEqual(fs.readdirSync(folder).sort(), Object.keys(written).sort());
  for (const [name, { sha256 }] of Object.entries(written)) {
    const bytes = fs.readFileSync(path.join(folder, name));
    const content = name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    assert.equal(
      createHash("sha256").update(content).digest("hex"),
      sha256,
      `${name}: run make-written.ts and check_written.py`,
    );
  }
});

test("nibabel reads the values, affine and type that were given", () => {
  for (const [name, values] of [
    ["map.nii", FLOATS],
    ["nifti-2.nii.gz", FLOATS],
    ["big-endian.nii", INTEGERS],
    ["uint8.nii", Float64Array.of(0, 1, 127, 3, 4, 5)],
    ["uint64.nii", Float64Array.of(0, 1, 127, 3, 4, 5)],
  ] as const) {
    assert.deepEqual(floatsOf(written[name].read.values), values, name);
  }
  assert.deepEqual(floatsOf(written["map.nii"].read.affine), AFFINE.data);
  for (const datatype of ["uint8", "int8", "uint16", "int32", "uint32", "uint64"]) {
    assert.equal(written[`${datatype}.nii`].read.datatype, datatype);
  }
});

test("a header that is taken over keeps every field but those of the values, its byte order and its extensions", () => {
  for (const name of ["big-endian.nii", "nifti-2.nii.gz", "extensions.nii"]) {
    assert.deepEqual(written[name].changedFields, [], name);
  }
  const { extensions, values, affine } = expectedImages.nifti["extensions.nii"];
  const { read } = written["extensions.nii"];
  assert.deepEqual([read.extensions, read.values, read.affine], [extensions, values, affine]);
});

test("a CIFTI file that is read and written again is the same to nibabel: models, names, metadata, label colours", () => {
  for (const name of ["maps.dscalar.nii", "atlas.dlabel.nii", "bold.dtseries.nii"]) {
    assert.deepEqual(written[name].read, expectedImages.cifti[name], name);
  }
});

test("writeMaps puts a selection's values where its voxels are", () => {
  const { read } = written["selected.dscalar.nii"];
  assert.deepEqual(read.names, ["r", "R² <x>"]);
  const values = floatsOf(read.values);
  const [nMaps, nGrayordinates] = read.shape;
  assert.equal(nMaps, 2);
  const first = Array.from(values.subarray(0, nGrayordinates));
  const second = Array.from(values.subarray(nGrayordinates));
  assert.deepEqual(first.slice(18, 22), [0.5, 0.25, -1, 8]);
  assert.deepEqual(second.slice(18, 22), [1, Number.NaN, 3, 4]);
  assert.ok([...first.slice(0, 18), ...first.slice(22), ...second.slice(0, 18)].every(Number.isNaN));
});

test("writeMaps of a volume run is an image on the run's grid", async () => {
  const run = selectVoxels(await openNiftiRun(fixturePath("nifti", "msec.nii"), { trSec: null }), [0, 7, 59]);
  const target = path.join(makeFolder(), "maps.nii.gz");
  const { voxels, space } = run;
  writeMaps(target, { maps: fromRows([[1, 2, 3]]), names: ["r"], space, voxels, outside: 0 });
  const { header, values } = await readNifti(target);
  assert.deepEqual(header.shape, [5, 4, 3]);
  assert.deepEqual(header.affine, (await readNifti(fixturePath("nifti", "msec.nii"))).header.affine);
  assert.deepEqual([values[0], values[7], values[59]], [1, 2, 3]);
  assert.equal(values.filter((value) => value !== 0).length, 3);
});

test("writers refuse what a file cannot hold, and say what does", async () => {
  const folder = makeFolder();
  const header = niftiHeaderOf(AFFINE);
  const at = (name: string) => path.join(folder, name);
  const cases: [write: () => void, message: string][] = [
    [
      () => writeNifti(at("a.nii"), { header, shape: [2, 1, 1], values: [1, 300], datatype: "uint8" }),
      `writeNifti: invalid value 1 for ${at("a.nii")}: 300; expected a whole number from 0 to 255, as uint8 holds. Write it as float32.`,
    ],
    [
      () => writeNifti(at("a.nii"), { header, shape: [2, 1, 1], values: [1, Number.NaN], datatype: "int16" }),
      `writeNifti: invalid value 1 for ${at("a.nii")}: NaN; expected a whole number from -32768 to 32767, as int16 holds. Write it as float32.`,
    ],
    [
      () => writeNifti(at("a.nii"), { header, shape: [2, 2, 1], values: [1, 2], datatype: "float32" }),
      `writeNifti: mismatched shape for ${at("a.nii")}: 2 × 2 × 1 for 2 values; expected 1 to 7 lengths whose product is their number. Pass the image's own shape.`,
    ],
    [
      () =>
        writeNifti(at("a.nii"), {
          header,
          shape: [40000],
          values: new Float32Array(40000),
          datatype: "float32",
        }),
      "writeNifti: invalid dimension: 40000; expected at most 32767 in NIfTI-1. Use the header of a NIfTI-2 file.",
    ],
  ];
  const atlas = await readCifti(fixturePath("cifti", "atlas.dlabel.nii"));
  const odd = matrix(Float64Array.from(atlas.values.data), atlas.values.shape);
  odd.data[3] = 99;
  cases.push(
    [
      () => writeCifti(at("a.nii"), atlas),
      `writeCifti: invalid name: ${at("a.nii")}; expected one that ends with .dlabel.nii, by which Workbench tells labels. Rename the file.`,
    ],
    [
      () => writeCifti(at("a.dlabel.nii"), { ...atlas, values: odd }),
      `writeCifti: unknown label of grayordinate 3 in map "networks" for ${at("a.dlabel.nii")}: 99; expected a key of its table. Add the label to the table.`,
    ],
    [
      () => writeCifti(at("a.dlabel.nii"), { ...atlas, values: zeros([2, 3]) }),
      `writeCifti: mismatched values for ${at("a.dlabel.nii")}: 2 × 3; expected 2 maps × 25 grayordinates. Pass values of the same space.`,
    ],
  );
  const table = matrixRun(zeros([3, 2]), {
    name: "s18",
    trSec: 2,
    startSec: 0,
    columnNames: ["LATL", "LIFG"],
  });
  cases.push([
    () =>
      writeMaps(at("a.nii"), {
        maps: zeros([1, 2]),
        names: ["r"],
        space: table.space,
        voxels: table.voxels,
        outside: 0,
      }),
    `writeMaps: invalid space for ${at("a.nii")}: a table of 2 regions; expected a volume or grayordinates. Write the values as a table.`,
  ]);
  for (const [write, message] of cases) assert.throws(write, { message });
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("a full disk leaves the earlier file and nothing half-written", async (t) => {
  const folder = makeFolder();
  const atlas = await readCifti(fixturePath("cifti", "atlas.dlabel.nii"));
  const [image, labels] = [path.join(folder, "map.nii.gz"), path.join(folder, "atlas.dlabel.nii")];
  const content = {
    header: niftiHeaderOf(AFFINE),
    shape: [3, 4, 2],
    values: FLOATS,
    datatype: "float32",
  } as const;
  writeNifti(image, content);
  const earlier = fs.readFileSync(image);
  t.mock.method(fs, "writeFileSync", () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  });
  for (const [file, write] of [
    [image, () => writeNifti(image, { ...content, values: FLOATS.map((value) => -value) })],
    [labels, () => writeCifti(labels, atlas)],
  ] as const) {
    assert.throws(write, {
      message: `writeAtomically: missing disk space for ${file}: the disk is full; expected room in ${folder}. Free some space or choose another folder.`,
    });
  }
  assert.deepEqual(fs.readdirSync(folder), ["map.nii.gz"]);
  assert.deepEqual(fs.readFileSync(image), earlier);
});
