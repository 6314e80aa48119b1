import type { ResampleFilter } from "./resize-image";

/** Fractional bits of a weight: 32 less 8 for the pixel and 2 for overshoot and sign. */
export const PRECISION_BITS = 22;

/** How each pixel of an output axis is made of a stretch of the input axis. */
export interface AxisWeights {
  /** For each output pixel its first input pixel. */
  first: Int32Array;
  /** For each output pixel how many input pixels it is made of. */
  count: Int32Array;
  /** [nOutput × size], in units of 2^−PRECISION_BITS; a row's entries behind its count are unused. */
  weights: Int32Array;
  size: number;
}

interface Kernel {
  /** Beyond this distance, in pixels at no reduction, the weight is 0. */
  support: number;
  weight(x: number): number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

const KERNELS: Readonly<Record<Exclude<ResampleFilter, "nearest">, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Its two constants are single-precision ones in Pillow.
  hamming: {
    support: 1,
    weight: (x) =>
      Math.abs(x) >= 1 ? 0 : sinc(x) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(x * Math.PI)),
  },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  mks2013: { support: 2.5, weight: magicKernel2013 },
  mks2021: { support: 4.5, weight: magicKernel2021 },
};

/** Keys' cubic with a = −1/2; the order of its operations is Pillow's, since a last bit can decide a rounding. */
function bicubic(signed: number): number {
  const a = -0.5;
  const x = Math.abs(signed);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** Costella's Magic Kernel Sharp of 2013. */
function magicKernel2013(signed: number): number {
  const x = Math.abs(signed);
  if (x < 0.5) return 17 / 16 - (7 / 4) * x ** 2;
  if (x < 1.5) return (1 - x) * (7 / 4 - x);
  return x < 2.5 ? (-1 / 8) * (x - 5 / 2) ** 2 : 0;
}

/** Costella's Magic Kernel Sharp of 2021. */
function magicKernel2021(signed: number): number {
  const x = Math.abs(signed);
  if (x < 0.5) return 577 / 576 - (239 / 144) * x ** 2;
  if (x < 1.5) return (35 / 36) * (x - 1) * (x - 239 / 140);
  if (x < 2.5) return (1 / 6) * (x - 2) * (65 / 24 - x);
  if (x < 3.5) return (1 / 36) * (x - 3) * (x - 15 / 4);
  return x < 4.5 ? (-1 / 288) * (x - 9 / 2) ** 2 : 0;
}

/**
 * The weights of output pixels start … start + nOutput − 1, of `outputSize` in all, over an axis of `inputSize` pixels: the
 * filter centred on the output pixel, stretched by the reduction, cut at the picture's edge and normalised to sum 1.
 */
export function axisWeights(
  inputSize: number,
  outputSize: number,
  filter: Exclude<ResampleFilter, "nearest">,
  start: number,
  nOutput: number,
): AxisWeights {
  const kernel = KERNELS[filter];
  const scale = inputSize / outputSize;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(nOutput);
  const count = new Int32Array(nOutput);
  const weights = new Int32Array(nOutput * size);
  const raw = new Float64Array(size);
  for (let i = 0; i < nOutput; i++) {
    const centre = (start + i + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support + 0.5));
    const to = Math.min(inputSize, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let x = from; x < to; x++) {
      raw[x - from] = kernel.weight((x - centre + 0.5) * (1 / stretch));
      sum += raw[x - from];
    }
    for (let k = 0; k < to - from; k++) {
      const weight = (sum === 0 ? raw[k] : raw[k] / sum) * 2 ** PRECISION_BITS;
      weights[i * size + k] = Math.trunc(weight + (weight < 0 ? -0.5 : 0.5));
    }
    first[i] = from;
    count[i] = to - from;
  }
  return { first, count, weights, size };
}

/** For each output pixel the input pixel it falls on. Steps are added up as Pillow does, with their rounding. */
export function nearestPositions(inputSize: number, outputSize: number): Int32Array {
  const step = inputSize / outputSize;
  let position = step / 2;
  return Int32Array.from({ length: outputSize }, () => {
    const pixel = Math.trunc(position);
    position += step;
    return Math.min(pixel, inputSize - 1);
  });
}
