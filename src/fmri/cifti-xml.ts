import type { BrainModels } from "./brain-models";
import { failure, INDEX_TYPE, indexOf, numberOf, type XmlSource } from "./cifti-attributes";
import { modelsOf } from "./cifti-models-xml";
import type { Label } from "./label-table";
import { childrenOf, metadataOf, parseXml, textOf, type XmlElement } from "./xml-tree";

/** One map of a scalar or label file. */
export interface CiftiMap {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the values of a grayordinate are, one after the other. */
export type CiftiRows =
  | {
      readonly kind: "series";
      readonly nTrs: number;
      readonly startSec: number;
      readonly stepSec: number | null;
    }
  | { readonly kind: "scalars"; readonly maps: readonly CiftiMap[] }
  | {
      readonly kind: "labels";
      readonly maps: readonly (CiftiMap & { readonly labels: readonly Label[] })[];
    };

/** The XML of a CIFTI-2 file with one row a grayordinate. */
export interface CiftiXml {
  readonly metadata: Readonly<Record<string, string>>;
  readonly rows: CiftiRows;
  readonly models: BrainModels;
}

/**
 * Reads the XML of a dense CIFTI-2 file. Throws for CIFTI-1, for parcels and connectivity (rows that are no grayordinates),
 * and for indices that overlap, leave holes or lie outside their surface or volume.
 * Source: CIFTI-2 main specification, 1 March 2014.
 */
export function decodeCiftiXml(text: string, source: XmlSource): CiftiXml {
  const root = parseXml(text, source);
  if (root.name !== "CIFTI" || Number(root.attributes.Version) !== 2) {
    throw failure(
      source,
      "version",
      `<${root.name} Version="${root.attributes.Version ?? ""}">`,
      '<CIFTI Version="2">',
      "Convert it with wb_command -file-convert -cifti-version-convert.",
    );
  }
  const matrices = childrenOf(root, "Matrix");
  if (matrices.length !== 1) {
    throw failure(source, "number of matrices", `${matrices.length}`, "one");
  }
  const along = (dimension: string) => {
    const maps = childrenOf(matrices[0], "MatrixIndicesMap").filter((map) =>
      (map.attributes.AppliesToMatrixDimension ?? "").split(",").includes(dimension),
    );
    if (maps.length === 1) return maps[0];
    throw failure(source, `description of dimension ${dimension}`, `${maps.length} of them`, "one");
  };
  return {
    metadata: metadataOf(matrices[0]),
    rows: rowsOf(along("0"), source),
    models: modelsOf(along("1"), source),
  };
}

function rowsOf(map: XmlElement, source: XmlSource): CiftiRows {
  const type = map.attributes.IndicesMapToDataType ?? "";
  const named = () =>
    childrenOf(map, "NamedMap").map((element) => ({
      element,
      name: textOf(element, "MapName"),
      metadata: metadataOf(element),
    }));
  if (type === `${INDEX_TYPE}SCALARS`) {
    return { kind: "scalars", maps: named().map(({ name, metadata }) => ({ name, metadata })) };
  }
  if (type === `${INDEX_TYPE}LABELS`) {
    const maps = named().map(({ element, name, metadata }) => {
      const labels = childrenOf(element, "LabelTable").flatMap((table) => labelsOf(table, source));
      return { name, metadata, labels };
    });
    return { kind: "labels", maps };
  }
  if (type === `${INDEX_TYPE}SERIES`) {
    const read = (name: string) => numberOf(map, name, source);
    const factor = 10 ** read("SeriesExponent");
    const isTime = map.attributes.SeriesUnit === "SECOND";
    return {
      kind: "series",
      nTrs: indexOf(map, "NumberOfSeriesPoints", source),
      startSec: isTime ? read("SeriesStart") * factor : 0,
      stepSec: isTime && read("SeriesStep") > 0 ? read("SeriesStep") * factor : null,
    };
  }
  throw failure(source, "kind of rows", type, "series, scalars or labels", "Pass a dense CIFTI file.");
}

/** CIFTI's and GIFTI's label elements differ in the name of the key. */
export function labelsOf(table: XmlElement, source: XmlSource): Label[] {
  return childrenOf(table, "Label").map((element) => {
    const colour = (name: string) =>
      element.attributes[name] === undefined ? 0 : numberOf(element, name, source);
    return {
      key: numberOf(element, element.attributes.Key === undefined ? "Index" : "Key", source),
      name: element.text.trim(),
      rgba: [colour("Red"), colour("Green"), colour("Blue"), colour("Alpha")],
    };
  });
}
