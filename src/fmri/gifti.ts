import { readFile, stat } from "node:fs/promises";
import { type Matrix, matrix } from "../tensor";
import { labelsOf } from "./cifti-xml";
import { decodeGiftiArray, type GiftiArray } from "./gifti-array";
import type { Label } from "./label-table";
import { childrenOf, metadataOf, parseXml } from "./xml-tree";

/** A GIFTI file: surfaces, labels or metrics, as its data arrays say. */
export interface GiftiImage {
  readonly metadata: Readonly<Record<string, string>>;
  readonly labels: readonly Label[];
  readonly arrays: readonly GiftiArray[];
}

/** A triangle mesh. */
export interface Surface {
  /** [nVertices × 3], mm. */
  readonly vertices: Matrix<Float64Array>;
  /** Three vertices each, counted from 0: [3 · nTriangles]. */
  readonly triangles: Int32Array;
  /** AnatomicalStructurePrimary, for instance "CortexLeft"; "" where the file does not say. */
  readonly structure: string;
}

/** Surfaces of 164,000 vertices have 10 MB; a text as long as Node can hold is no surface. */
const MOST_BYTES = 2 ** 29 - 1;

/**
 * Reads a GIFTI file (.surf.gii, .label.gii, .func.gii, .shape.gii): arrays in ascii, base64 or compressed base64, either byte order,
 * either order of indices; the values equal nibabel's. Arrays in external files are refused.
 * Throws, naming file and array, for damaged XML and for data of another length than the dimensions'. Source: GIFTI 1.0 specification.
 */
export async function readGifti(path: string): Promise<GiftiImage> {
  const source = { caller: "readGifti", label: path };
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `readGifti: missing file: ${path} (${error.code}); expected a .gii file. Check the path.`,
      {
        cause: error,
      },
    );
  });
  if (size > MOST_BYTES) {
    throw new Error(
      `readGifti: invalid size of ${path}: ${size} bytes; expected at most ${MOST_BYTES}. Split it, or save it compressed.`,
    );
  }
  const root = parseXml(await readFile(path, "utf8"), source);
  if (root.name !== "GIFTI") {
    throw new Error(
      `readGifti: invalid document in ${path}: <${root.name}>; expected <GIFTI>. Pass a .gii file.`,
    );
  }
  return {
    metadata: metadataOf(root),
    labels: childrenOf(root, "LabelTable").flatMap((table) => labelsOf(table, source)),
    arrays: childrenOf(root, "DataArray").map((element, i) => decodeGiftiArray(element, i, source)),
  };
}

/**
 * Reads the mesh of a .surf.gii file. Throws when it has not one array of points and one of triangles, or a triangle of a
 * vertex that is not there.
 */
export async function readSurface(path: string): Promise<Surface> {
  const { arrays, metadata } = await readGifti(path);
  const [points, triangles] = ["NIFTI_INTENT_POINTSET", "NIFTI_INTENT_TRIANGLE"].map((intent) => {
    const found = arrays.filter((array) => array.intent === intent);
    if (found.length === 1 && found[0].shape.length === 2 && found[0].shape[1] === 3) return found[0];
    throw new Error(
      `readSurface: invalid surface ${path}: ${found.length} arrays of ${intent}; expected one with three columns. Pass a .surf.gii file.`,
    );
  });
  const nVertices = points.shape[0];
  const odd = triangles.values.findIndex(
    (vertex) => !(Number.isInteger(vertex) && vertex >= 0 && vertex < nVertices),
  );
  if (odd >= 0) {
    throw new Error(
      `readSurface: invalid triangle ${Math.floor(odd / 3)} of ${path}: vertex ${triangles.values[odd]}; expected 0 to ${nVertices - 1}. The file is damaged: copy it again.`,
    );
  }
  return {
    vertices: matrix(points.values, [nVertices, 3]),
    triangles: Int32Array.from(triangles.values),
    structure: points.metadata.AnatomicalStructurePrimary ?? metadata.AnatomicalStructurePrimary ?? "",
  };
}
