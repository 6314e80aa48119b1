/** Ranks from 1, ties sharing their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const out = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let i = first; i < end; i++) out[order[i]] = (first + end + 1) / 2;
    first = end;
  }
  return out;
}

/** Less than this share of a sum of squares is rounding. */
const ROUNDING = 1e-18;

/** What is left of values after least squares on a constant and covariates (Gram and Schmidt); exactly 0 where only rounding is. */
export function residualsOf(
  values: ArrayLike<number>,
  covariates: readonly ArrayLike<number>[],
): Float64Array {
  const directions: Float64Array[] = [];
  for (const covariate of covariates) directions.push(unexplained(centred(covariate), directions));
  return unexplained(centred(values), directions);
}

/** What is left of a centred series after orthogonal directions, some of which may be 0. */
function unexplained(values: Float64Array, directions: readonly Float64Array[]): Float64Array {
  const left = values.slice();
  for (const direction of directions) {
    const length = dot(direction, direction);
    if (length === 0) continue;
    const share = dot(left, direction) / length;
    for (let i = 0; i < left.length; i++) left[i] -= share * direction[i];
  }
  return dot(left, left) > ROUNDING * dot(values, values) ? left : left.fill(0);
}

function centred(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const out = all.map((value) => value - mean);
  return dot(out, out) > ROUNDING * dot(all, all) ? out : out.fill(0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Pearson's r; NaN where either does not vary. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [centred(a), centred(b)];
  const scale = Math.sqrt(dot(x, x) * dot(y, y));
  return scale > 0 ? Math.max(-1, Math.min(1, dot(x, y) / scale)) : Number.NaN;
}

/**
 * Spearman's partial correlation of two variables given covariates: Pearson's r of what is left of the ranks of both after
 * least squares on the covariates' ranks. NaN where nothing is left of either.
 */
export function partialSpearman(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  given: readonly ArrayLike<number>[],
): number {
  const covariates = given.map(ranks);
  return pearson(residualsOf(ranks(a), covariates), residualsOf(ranks(b), covariates));
}
