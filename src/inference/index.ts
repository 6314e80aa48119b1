export { type BootstrapInterval, bootstrapInterval } from "./bootstrap";
export { circularShifts, rollKernel, rollRows, shiftNull } from "./circular-shift";
export { benjaminiHochberg } from "./fdr";
export { fisherMean } from "./fisher";
export { permutationP } from "./permutation-p";
export { residualShifts } from "./residual-shift";
export { type SignFlip, signFlip } from "./sign-flip";
