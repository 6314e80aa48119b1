import type { NiftiHeader } from "./nifti-header";

/** A block that a NIfTI file carries between its header and its values. */
export interface NiftiExtension {
  /** What it is: 32 is CIFTI-2's XML, 4 AFNI's attributes, 6 a comment. Source: nifti1.h, NIFTI_ECODE_ constants. */
  readonly code: number;
  /** As in the file, with its padding. */
  readonly content: Buffer;
}

/**
 * Splits the bytes between the header and the values into extensions. `between` starts at the four bytes whose first says whether there are
 * any. Sizes that are negative, no multiple of 16 or past the values throw.
 */
export function decodeNiftiExtensions(
  between: Buffer,
  header: NiftiHeader,
  source: { caller: string; label: string },
): NiftiExtension[] {
  if (between.length < 4 || between[0] === 0) return [];
  const view = new DataView(between.buffer, between.byteOffset, between.length);
  const { littleEndian } = header.format;
  const extensions: NiftiExtension[] = [];
  for (let at = 4; at + 8 <= between.length; ) {
    const size = view.getInt32(at, littleEndian);
    // Zeros up to the values are padding.
    if (size === 0) break;
    if (size < 16 || size % 16 !== 0 || at + size > between.length) {
      throw new Error(
        `${source.caller}: invalid extension ${extensions.length + 1} of ${source.label}: ${size} bytes where ${between.length - at} are left; expected a multiple of 16 that fits. The file is damaged: copy it again.`,
      );
    }
    extensions.push({
      code: view.getInt32(at + 4, littleEndian),
      content: Buffer.from(between.subarray(at + 8, at + size)),
    });
    at += size;
  }
  return extensions;
}

/** The bytes between a header and its values: the flag, the extensions, padding up to a multiple of 16 of the file. */
export function encodeNiftiExtensions(
  extensions: readonly NiftiExtension[],
  options: { headerBytes: number; littleEndian: boolean },
): Buffer {
  const flag = Buffer.from([extensions.length > 0 ? 1 : 0, 0, 0, 0]);
  const blocks = extensions.map(({ code, content }) => {
    const size = Math.ceil((content.length + 8) / 16) * 16;
    const block = Buffer.alloc(size);
    const view = new DataView(block.buffer, block.byteOffset, size);
    view.setInt32(0, size, options.littleEndian);
    view.setInt32(4, code, options.littleEndian);
    content.copy(block, 8);
    return block;
  });
  const length = [flag, ...blocks].reduce((sum, block) => sum + block.length, options.headerBytes);
  return Buffer.concat([flag, ...blocks, Buffer.alloc(Math.ceil(length / 16) * 16 - length)]);
}
