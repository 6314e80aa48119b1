export const checkoutDir: string;
export const kernelSetupDir: string;
export const cacheDir: string;
export const venvDir: string;
export const venvPython: string;
