import { type Matrix, random, row, zeros } from "../tensor";

/**
 * Rotations of space drawn uniformly: unit quaternions of four normal numbers. Returns [nRotations × 9], each row a rotation
 * matrix row by row; p turns to R p. Source: Shoemake (1992), Uniform random rotations, Graphics Gems III.
 */
export function randomRotations({
  nRotations,
  seed,
}: {
  nRotations: number;
  seed: number;
}): Matrix<Float64Array> {
  if (!Number.isInteger(nRotations) || nRotations < 1) {
    throw new Error(
      `randomRotations: invalid nRotations: ${nRotations}; expected a positive integer. 1,000 are usual.`,
    );
  }
  const draw = random(seed);
  const out = zeros([nRotations, 9]);
  for (let r = 0; r < nRotations; r++) {
    const numbers = [draw.normal(), draw.normal(), draw.normal(), draw.normal()];
    const length = Math.hypot(...numbers);
    const [a, b, c, d] = numbers.map((number) => number / length);
    row(out, r).set([
      a * a + b * b - c * c - d * d,
      2 * (b * c - a * d),
      2 * (b * d + a * c),
      2 * (b * c + a * d),
      a * a + c * c - b * b - d * d,
      2 * (c * d - a * b),
      2 * (b * d - a * c),
      2 * (c * d + a * b),
      a * a + d * d - b * b - c * c,
    ]);
  }
  return out;
}

/** The rotation seen in a mirror at x = 0: F R F with F = diag(−1, 1, 1). It moves the right hemisphere as R moves the left. */
export function mirrorRotation(rotation: ArrayLike<number>): Float64Array {
  return Float64Array.from(rotation, (value, i) =>
    i === 1 || i === 2 || i === 3 || i === 6 ? -value : value,
  );
}
