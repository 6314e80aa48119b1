import { linearAlgebra, type Matrix, random, zeros } from "../tensor";

/** Simulated neurons whose atoms are known. */
export interface PlantedAtoms {
  /** [nTrs × nAtoms]: smooth courses of mean 0 and SD 1. */
  atoms: Matrix<Float64Array>;
  /** [nAtoms × nNeurons]: each neuron carries one atom, every third a second one more weakly; signs are random. */
  codes: Matrix<Float64Array>;
  /** [nTrs × nNeurons]: atoms times codes, plus white noise. */
  neurons: Matrix<Float64Array>;
}

/**
 * Plants atoms in simulated neurons, to see whether a method finds them: X = D A + noise. `noiseSd` is in units of the
 * signal of a neuron that carries one atom. Simulated data validate software; they are no evidence about models or brains.
 */
export function plantAtoms(options: {
  nTrs: number;
  nNeurons: number;
  nAtoms: number;
  noiseSd: number;
  seed: number;
}): PlantedAtoms {
  const { nTrs, nNeurons, nAtoms, noiseSd, seed } = options;
  const numbers = random(seed);
  const atoms = zeros([nTrs, nAtoms]);
  for (let k = 0; k < nAtoms; k++) {
    smoothCourse(nTrs, () => numbers.normal()).forEach((value, t) => {
      atoms.data[t * nAtoms + k] = value;
    });
  }
  const codes = zeros([nAtoms, nNeurons]);
  const sign = () => (numbers.integer(2) === 0 ? 1 : -1);
  for (let j = 0; j < nNeurons; j++) {
    if (j % 3 === 2) codes.data[numbers.integer(nAtoms) * nNeurons + j] = 0.5 * sign();
    codes.data[(j % nAtoms) * nNeurons + j] = sign();
  }
  const neurons = linearAlgebra().multiply(atoms, codes);
  for (let i = 0; i < neurons.data.length; i++) neurons.data[i] += noiseSd * numbers.normal();
  return { atoms, codes, neurons };
}

/** White noise averaged over three samples, standardised: it changes over a few TRs, as a story does. */
function smoothCourse(nTrs: number, normal: () => number): Float64Array {
  const white = Float64Array.from({ length: nTrs + 2 }, normal);
  const smooth = Float64Array.from({ length: nTrs }, (_, t) => white[t] + white[t + 1] + white[t + 2]);
  const mean = smooth.reduce((sum, value) => sum + value, 0) / nTrs;
  const sd = Math.sqrt(smooth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / nTrs);
  return smooth.map((value) => (value - mean) / sd);
}
