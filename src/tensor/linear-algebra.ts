import { chooseBackend } from "./backends";
import { type BackgroundLinearAlgebra, backgroundLinearAlgebra } from "./background";
import type { Matrix, Real } from "./matrix";
import { matrix } from "./matrix";

/** Dense linear algebra on row-major matrices. Arguments are never written to; results share no memory with them. */
export interface LinearAlgebra {
  /** Which library computes, with its version, threads and processor type: to be shown beside every timing. */
  readonly name: string;
  /**
   * C = op(A) op(B), op being the transpose where asked for: [m × k] times [k × n] gives [m × n], of the type of the
   * inputs. A NaN reaches the row of A and the column of B that it stands in, no other.
   * Throws when A and B differ in type or when their inner dimensions differ.
   */
  multiply<A extends Real>(a: Matrix<A>, b: Matrix<A>, options?: ProductOptions<A>): Matrix<A>;
  /**
   * A = V diag(values) Vᵀ for a symmetric A [n × n]: values ascending, orthonormal vectors in the columns of V.
   * Only the lower triangle of A is read. Throws when A is not square, is not float64 or holds a value that is not
   * finite.
   */
  symmetricEigen(a: Matrix<Float64Array>): SymmetricEigen;
  /**
   * X of A X = B for a symmetric positive definite A [n × n] and B [n × m], by Cholesky's factorisation. Only the
   * lower triangle of A is read. Throws when A is not positive definite, is not float64 or holds a value that is
   * not finite.
   */
  solvePositiveDefinite(a: Matrix<Float64Array>, b: Matrix<Float64Array>): Matrix<Float64Array>;
  /** The same calls off the event loop, for what takes longer than a blink. */
  readonly background: BackgroundLinearAlgebra;
}

/** How C = op(A) op(B) is made: which factors are transposed (neither by default), and where C goes. */
export interface ProductOptions<A extends Real = Real> {
  transposeA?: boolean;
  transposeB?: boolean;
  /** Where the product is written, [m × n], overwriting what was there: spares memory in a loop. Made when missing. */
  into?: Matrix<A>;
}

/** A = V diag(values) Vᵀ of `symmetricEigen`: values ascending, V [n × n] with the eigenvectors in columns, in the same order. */
export interface SymmetricEigen {
  values: Float64Array;
  vectors: Matrix<Float64Array>;
}

/** What a backend supplies. Shapes are checked and nothing is empty when these are called. */
export interface Kernels {
  readonly name: string;
  /** Writes op(A) op(B) into `out` [m × n]; `a` and `b` hold packed rows. */
  multiply(product: Product, a: Real, b: Real, out: Real): void;
  /** Replaces the symmetric `a` [n × n] by its eigenvectors (in columns) and writes the values, ascending. */
  symmetricEigen(n: number, a: Float64Array, values: Float64Array): void;
  /**
   * Replaces `b` [n × m] by the solution, destroying `a`. Returns 0, or the order of the first minor that is not
   * positive.
   */
  solvePositiveDefinite(n: number, m: number, a: Float64Array, b: Float64Array): number;
  /** The same calls on another thread, where the library offers it. */
  readonly background?: BackgroundKernels;
}

/** The calls of `Kernels` on another thread: arguments must not be written to before the promise settles. */
export interface BackgroundKernels {
  multiply(product: Product, a: Real, b: Real, out: Real): Promise<void>;
  symmetricEigen(n: number, a: Float64Array, values: Float64Array): Promise<void>;
  solvePositiveDefinite(n: number, m: number, a: Float64Array, b: Float64Array): Promise<number>;
}

/** The sizes of a product op(A) op(B): [m × k] times [k × n], counted after what is transposed. */
export interface Product {
  m: number;
  n: number;
  k: number;
  transposeA: boolean;
  transposeB: boolean;
}

let loaded: LinearAlgebra | undefined;

/**
 * The linear algebra of this machine, loaded when first asked for: the backend that BRAINLENS_BACKEND names, else
 * the first of OpenBLAS, onnxruntime and plain JavaScript that loads (`chooseBackend`). They agree; `name` says
 * which it is and how fast to expect it.
 */
export function linearAlgebra(): LinearAlgebra {
  loaded ??= checkedLinearAlgebra(chooseBackend());
  return loaded;
}

/** Puts the checks that every backend shares in front of its kernels. */
export function checkedLinearAlgebra(kernels: Kernels): LinearAlgebra {
  return {
    name: kernels.name,
    multiply(a, b, options) {
      const { product, out, isEmpty } = prepareProduct(a, b, options);
      if (!isEmpty) kernels.multiply(product, a.data, b.data, out.data);
      return out;
    },
    symmetricEigen(a) {
      const { n, values, vectors } = prepareEigen(a);
      if (n > 0) kernels.symmetricEigen(n, vectors.data, values);
      return { values, vectors };
    },
    solvePositiveDefinite(a, b) {
      const { n, m, factor, solution } = prepareSolve(a, b);
      checkMinor(n * m === 0 ? 0 : kernels.solvePositiveDefinite(n, m, factor, solution.data));
      return solution;
    },
    background: backgroundLinearAlgebra(kernels),
  };
}

/** Checks the factors of a product and makes room for it; an inner dimension of 0 gives zeros. */
export function prepareProduct<A extends Real>(a: Matrix<A>, b: Matrix<A>, options: ProductOptions<A> = {}) {
  const { transposeA = false, transposeB = false, into } = options;
  if (a.data.constructor !== b.data.constructor) {
    throw new Error(
      `multiply: mismatched types: ${typeName(a)} and ${typeName(b)}; expected two of the same. Convert one with Float64Array.from or Float32Array.from.`,
    );
  }
  const [m, k] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const [inner, n] = transposeB ? [b.shape[1], b.shape[0]] : b.shape;
  if (k !== inner) {
    throw new Error(
      `multiply: mismatched shapes: ${shapeName(a, transposeA)} times ${shapeName(b, transposeB)}; expected equal inner dimensions. Transpose or align the factors.`,
    );
  }
  if (into && (into.data.constructor !== a.data.constructor || into.shape[0] !== m || into.shape[1] !== n)) {
    throw new Error(
      `multiply: mismatched place for the product: ${typeName(into)} ${shapeName(into, false)}; expected ${typeName(a)} [${m} × ${n}]. Make room of its type and shape.`,
    );
  }
  const make = a.data.constructor as new (length: number) => A;
  const out = into ?? matrix(new make(m * n), [m, n]);
  const isEmpty = out.data.length === 0 || k === 0;
  if (isEmpty) out.data.fill(0);
  return { product: { m, n, k, transposeA, transposeB }, out, isEmpty };
}

export function prepareEigen(a: Matrix<Float64Array>) {
  const n = checkSquare("symmetricEigen", a);
  return { n, values: new Float64Array(n), vectors: matrix(a.data.slice(), [n, n]) };
}

export function prepareSolve(a: Matrix<Float64Array>, b: Matrix<Float64Array>) {
  const n = checkSquare("solvePositiveDefinite", a);
  if (b.shape[0] !== n || !(b.data instanceof Float64Array)) {
    throw new Error(
      `solvePositiveDefinite: mismatched right-hand side: ${typeName(b)} ${shapeName(b, false)}; expected Float64Array [${n} × any] beside a matrix [${n} × ${n}]. Pass one row for each equation.`,
    );
  }
  return { n, m: b.shape[1], factor: a.data.slice(), solution: matrix(b.data.slice(), b.shape) };
}

/** Throws unless the factorisation found every leading minor positive. */
export function checkMinor(minor: number): void {
  if (minor === 0) return;
  throw new Error(
    `solvePositiveDefinite: invalid matrix: its leading minor of order ${minor} is not positive; expected a positive definite matrix. Drop duplicated columns or add a ridge.`,
  );
}

function checkSquare(caller: string, a: Matrix): number {
  const [nRows, nCols] = a.shape;
  if (nRows !== nCols || !(a.data instanceof Float64Array)) {
    throw new Error(
      `${caller}: invalid matrix: ${typeName(a)} ${shapeName(a, false)}; expected a square Float64Array matrix. Pass a Gram matrix or kernel in float64.`,
    );
  }
  const bad = a.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new Error(
      `${caller}: invalid value at row ${Math.floor(bad / nCols)}, column ${bad % nCols}: ${a.data[bad]}; expected finite numbers. Leave missing rows and columns out.`,
    );
  }
  return nRows;
}

function typeName(m: Matrix): string {
  return m.data.constructor.name;
}

function shapeName(m: Matrix, transposed: boolean): string {
  return `[${m.shape[0]} × ${m.shape[1]}]${transposed ? "ᵀ" : ""}`;
}
