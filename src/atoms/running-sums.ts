import { linearAlgebra, type Matrix, matrix, zeros } from "../tensor";
import type { ColumnBatches } from "./column-batches";
import { inTypeOf } from "./real-type";
import { descendAll } from "./sparse-codes";

/** Codes that move by less wait for the next visit, which starts from them. */
const NEARLY_SETTLED = { settled: 1e-3, maxSweeps: 10 } as const;

/**
 * A dictionary in the making: everything that the atoms' update and the objective need is a sum over columns, kept up to date as
 * columns are coded anew. Columns that were not visited yet have codes 0.
 */
export interface RunningSums {
  columns: ColumnBatches;
  /** ‖X‖². */
  squaredNorm: number;
  /** D [nTrs × nAtoms] and DᵀD. */
  d: Matrix<Float64Array>;
  gram: Matrix<Float64Array>;
  /** Aᵀ [nColumns × nAtoms], in the order of `columns`. */
  codes: Matrix<Float64Array>;
  /** B = X Aᵀ [nTrs × nAtoms] and A Aᵀ, in float64 whatever the type of X. */
  products: Matrix<Float64Array>;
  codeGram: Matrix<Float64Array>;
  /** How many columns carry each atom. */
  nCarriers: Int32Array;
  /** ‖x_j − D a_j‖² and ‖a_j‖₁ at the column's last visit. */
  errors: Float64Array;
  absolute: Float64Array;
}

export function startSums(columns: ColumnBatches, d: Matrix<Float64Array>): RunningSums {
  const nColumns = columns.order.length;
  const [nTrs, nAtoms] = d.shape;
  return {
    columns,
    squaredNorm: columns.squaredNorms.reduce((sum, value) => sum + value, 0),
    d,
    gram: linearAlgebra().multiply(d, d, { transposeA: true }),
    codes: zeros([nColumns, nAtoms]),
    products: zeros([nTrs, nAtoms]),
    codeGram: zeros([nAtoms, nAtoms]),
    nCarriers: new Int32Array(nAtoms),
    errors: columns.squaredNorms.slice(),
    absolute: new Float64Array(nColumns),
  };
}

/** The part of the codes that belongs to a batch, as a view. */
export function codesOfBatch(
  { codes, columns: { size, batches } }: RunningSums,
  batch: number,
): Matrix<Float64Array> {
  const nAtoms = codes.shape[1];
  const width = batches[batch].shape[1];
  const start = batch * size * nAtoms;
  return matrix(codes.data.subarray(start, start + width * nAtoms), [width, nAtoms]);
}

/** Codes the columns of a batch anew and puts the difference into the sums. */
export function codeBatch(sums: RunningSums, batch: number, lambda: number): void {
  const blas = linearAlgebra();
  const { d, gram } = sums;
  const x = sums.columns.batches[batch];
  const start = batch * sums.columns.size;
  const codes = codesOfBatch(sums, batch);
  const before = matrix(codes.data.slice(), codes.shape);
  const alongAtoms = blas.multiply(x, inTypeOf(x, d), { transposeA: true }); // [nColumns × nAtoms]
  descendAll(gram, alongAtoms, codes, { lambda, ...NEARLY_SETTLED }).forEach(({ explained, absolute }, i) => {
    sums.errors[start + i] = sums.columns.squaredNorms[start + i] + explained;
    sums.absolute[start + i] = absolute;
  });
  const change = matrix(
    codes.data.map((value, i) => value - before.data[i]),
    codes.shape,
  );
  addTo(sums.products, blas.multiply(x, inTypeOf(x, change)), 1);
  addTo(sums.codeGram, blas.multiply(codes, codes, { transposeA: true }), 1);
  addTo(sums.codeGram, blas.multiply(before, before, { transposeA: true }), -1);
  countCarriers(sums, codes, 1);
  countCarriers(sums, before, -1);
  // What is left of an atom that lost its last carrier is rounding error.
  sums.nCarriers.forEach((count, k) => {
    if (count === 0) clearAtom(sums, k);
  });
}

/** Takes an atom from all columns: codes and sums as if nobody had ever carried it. */
export function dropAtom(sums: RunningSums, k: number): void {
  const [nColumns, nAtoms] = sums.codes.shape;
  for (let j = 0; j < nColumns; j++) {
    const at = j * nAtoms + k;
    sums.absolute[j] -= Math.abs(sums.codes.data[at]);
    sums.codes.data[at] = 0;
  }
  sums.nCarriers[k] = 0;
  clearAtom(sums, k);
}

function clearAtom({ products, codeGram }: RunningSums, k: number): void {
  const nAtoms = codeGram.shape[0];
  for (let t = 0; t < products.shape[0]; t++) products.data[t * nAtoms + k] = 0;
  for (let m = 0; m < nAtoms; m++) {
    codeGram.data[k * nAtoms + m] = 0;
    codeGram.data[m * nAtoms + k] = 0;
  }
}

function countCarriers({ nCarriers }: RunningSums, codes: Matrix<Float64Array>, sign: 1 | -1): void {
  const nAtoms = nCarriers.length;
  for (let i = 0; i < codes.data.length; i++) if (codes.data[i] !== 0) nCarriers[i % nAtoms] += sign;
}

function addTo(target: Matrix<Float64Array>, source: Matrix, factor: number): void {
  for (let i = 0; i < target.data.length; i++) target.data[i] += factor * source.data[i];
}

/** ‖X − D A‖² from the sums alone: ‖X‖² − 2⟨D, X Aᵀ⟩ + ⟨DᵀD, A Aᵀ⟩. */
export function squaredError({ squaredNorm, d, gram, products, codeGram }: RunningSums): number {
  return squaredNorm - 2 * dot(d.data, products.data) + dot(gram.data, codeGram.data);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
