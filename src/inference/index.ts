export { type BootstrapInterval, bootstrapInterval } from "./bootstrap";
export { circularShifts, rollKernel, rollRows, shiftNull } from "./circular-shift";
export { benjaminiHochberg } from "./fdr";
export { fisherMean } from "./fisher";
export { type MaximumStatistic, maximumStatistic } from "./maximum-statistic";
export { permutationP } from "./permutation-p";
export { phaseRandomiser, randomisePhases } from "./phase-randomisation";
export { residualShifts } from "./residual-shift";
export { type SignFlip, signFlip } from "./sign-flip";
