import { type Matrix, zeros } from "../tensor";
import { type Atlas, checkMapLength, labelPlaces } from "./atlas";

/**
 * The mean of each row over the positions of each network: values [nRows × nPositions] give [nRows × nNetworks], networks in the order
 * of the atlas' table. Rows are TRs for courses of networks; they may as well be features, since the mean of predictions X W is X times
 * the mean of W. NaN is left out of its mean; a network without a number is NaN.
 */
export function networkMeans(values: Matrix, atlas: Atlas): Matrix<Float64Array> {
  const [nRows, nPositions] = values.shape;
  checkMapLength(atlas, nPositions, "networkMeans");
  const nNetworks = atlas.table.length;
  const places = labelPlaces(atlas);
  const out = zeros([nRows, nNetworks]);
  const counts = new Int32Array(nNetworks + 1);
  const sums = new Float64Array(nNetworks + 1);
  for (let r = 0; r < nRows; r++) {
    sums.fill(0);
    counts.fill(0);
    for (let i = 0; i < nPositions; i++) {
      const value = values.data[r * nPositions + i];
      if (Number.isNaN(value)) continue;
      sums[places[i]] += value;
      counts[places[i]]++;
    }
    for (let n = 0; n < nNetworks; n++) out.data[r * nNetworks + n] = sums[n] / counts[n];
  }
  return out;
}
