import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it, test } from "node:test";
import { fromRows, linearAlgebra, type Matrix, matrix, random, transpose, zeros } from "../../src/tensor";
import { BACKENDS, chooseBackend } from "../../src/tensor/backends";
import { checkedLinearAlgebra, type Kernels, type LinearAlgebra } from "../../src/tensor/linear-algebra";
import { findOpenblas, loadOpenblas } from "../../src/tensor/openblas";

// One conformance test, run on every backend that loads.
for (const [name, load] of Object.entries(BACKENDS)) {
  let kernels: Kernels;
  try {
    kernels = load();
  } catch (error) {
    test(`${name} conforms`, { skip: (error as Error).message }, () => {});
    continue;
  }
  conforms(name, () => checkedLinearAlgebra(kernels));
}

function conforms(title: string, open: () => LinearAlgebra): void {
  describe(title, () => {
    const algebra = open();

    it("multiplies a hand-sized example in both types", () => {
      const a = fromRows([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      const b = fromRows([
        [1, 0],
        [0, 1],
        [2, 2],
      ]);
      assert.deepEqual(Array.from(algebra.multiply(a, b).data), [7, 8, 16, 17]);
      const narrow = algebra.multiply(toFloat32(a), toFloat32(b));
      assert.ok(narrow.data instanceof Float32Array);
      assert.deepEqual(Array.from(narrow.data), [7, 8, 16, 17]);
      assert.deepEqual(narrow.shape, [2, 2]);
    });

    it("multiplies transposed factors as their transposes", () => {
      const a = randomMatrix(1, [7, 5]);
      const b = randomMatrix(2, [5, 4]);
      const expected = triple(a, b);
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const product = algebra.multiply(transposeA ? transpose(a) : a, transposeB ? transpose(b) : b, {
            transposeA,
            transposeB,
          });
          assert.deepEqual(product.shape, [7, 4]);
          assertClose(product, expected, 1e-13);
        }
      }
    });

    it("accepts one matrix as both factors, and views into a larger array", () => {
      const whole = new Float64Array(random(3).shuffle(Array.from({ length: 30 }, (_, i) => i - 7)));
      const view = matrix(whole.subarray(6, 18), [4, 3]);
      const before = whole.slice();
      const gram = algebra.multiply(view, view, { transposeA: true });
      assertClose(gram, triple(transpose(view), view), 1e-12);
      assert.deepEqual(whole, before);
    });

    it("multiplies float32 to float32's accuracy, and into memory that is there", () => {
      const [a, b] = [randomMatrix(6, [70, 300]), randomMatrix(7, [300, 40])];
      const into = matrix(new Float32Array(70 * 40).fill(5), [70, 40]);
      assert.equal(algebra.multiply(toFloat32(a), toFloat32(b), { into }), into);
      // 300 products of order 1, each off by up to 6e-8.
      assertClose(into, triple(a, b), 1e-4);
      assert.throws(() => algebra.multiply(a, b, { into: zeros([40, 70]) }), {
        message:
          "multiply: mismatched place for the product: Float64Array [40 × 70]; expected Float64Array [70 × 40]. Make room of its type and shape.",
      });
    });

    it("gives the same in the background, and stops waiting when asked", async () => {
      const { background } = algebra;
      const a = randomMatrix(10, [30, 20]);
      const gram = algebra.multiply(a, a, { transposeA: true });
      assert.deepEqual(await background.multiply(a, a, { transposeA: true }), gram);
      assert.deepEqual(await background.symmetricEigen(gram), algebra.symmetricEigen(gram));
      assert.deepEqual(
        await background.solvePositiveDefinite(gram, gram),
        algebra.solvePositiveDefinite(gram, gram),
      );
      await assert.rejects(background.solvePositiveDefinite(fromRows([[-1]]), fromRows([[1]])), {
        message: /its leading minor of order 1 is not positive/,
      });
      const stopped = AbortSignal.abort();
      await assert.rejects(background.multiply(a, a, { transposeA: true, signal: stopped }), {
        name: "AbortError",
      });
    });

    it("gives empty and zero products their shape", () => {
      assert.deepEqual(algebra.multiply(zeros([0, 3]), zeros([3, 2])).shape, [0, 2]);
      assert.deepEqual(algebra.multiply(zeros([2, 0]), zeros([0, 3])), zeros([2, 3]));
      assert.deepEqual(algebra.symmetricEigen(zeros([0, 0])).values.length, 0);
      assert.deepEqual(algebra.solvePositiveDefinite(zeros([0, 0]), zeros([0, 2])).shape, [0, 2]);
      assert.deepEqual(algebra.solvePositiveDefinite(fromRows([[2]]), zeros([1, 0])).shape, [1, 0]);
    });

    it("lets a NaN reach its own row and column only", () => {
      const a = randomMatrix(4, [9, 8]);
      const b = randomMatrix(5, [8, 11]);
      b.data[3 * 11 + 6] = Number.NaN;
      const product = algebra.multiply(a, b);
      product.data.forEach((value, i) => {
        assert.equal(Number.isNaN(value), i % 11 === 6);
      });
    });

    it("decomposes symmetric matrices of every size, ascending, with orthonormal vectors", () => {
      for (const n of [1, 2, 3, 10, 61]) {
        const b = randomMatrix(n, [n, n]);
        const a = algebra.multiply(b, b, { transposeB: true });
        const { values, vectors } = algebra.symmetricEigen(a);
        assert.deepEqual(values, values.slice().sort());
        const scaled = matrix(
          vectors.data.map((value, i) => value * values[i % n]),
          [n, n],
        );
        const rebuilt = algebra.multiply(scaled, vectors, { transposeB: true });
        // A backward stable method errs by a small multiple of n · 2e-16 of the largest eigenvalue.
        assertClose(rebuilt, a, n * 1e-14 * Math.max(1, values[n - 1]));
        const unit = algebra.multiply(vectors, vectors, { transposeA: true });
        unit.data.forEach((value, i) => {
          assert.ok(Math.abs(value - (i % (n + 1) === 0 ? 1 : 0)) < n * 1e-14);
        });
      }
    });

    it("decomposes diagonal, rank-deficient and repeated-eigenvalue matrices", () => {
      const diagonal = fromRows([
        [3, 0, 0],
        [0, -1, 0],
        [0, 0, 3],
      ]);
      assertClose(matrix(algebra.symmetricEigen(diagonal).values, [1, 3]), fromRows([[-1, 3, 3]]), 1e-14);
      const ones = matrix(new Float64Array(16).fill(1), [4, 4]);
      assertClose(matrix(algebra.symmetricEigen(ones).values, [1, 4]), fromRows([[0, 0, 0, 4]]), 1e-14);
      assert.deepEqual(Array.from(algebra.symmetricEigen(zeros([3, 3])).values), [0, 0, 0]);
    });

    it("reads the lower triangle only and leaves its arguments alone", () => {
      const lower = fromRows([
        [2, 99],
        [1, 2],
      ]);
      const before = lower.data.slice();
      assertClose(matrix(algebra.symmetricEigen(lower).values, [1, 2]), fromRows([[1, 3]]), 1e-14);
      const right = fromRows([[3], [3]]);
      assertClose(algebra.solvePositiveDefinite(lower, right), fromRows([[1], [1]]), 1e-14);
      assert.deepEqual(lower.data, before);
      assert.deepEqual(Array.from(right.data), [3, 3]);
    });

    it("solves positive definite systems for several right-hand sides", () => {
      const b = randomMatrix(8, [40, 12]);
      const a = algebra.multiply(b, b, { transposeA: true });
      const x = randomMatrix(9, [12, 5]);
      // The condition number of this Gram matrix is below 100.
      assertClose(algebra.solvePositiveDefinite(a, algebra.multiply(a, x)), x, 1e-12);
    });

    it("says which minor makes a matrix indefinite", () => {
      const indefinite = fromRows([
        [1, 2],
        [2, 1],
      ]);
      assert.throws(() => algebra.solvePositiveDefinite(indefinite, zeros([2, 1])), {
        message:
          "solvePositiveDefinite: invalid matrix: its leading minor of order 2 is not positive; expected a positive definite matrix. Drop duplicated columns or add a ridge.",
      });
    });

    it("refuses mixed types, shapes that do not fit and values that are not finite", () => {
      assert.throws(
        () => algebra.multiply<Float32Array | Float64Array>(zeros([1, 1]), toFloat32(zeros([1, 1]))),
        {
          message:
            "multiply: mismatched types: Float64Array and Float32Array; expected two of the same. Convert one with Float64Array.from or Float32Array.from.",
        },
      );
      assert.throws(
        () => algebra.multiply(zeros([2, 3]), zeros([2, 3]), { transposeA: true, transposeB: true }),
        {
          message:
            "multiply: mismatched shapes: [2 × 3]ᵀ times [2 × 3]ᵀ; expected equal inner dimensions. Transpose or align the factors.",
        },
      );
      assert.throws(() => algebra.symmetricEigen(zeros([2, 3])), /expected a square Float64Array matrix/);
      const holed = zeros([2, 2]);
      holed.data[2] = Number.NaN;
      assert.throws(() => algebra.symmetricEigen(holed), {
        message:
          "symmetricEigen: invalid value at row 1, column 0: NaN; expected finite numbers. Leave missing rows and columns out.",
      });
      assert.throws(
        () => algebra.solvePositiveDefinite(zeros([2, 2]), zeros([3, 1])),
        /mismatched right-hand side: Float64Array \[3 × 1\]; expected Float64Array \[2 × any\]/,
      );
    });
  });
}

test("linearAlgebra loads one backend once and names it", () => {
  assert.equal(linearAlgebra(), linearAlgebra());
  assert.match(
    linearAlgebra().name,
    /^(OpenBLAS \S+ \(\d+ threads?, \S+\)|onnxruntime .+|plain JavaScript \(.+\)|TensorFlow .+)$/,
  );
});

test("a backend that is asked for is used or refused, never replaced", () => {
  const before = process.env.BRAINLENS_BACKEND;
  try {
    process.env.BRAINLENS_BACKEND = "plain";
    assert.equal(chooseBackend().name, "plain JavaScript (asked for by BRAINLENS_BACKEND)");
    process.env.BRAINLENS_BACKEND = "cuda";
    assert.throws(() => chooseBackend(), {
      message:
        "linearAlgebra: unknown backend: cuda; expected one of openblas, onnxruntime, tensorflow, plain. Correct or unset BRAINLENS_BACKEND.",
    });
  } finally {
    if (before === undefined) delete process.env.BRAINLENS_BACKEND;
    else process.env.BRAINLENS_BACKEND = before;
  }
});

test("a long factorisation leaves the event loop alone, and stops being waited for within a second", {
  skip: findOpenblas() === null ? "no OpenBLAS library on this machine" : false,
}, async () => {
  const { background } = checkedLinearAlgebra(loadOpenblas(findOpenblas()!));
  const n = 1200;
  const a = randomMatrix(11, [n, n]);
  const stop = new AbortController();
  let nTicks = 0;
  const ticks = setInterval(() => {
    if (++nTicks === 5) stop.abort();
  }, 10);
  const startedMs = performance.now();
  await assert.rejects(background.symmetricEigen(a, { signal: stop.signal }), { name: "AbortError" });
  clearInterval(ticks);
  assert.ok(performance.now() - startedMs < 1000);
});

test("loadOpenblas says which file is not the library", () => {
  assert.throws(
    () => loadOpenblas(__filename),
    /^Error: loadOpenblas: invalid library: .*linear-algebra\.test\.ts \(.+\); expected the scipy-openblas32 build of OpenBLAS\. Reinstall it with pip, or unset BRAINLENS_OPENBLAS\.$/,
  );
});

function randomMatrix(seed: number, shape: [number, number]): Matrix<Float64Array> {
  const draw = random(seed);
  return matrix(
    Float64Array.from({ length: shape[0] * shape[1] }, () => draw.normal()),
    shape,
  );
}

/** The product by its definition, three loops. */
function triple(a: Matrix<Float64Array>, b: Matrix<Float64Array>): Matrix<Float64Array> {
  const [m, k] = a.shape;
  const n = b.shape[1];
  const out = zeros([m, n]);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) out.data[i * n + j] += a.data[i * k + l] * b.data[l * n + j];
    }
  }
  return out;
}

function toFloat32(m: Matrix): Matrix<Float32Array> {
  return matrix(Float32Array.from(m.data), m.shape);
}

function assertClose(got: Matrix, expected: Matrix, tolerance: number): void {
  assert.deepEqual(got.shape, expected.shape);
  let worst = 0;
  for (let i = 0; i < got.data.length; i++) worst = Math.max(worst, Math.abs(got.data[i] - expected.data[i]));
  assert.ok(worst <= tolerance, `differs by ${worst}; tolerance ${tolerance}`);
}

test("any number of calls can be made in the background at once", async () => {
  const side = fromRows([
    [2, 1],
    [1, 2],
  ]);
  const { background } = linearAlgebra();
  const all = await Promise.all(Array.from({ length: 600 }, () => background.symmetricEigen(side)));
  for (const { values } of all) assert.deepEqual([...values].map(Math.round), [1, 3]);
});

test("programs can be started while the background computes", () => {
  const script = `
    const { spawnSync } = require("node:child_process");
    const { linearAlgebra, zeros } = require(${JSON.stringify(join(__dirname, "..", "..", "src", "tensor"))});
    (async () => {
      const side = zeros([2000, 2000]);
      for (let i = 0; i < 2000; i++) side.data[2001 * i] = 1 + i / 1000;
      const { background } = linearAlgebra();
      const calls = ["multiply", "solvePositiveDefinite"].map((name) => () => background[name](side, side));
      for (const call of [...calls, () => background.symmetricEigen(side)]) {
        const done = call();
        await new Promise((go) => setTimeout(go, 20));
        spawnSync(process.execPath, ["--version"]);
        await done;
      }
      console.log("all done");
    })();`;
  const { stdout } = spawnSync(process.execPath, [...process.execArgv, "-e", script], {
    encoding: "utf8",
    timeout: 120_000,
    killSignal: "SIGKILL",
  });
  assert.match(stdout, /all done/);
});
