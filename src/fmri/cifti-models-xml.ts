import { affineInMm, type BrainModel, type BrainModels, countGrayordinates } from "./brain-models";
import { failure, INDEX_TYPE, indexOf, numberOf, type XmlSource } from "./cifti-attributes";
import { childrenOf, textOf, type XmlElement } from "./xml-tree";

/** The brain models of a CIFTI file, in the order of their grayordinates, which have to follow each other without holes. */
export function modelsOf(map: XmlElement, source: XmlSource): BrainModels {
  const type = map.attributes.IndicesMapToDataType ?? "";
  if (type !== `${INDEX_TYPE}BRAIN_MODELS`) {
    throw failure(
      source,
      "kind of columns",
      type,
      "brain models",
      "Pass a dense CIFTI file, not a parcellated one.",
    );
  }
  const volume = volumeOf(map, source);
  const models = childrenOf(map, "BrainModel").map((element) => modelOf(element, volume, source));
  const sorted = [...models].sort((a, b) => a.offset - b.offset);
  let nGrayordinates = 0;
  for (const model of sorted) {
    if (model.offset !== nGrayordinates) {
      throw failure(
        source,
        `offset of ${model.structure}`,
        `${model.offset}`,
        `${nGrayordinates}, where the one before ends`,
      );
    }
    nGrayordinates += countGrayordinates(model);
  }
  return { nGrayordinates, models: sorted, volume };
}

function volumeOf(map: XmlElement, source: XmlSource): BrainModels["volume"] {
  const [element] = childrenOf(map, "Volume");
  if (element === undefined) return null;
  const shape = (element.attributes.VolumeDimensions ?? "").split(",").map(Number);
  const transform = childrenOf(element, "TransformationMatrixVoxelIndicesIJKtoXYZ");
  const numbers = (transform[0]?.text ?? "").trim().split(/\s+/).map(Number);
  if (shape.length !== 3 || shape.some((n) => !Number.isSafeInteger(n) || n < 1)) {
    throw failure(
      source,
      "volume dimensions",
      `"${element.attributes.VolumeDimensions ?? ""}"`,
      "three lengths",
    );
  }
  if (numbers.length !== 16 || !numbers.every(Number.isFinite)) {
    throw failure(source, "volume transformation", `${numbers.length} numbers`, "16 finite ones");
  }
  const exponent =
    transform[0].attributes.MeterExponent === undefined
      ? -3
      : numberOf(transform[0], "MeterExponent", source);
  return { shape: [shape[0], shape[1], shape[2]], affine: affineInMm(numbers, exponent) };
}

function modelOf(element: XmlElement, volume: BrainModels["volume"], source: XmlSource): BrainModel {
  const structure = element.attributes.BrainStructure ?? "";
  const offset = indexOf(element, "IndexOffset", source);
  const count = indexOf(element, "IndexCount", source);
  const isSurface = element.attributes.ModelType === "CIFTI_MODEL_TYPE_SURFACE";
  const indices = integers(textOf(element, isSurface ? "VertexIndices" : "VoxelIndicesIJK"));
  const perGrayordinate = isSurface ? 1 : 3;
  if (indices === null || indices.length !== count * perGrayordinate) {
    throw failure(
      source,
      `indices of ${structure}`,
      indices === null ? "something that is no whole number" : `${indices.length} numbers`,
      `${count * perGrayordinate}`,
    );
  }
  if (isSurface) {
    const nSurfaceVertices = indexOf(element, "SurfaceNumberOfVertices", source);
    if (indices.some((vertex) => vertex >= nSurfaceVertices)) {
      throw failure(
        source,
        `vertex of ${structure}`,
        `${indices.reduce((a, b) => Math.max(a, b), 0)}`,
        `less than ${nSurfaceVertices}`,
      );
    }
    return { kind: "surface", structure, offset, nSurfaceVertices, vertices: indices };
  }
  if (volume === null || indices.some((index, i) => index >= volume.shape[i % 3])) {
    throw failure(
      source,
      `voxel of ${structure}`,
      volume === null ? "voxels without a volume" : "an index outside it",
      volume === null ? "the element Volume" : `indices below ${volume.shape.join(", ")}`,
    );
  }
  return { kind: "voxels", structure, offset, voxels: indices };
}

const ZERO = "0".charCodeAt(0);
const LARGEST = 2 ** 31 - 1;
const isBlank = (code: number) => code === 32 || (code >= 9 && code <= 13);

/**
 * Whole numbers that are not negative, separated by blanks; null when something else stands there. Read without a string for each: the runs of a
 * study have millions of them.
 */
function integers(text: string): Int32Array | null {
  const numbers = new Int32Array((text.length + 1) >> 1);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    if (isBlank(text.charCodeAt(i))) continue;
    let number = 0;
    for (; i < text.length && !isBlank(text.charCodeAt(i)); i++) {
      const digit = text.charCodeAt(i) - ZERO;
      number = 10 * number + digit;
      if (digit < 0 || digit > 9 || number > LARGEST) return null;
    }
    numbers[count++] = number;
  }
  return numbers.slice(0, count);
}
