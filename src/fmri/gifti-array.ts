import { unzipSync } from "node:zlib";
import { bytesOf, type NiftiDatatype, storedValues } from "./nifti-datatype";
import { rowsFirst } from "./npy-array";
import { metadataOf, textOf, type XmlElement } from "./xml-tree";

/** One array of a GIFTI file. */
export interface GiftiArray {
  /** What it is, for instance NIFTI_INTENT_POINTSET, NIFTI_INTENT_TRIANGLE, NIFTI_INTENT_LABEL. */
  readonly intent: string;
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: Float64Array;
  readonly metadata: Readonly<Record<string, string>>;
}

const DATATYPES: Record<string, NiftiDatatype> = {
  NIFTI_TYPE_UINT8: "uint8",
  NIFTI_TYPE_INT8: "int8",
  NIFTI_TYPE_UINT16: "uint16",
  NIFTI_TYPE_INT16: "int16",
  NIFTI_TYPE_UINT32: "uint32",
  NIFTI_TYPE_INT32: "int32",
  NIFTI_TYPE_UINT64: "uint64",
  NIFTI_TYPE_INT64: "int64",
  NIFTI_TYPE_FLOAT32: "float32",
  NIFTI_TYPE_FLOAT64: "float64",
};
/** More values than this are no surface: the text that promises them is refused before memory is taken. */
const MOST_VALUES = 2 ** 28;

/** Decodes the `i`-th data array of a GIFTI file. */
export function decodeGiftiArray(
  element: XmlElement,
  i: number,
  source: { caller: string; label: string },
): GiftiArray {
  const fail = (
    noun: string,
    got: string,
    expected: string,
    remedy = "The file is damaged: copy it again.",
  ) =>
    new Error(
      `${source.caller}: invalid ${noun} of array ${i} of ${source.label}: ${got}; expected ${expected}. ${remedy}`,
    );
  const { attributes } = element;
  const nDimensions = Number(attributes.Dimensionality);
  if (!(Number.isInteger(nDimensions) && nDimensions >= 1 && nDimensions <= 6)) {
    throw fail("dimensionality", `"${attributes.Dimensionality ?? ""}"`, "1 to 6");
  }
  const shape = Array.from({ length: nDimensions }, (_, axis) =>
    Number(attributes[`Dim${axis}`] ?? Number.NaN),
  );
  const nValues = shape.reduce((product, length) => product * length, 1);
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0) || nValues > MOST_VALUES) {
    throw fail("dimensions", shape.join(" × "), `lengths whose product is at most ${MOST_VALUES}`);
  }
  const datatype = DATATYPES[attributes.DataType ?? ""];
  if (datatype === undefined) {
    throw fail("data type", `"${attributes.DataType ?? ""}"`, `one of ${Object.keys(DATATYPES).join(", ")}`);
  }
  const stored = decode();
  const isColumnMajor = attributes.ArrayIndexingOrder === "ColumnMajorOrder";
  return {
    intent: attributes.Intent ?? "",
    shape,
    values: isColumnMajor ? rowsFirst(stored, shape) : stored,
    metadata: metadataOf(element),
  };

  function decode(): Float64Array {
    const text = textOf(element, "Data");
    const encoding = attributes.Encoding ?? "";
    if (encoding === "ASCII") {
      const words = text === "" ? [] : text.split(/\s+/);
      const values = Float64Array.from(words, asciiNumber);
      const odd = words.findIndex((word, k) => Number.isNaN(values[k]) && word.toLowerCase() !== "nan");
      if (odd >= 0) throw fail("number", `"${words[odd].slice(0, 40)}"`, "numbers");
      if (values.length !== nValues) throw fail("length", `${values.length} numbers`, `${nValues}`);
      // The type says how exact the values are meant to be.
      return datatype === "float32" ? Float64Array.from(Float32Array.from(values)) : values;
    }
    if (encoding !== "Base64Binary" && encoding !== "GZipBase64Binary") {
      const remedy =
        encoding === "ExternalFileBinary"
          ? "Arrays in other files are not read: save it with the data inside, for example with wb_command -gifti-convert."
          : undefined;
      throw fail("encoding", `"${encoding}"`, "ASCII, Base64Binary or GZipBase64Binary", remedy);
    }
    const promised = nValues * bytesOf(datatype);
    const packed = Buffer.from(text, "base64");
    const bytes = encoding === "Base64Binary" ? packed : unpack(packed, promised);
    if (bytes.length !== promised) throw fail("length", `${bytes.length} bytes`, `${promised}`);
    // Small Buffers lie in a pool that others share; turning bytes round in place needs memory of its own.
    const own = Buffer.from(new Uint8Array(bytes).buffer);
    const endian = attributes.Endian ?? "";
    if (endian !== "LittleEndian" && endian !== "BigEndian") {
      throw fail("byte order", `"${endian}"`, "LittleEndian or BigEndian");
    }
    return Float64Array.from(storedValues(own, { datatype, littleEndian: endian === "LittleEndian" }));
  }

  function unpack(packed: Buffer, promised: number): Buffer {
    try {
      return unzipSync(packed, { maxOutputLength: Math.max(1, promised) });
    } catch (error) {
      const got =
        (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "more" : (error as Error).message;
      throw fail("compressed data", got, `${promised} bytes`);
    }
  }
}

/** C programs write NaN and infinities in several ways. */
function asciiNumber(word: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(word);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(word);
}
