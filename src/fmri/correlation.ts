/**
 * The Pearson correlation of two series over the given rows (default: all). NaN where either holds a NaN or does not vary.
 */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>, rows?: ArrayLike<number>): number {
  const n = rows?.length ?? x.length;
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < n; i++) {
    const t = rows ? rows[i] : i;
    meanX += x[t] / n;
    meanY += y[t] / n;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const t = rows ? rows[i] : i;
    const [dx, dy] = [x[t] - meanX, y[t] - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}
