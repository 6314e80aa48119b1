import { writeAtomically } from "../store";
import type { Matrix } from "../tensor";
import type { BrainModels } from "./brain-models";
import { CIFTI_EXTENSION, countRows } from "./cifti-image";
import type { CiftiRows } from "./cifti-xml";
import { encodeCiftiXml } from "./cifti-xml-writer";
import type { NiftiDatatype } from "./nifti-datatype";
import { decodeNiftiHeader } from "./nifti-header";
import { encodeNifti } from "./nifti-writer";

/** What `writeCifti` puts into a file: `rows` says what each row of `values` is, `models` where its columns are. */
export interface CiftiContent {
  readonly rows: CiftiRows;
  readonly models: BrainModels;
  /** [nMaps × nGrayordinates]; whole numbers, the labels' keys, in a label file. */
  readonly values: Matrix;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What each kind is called. Source: CIFTI-2 specification, appendix A. */
const KINDS = {
  series: {
    extension: ".dtseries.nii",
    intentCode: 3002,
    intentName: "ConnDenseSeries",
    datatype: "float32",
  },
  scalars: {
    extension: ".dscalar.nii",
    intentCode: 3006,
    intentName: "ConnDenseScalar",
    datatype: "float32",
  },
  labels: { extension: ".dlabel.nii", intentCode: 3007, intentName: "ConnDenseLabel", datatype: "int32" },
} as const satisfies Record<CiftiRows["kind"], { datatype: NiftiDatatype; [key: string]: unknown }>;

/**
 * Writes maps as a CIFTI-2 file that appears whole or not at all: scalars to .dscalar.nii, labels to .dlabel.nii, series to .dtseries.nii.
 * Scalars and series are float32, labels int32. Throws when the name ends otherwise, when the values do not fit
 * rows and models, and when a label's value is no key of its table.
 */
export function writeCifti(path: string, content: CiftiContent): void {
  const { extension } = KINDS[content.rows.kind];
  if (!path.endsWith(extension)) {
    throw new Error(
      `writeCifti: invalid name: ${path}; expected one that ends with ${extension}, by which Workbench tells ${content.rows.kind}. Rename the file.`,
    );
  }
  writeAtomically(path, encodeCifti(content, path));
}

/** The bytes of a CIFTI-2 file. */
export function encodeCifti({ rows, models, values, metadata = {} }: CiftiContent, label: string): Buffer {
  const [nMaps, nGrayordinates] = values.shape;
  if (nMaps !== countRows(rows) || nGrayordinates !== models.nGrayordinates) {
    throw new Error(
      `writeCifti: mismatched values for ${label}: ${nMaps} × ${nGrayordinates}; expected ${countRows(rows)} maps × ${models.nGrayordinates} grayordinates. Pass values of the same space.`,
    );
  }
  if (rows.kind === "labels") checkKeys(rows.maps, values, label);
  const { datatype } = KINDS[rows.kind];
  const columns = new Float64Array(values.data.length);
  for (let map = 0; map < nMaps; map++) {
    for (let i = 0; i < nGrayordinates; i++) columns[i * nMaps + map] = values.data[map * nGrayordinates + i];
  }
  const xml = Buffer.from(encodeCiftiXml({ rows, models, metadata }), "utf8");
  const source = { caller: "writeCifti", label };
  return encodeNifti(
    {
      header: decodeNiftiHeader(emptyCiftiHeader(rows.kind), source),
      shape: [1, 1, 1, 1, nMaps, nGrayordinates],
      values: columns,
      datatype,
      extensions: [{ code: CIFTI_EXTENSION, content: xml }],
    },
    source,
  );
}

function checkKeys(
  maps: readonly { readonly name: string; readonly labels: readonly { readonly key: number }[] }[],
  values: Matrix,
  label: string,
): void {
  const nGrayordinates = values.shape[1];
  maps.forEach(({ name, labels }, map) => {
    const keys = new Set(labels.map(({ key }) => key));
    const row = values.data.subarray(map * nGrayordinates, (map + 1) * nGrayordinates);
    const odd = row.findIndex((value: number) => !keys.has(value));
    if (odd < 0) return;
    throw new Error(
      `writeCifti: unknown label of grayordinate ${odd} in map "${name}" for ${label}: ${row[odd]}; expected a key of its table. Add the label to the table.`,
    );
  });
}

/** A NIfTI-2 header, little-endian, without orientation: the XML says where grayordinates are. */
export function emptyCiftiHeader(kind: CiftiRows["kind"]): Buffer {
  const { intentCode, intentName } = KINDS[kind];
  const bytes = Buffer.alloc(540);
  bytes.writeInt32LE(540, 0);
  bytes.write("n+2\0\r\n\x1a\n", 4, "latin1");
  bytes.writeInt16LE(16, 12);
  bytes.writeBigInt64LE(1n, 16);
  for (let i = 0; i < 8; i++) bytes.writeDoubleLE(1, 104 + 8 * i);
  bytes.writeBigInt64LE(544n, 168);
  bytes.writeInt32LE(2 + 8, 500); // millimetres, seconds
  bytes.writeInt32LE(intentCode, 504);
  bytes.write(intentName, 508, "latin1");
  return bytes;
}
