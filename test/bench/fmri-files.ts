import fs from "node:fs";
import { gzipSync } from "node:zlib";
import { niftiHeaderOf } from "../../src/fmri";
import { encodeCiftiXml } from "../../src/fmri/cifti-xml-writer";
import { encodeNiftiExtensions } from "../../src/fmri/nifti-extensions";
import { fromRows, random } from "../../src/tensor";

/** The cortices and one structure of voxels: as many grayordinates as the HCP's 91,282. */
const N_LEFT = 29696;
const N_RIGHT = 29716;
export const N_GRAYORDINATES = 91282;
const WIDTH = 4096;

/**
 * Writes a .nii.gz series of int16: a smooth mean image with noise, 0 outside an ellipsoid, so that it compresses like BOLD (to about
 * half). Returns its size uncompressed.
 */
export function writeVolumeSeries(path: string, shape: readonly [number, number, number, number]): number {
  const [nx, ny, nz, nTrs] = shape;
  const header = niftiHeaderOf(
    fromRows([
      [-3, 0, 0, 90],
      [0, 3, 0, -120],
      [0, 0, 3, -60],
      [0, 0, 0, 1],
    ]),
  );
  const bytes = Buffer.alloc(352 + 2 * nx * ny * nz * nTrs);
  header.bytes.copy(bytes);
  [4, ...shape, 1, 1, 1].forEach((length, i) => bytes.writeInt16LE(length, 40 + 2 * i));
  bytes.writeInt16LE(4, 70);
  bytes.writeInt16LE(16, 72);
  bytes.writeUInt8(2 + 8, 123);
  const draws = random(1);
  const noise = Int16Array.from({ length: 2 ** 16 }, () => Math.round(12 * draws.normal()));
  const values = new Int16Array(bytes.buffer, bytes.byteOffset + 352, nx * ny * nz * nTrs);
  let at = 0;
  for (let t = 0; t < nTrs; t++) {
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++) {
          const [x, y, z] = [(2 * i) / nx - 1, (2 * j) / ny - 1, (2 * k) / nz - 1];
          const inside = x * x + y * y + z * z < 0.8;
          values[at] = inside ? 800 + 300 * z + noise[draws.integer(2 ** 16)] : 0;
          at++;
        }
      }
    }
  }
  fs.writeFileSync(path, gzipSync(bytes, { level: 6 }));
  return bytes.length;
}

/** Writes a float32 dense series of 91,282 grayordinates, some MB at a time. */
export function writeDenseSeries(path: string, nTrs: number): void {
  const header = Buffer.alloc(540);
  const nVoxels = N_GRAYORDINATES - N_LEFT - N_RIGHT;
  const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
  const xml = encodeCiftiXml({
    metadata: {},
    rows: { kind: "series", nTrs, startSec: 0, stepSec: 1 },
    models: {
      nGrayordinates: N_GRAYORDINATES,
      models: [
        {
          kind: "surface",
          structure: "CIFTI_STRUCTURE_CORTEX_LEFT",
          offset: 0,
          nSurfaceVertices: 32492,
          vertices: range(N_LEFT),
        },
        {
          kind: "surface",
          structure: "CIFTI_STRUCTURE_CORTEX_RIGHT",
          offset: N_LEFT,
          nSurfaceVertices: 32492,
          vertices: range(N_RIGHT),
        },
        {
          kind: "voxels",
          structure: "CIFTI_STRUCTURE_THALAMUS_LEFT",
          offset: N_LEFT + N_RIGHT,
          voxels: Int32Array.from({ length: 3 * nVoxels }, (_, i) => {
            const voxel = Math.floor(i / 3);
            return [voxel % 91, Math.floor(voxel / 91) % 109, Math.floor(voxel / (91 * 109))][i % 3];
          }),
        },
      ],
      volume: {
        shape: [91, 109, 91],
        affine: fromRows([
          [-2, 0, 0, 90],
          [0, 2, 0, -126],
          [0, 0, 2, -72],
          [0, 0, 0, 1],
        ]),
      },
    },
  });
  const between = encodeNiftiExtensions([{ code: 32, content: Buffer.from(xml) }], {
    headerBytes: 540,
    littleEndian: true,
  });
  header.writeInt32LE(540, 0);
  header.write("n+2\0\r\n\x1a\n", 4, "latin1");
  header.writeInt16LE(16, 12);
  header.writeInt16LE(32, 14);
  [6, 1, 1, 1, 1, nTrs, N_GRAYORDINATES, 1].forEach((length, i) =>
    header.writeBigInt64LE(BigInt(length), 16 + 8 * i),
  );
  header.writeBigInt64LE(BigInt(540 + between.length), 168);
  header.writeDoubleLE(1, 176);
  header.writeInt32LE(3002, 504);
  const file = fs.openSync(path, "w");
  fs.writeSync(file, Buffer.concat([header, between]));
  const draws = random(2);
  const noise = Float32Array.from({ length: WIDTH + 8191 }, () => draws.normal());
  for (let first = 0; first < N_GRAYORDINATES; first += 1024) {
    const rows = new Float32Array(Math.min(1024, N_GRAYORDINATES - first) * nTrs);
    for (let i = 0; i < rows.length; i++) {
      rows[i] =
        10000 +
        (first & 1023) +
        100 * noise[((first + Math.floor(i / nTrs)) * 97 + (i % nTrs)) % noise.length];
    }
    fs.writeSync(file, new Uint8Array(rows.buffer));
  }
  fs.closeSync(file);
}
