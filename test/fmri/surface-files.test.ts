import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { readAnnotation, readGifti, readNpz, readSurface } from "../../src/fmri";
import { expectedImages, fixturePath, floatsOf, writeFile } from "./image-fixtures";

interface ExpectedGifti {
  arrays: { intent: string; shape: number[]; values: string; metadata: Record<string, string> }[];
  labels: { key: number; name: string; rgba: number[] }[];
}

for (const [name, kept] of Object.entries(expectedImages.surface)) {
  if (!name.endsWith(".gii")) continue;
  test(`readGifti reads ${name} as nibabel does`, async () => {
    const { arrays, labels } = await readGifti(fixturePath("surface", name));
    const expected = kept as ExpectedGifti;
    assert.deepEqual(
      arrays.map(({ intent, shape, metadata }) => ({ intent, shape, metadata })),
      expected.arrays.map(({ intent, shape, metadata }) => ({ intent, shape, metadata })),
    );
    arrays.forEach(({ values }, i) => assert.deepEqual(values, floatsOf(expected.arrays[i].values)));
    assert.deepEqual(labels, expected.labels);
  });
}

test("the GIFTI fixtures differ in encoding, byte order and order of indices", () => {
  const text = (name: string) => fs.readFileSync(fixturePath("surface", name), "utf8");
  assert.match(text("ascii.surf.gii"), /Encoding="ASCII"/);
  assert.match(text("base64.surf.gii"), /Encoding="Base64Binary"/);
  assert.match(text("gzip.surf.gii"), /Encoding="GZipBase64Binary"/);
  assert.match(text("big-endian.surf.gii"), /BigEndian/);
  assert.match(text("column-major.surf.gii"), /ColumnMajorOrder/);
});

test("readSurface gives the mesh and its structure", async () => {
  const { vertices, triangles, structure } = await readSurface(fixturePath("surface", "gzip.surf.gii"));
  assert.deepEqual(vertices.shape, [6, 3]);
  assert.deepEqual(Array.from(triangles), [0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5]);
  assert.equal(structure, "CortexLeft");
});

const surface = fs.readFileSync(fixturePath("surface", "base64.surf.gii"), "utf8");
const gzipped = fs.readFileSync(fixturePath("surface", "gzip.surf.gii"), "utf8");
const COPY = "The file is damaged: copy it again.";

test("readGifti names file and array of what is wrong, and unpacks no more than promised", async () => {
  const cases: [text: string, message: (path: string) => string][] = [
    [
      surface.replace("Base64Binary", "ExternalFileBinary"),
      (p) =>
        `invalid encoding of array 0 of ${p}: "ExternalFileBinary"; expected ASCII, Base64Binary or GZipBase64Binary. Arrays in other files are not read: save it with the data inside, for example with wb_command -gifti-convert.`,
    ],
    [
      surface.replace('Dim0="6"', 'Dim0="7"'),
      (p) => `invalid length of array 0 of ${p}: 72 bytes; expected 84. ${COPY}`,
    ],
    [
      surface.replace('Dim0="6"', 'Dim0="600000000"'),
      (p) =>
        `invalid dimensions of array 0 of ${p}: 600000000 × 3; expected lengths whose product is at most 268435456. ${COPY}`,
    ],
    [
      gzipped.replace('Dim0="6"', 'Dim0="5"'),
      (p) => `invalid compressed data of array 0 of ${p}: more; expected 60 bytes. ${COPY}`,
    ],
    [
      surface.replace("LittleEndian", "Middle"),
      (p) => `invalid byte order of array 0 of ${p}: "Middle"; expected LittleEndian or BigEndian. ${COPY}`,
    ],
  ];
  for (const [text, message] of cases) {
    const path = writeFile("x.surf.gii", text);
    await assert.rejects(readGifti(path), { message: `readGifti: ${message(path)}` });
  }
  const bomb = writeFile(
    "bomb.gii",
    surface.replace(/<!DOCTYPE[^>]*>/, '<!DOCTYPE GIFTI [<!ENTITY a "aaaa">]>').replace("CortexLeft", "&a;"),
  );
  await assert.rejects(readGifti(bomb), /invalid XML of .*undefined entity/);
  const odd = writeFile("x.surf.gii", surface.replace("NIFTI_INTENT_TRIANGLE", "NIFTI_INTENT_NONE"));
  await assert.rejects(readSurface(odd), {
    message: `readSurface: invalid surface ${odd}: 0 arrays of NIFTI_INTENT_TRIANGLE; expected one with three columns. Pass a .surf.gii file.`,
  });
});

test("readAnnotation reads FreeSurfer's regions and colours as nibabel does", async () => {
  const { regions, labels } = await readAnnotation(fixturePath("surface", "lh.test.annot"));
  const expected = expectedImages.surface["lh.test.annot"] as {
    regions: number[];
    names: string[];
    rgbt: number[][];
  };
  assert.deepEqual(Array.from(regions), expected.regions);
  assert.deepEqual(
    labels.map(({ name }) => name),
    expected.names,
  );
  assert.deepEqual(
    labels.map(({ rgba: [r, g, b, a] }) => [r * 255, g * 255, b * 255, (1 - a) * 255]),
    expected.rgbt,
  );
});

test("readAnnotation refuses a file that ends early or counts more than it holds", async () => {
  const bytes = fs.readFileSync(fixturePath("surface", "lh.test.annot"));
  const short = writeFile("lh.annot", bytes.subarray(0, 70));
  await assert.rejects(readAnnotation(short), {
    message: `readAnnotation: invalid number of places of ${short}: the file ends at byte 70; expected at least 72 bytes. Copy the file again, or write it anew with FreeSurfer.`,
  });
  const many = Buffer.from(bytes);
  many.writeInt32BE(2 ** 30, 0);
  const path = writeFile("lh.annot", many);
  await assert.rejects(readAnnotation(path), {
    message: `readAnnotation: invalid number of vertices of ${path}: 1073741824; expected what ${bytes.length - 4} bytes can hold. Copy the file again, or write it anew with FreeSurfer.`,
  });
});

for (const name of ["stored.npz", "deflated.npz"]) {
  test(`readNpz reads ${name} as numpy wrote it`, async () => {
    const { arrays } = await readNpz(fixturePath("surface", name));
    const expected = expectedImages.surface.npz as Record<string, { shape: number[]; values: string }>;
    assert.deepEqual([...arrays.keys()].sort(), Object.keys(expected).sort());
    for (const [key, { shape, values }] of Object.entries(expected)) {
      assert.deepEqual(arrays.get(key), { shape, values: floatsOf(values) });
    }
  });
}

test("readNpz reads texts as numpy wrote them: trailing nulls off, either byte order, columns first", async () => {
  const { arrays, texts } = await readNpz(fixturePath("surface", "texts.npz"));
  assert.equal(arrays.size, 0);
  assert.deepEqual(texts.get("names"), {
    shape: [4],
    texts: ["Visual1", "Frontoparietal", "Göteborg 🧠", ""],
  });
  assert.deepEqual(texts.get("table"), { shape: [2, 3], texts: ["a", "bc", "d", "e", "f", "ghi"] });
  assert.deepEqual(texts.get("big_endian"), { shape: [2], texts: ["left", "right"] });
});

test("readNpz leaves pickled objects out and names them", async () => {
  const { arrays, objectArrays } = await readNpz(fixturePath("surface", "pickled.npz"));
  assert.equal(arrays.size, 0);
  assert.deepEqual(objectArrays, ["objects"]);
});

test("readNpz unpacks no more than the directory says", async () => {
  const bytes = fs.readFileSync(fixturePath("surface", "deflated.npz"));
  const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(100, at + 24);
  const path = writeFile("x.npz", bytes);
  await assert.rejects(
    readNpz(path),
    /^Error: readNpz: invalid member of .*: float\.npy: .*; expected 100 bytes\. Copy the file again/,
  );
  const cut = writeFile("cut.npz", bytes.subarray(0, -30));
  await assert.rejects(readNpz(cut), {
    message: `readNpz: invalid member of ${cut}: end: no directory; expected a zip archive. Copy the file again, or write it with numpy.savez.`,
  });
});
