import { type BrainModel, type BrainModels, countGrayordinates } from "./brain-models";
import type { CiftiRows, CiftiXml } from "./cifti-xml";
import type { Label } from "./label-table";
import { escapeXml } from "./xml-tree";

/** The XML of a dense CIFTI-2 file; `decodeCiftiXml` reads back what went in. */
export function encodeCiftiXml({ metadata, rows, models }: CiftiXml): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<CIFTI Version="2"><Matrix>',
    metadataXml(metadata),
    rowsXml(rows),
    modelsXml(models),
    "</Matrix></CIFTI>\n",
  ].join("\n");
}

function metadataXml(metadata: Readonly<Record<string, string>>): string {
  const entries = Object.entries(metadata).map(
    ([name, value]) => `<MD><Name>${escapeXml(name)}</Name><Value>${escapeXml(value)}</Value></MD>`,
  );
  return entries.length === 0 ? "" : `<MetaData>${entries.join("")}</MetaData>`;
}

function indicesMap(dimension: 0 | 1, type: string, attributes: string, content: string): string {
  return `<MatrixIndicesMap AppliesToMatrixDimension="${dimension}" IndicesMapToDataType="CIFTI_INDEX_TYPE_${type}"${attributes}>${content}</MatrixIndicesMap>`;
}

function rowsXml(rows: CiftiRows): string {
  if (rows.kind === "series") {
    const attributes = ` NumberOfSeriesPoints="${rows.nTrs}" SeriesExponent="0" SeriesStart="${rows.startSec}" SeriesStep="${rows.stepSec ?? 1}" SeriesUnit="SECOND"`;
    return indicesMap(0, "SERIES", attributes, "");
  }
  if (rows.kind === "scalars") {
    return indicesMap(0, "SCALARS", "", rows.maps.map((map) => namedMap(map, "")).join("\n"));
  }
  return indicesMap(
    0,
    "LABELS",
    "",
    rows.maps.map((map) => namedMap(map, labelTable(map.labels))).join("\n"),
  );
}

function namedMap(
  { name, metadata }: { name: string; metadata: Readonly<Record<string, string>> },
  labels: string,
): string {
  return `<NamedMap><MapName>${escapeXml(name)}</MapName>${metadataXml(metadata)}${labels}</NamedMap>`;
}

function labelTable(labels: readonly Label[]): string {
  const entries = labels.map(({ key, name, rgba: [red, green, blue, alpha] }) => {
    const colour = `Red="${red}" Green="${green}" Blue="${blue}" Alpha="${alpha}"`;
    return `<Label Key="${key}" ${colour}>${escapeXml(name)}</Label>`;
  });
  return `<LabelTable>${entries.join("\n")}</LabelTable>`;
}

function modelsXml({ models, volume }: BrainModels): string {
  const rows = volume === null ? [] : [0, 1, 2, 3].map((i) => volume.affine.data.subarray(4 * i, 4 * i + 4));
  const volumeXml =
    volume === null
      ? ""
      : `<Volume VolumeDimensions="${volume.shape.join(",")}"><TransformationMatrixVoxelIndicesIJKtoXYZ MeterExponent="-3">${rows.map((row) => row.join(" ")).join("\n")}</TransformationMatrixVoxelIndicesIJKtoXYZ></Volume>\n`;
  return indicesMap(1, "BRAIN_MODELS", "", volumeXml + models.map(modelXml).join("\n"));
}

function modelXml(model: BrainModel): string {
  const where = `IndexOffset="${model.offset}" IndexCount="${countGrayordinates(model)}" BrainStructure="${escapeXml(model.structure)}"`;
  if (model.kind === "surface") {
    return `<BrainModel ${where} ModelType="CIFTI_MODEL_TYPE_SURFACE" SurfaceNumberOfVertices="${model.nSurfaceVertices}"><VertexIndices>${model.vertices.join(" ")}</VertexIndices></BrainModel>`;
  }
  const triples = Array.from({ length: countGrayordinates(model) }, (_, i) =>
    model.voxels.subarray(3 * i, 3 * i + 3).join(" "),
  );
  return `<BrainModel ${where} ModelType="CIFTI_MODEL_TYPE_VOXELS"><VoxelIndicesIJK>${triples.join("\n")}</VoxelIndicesIJK></BrainModel>`;
}
