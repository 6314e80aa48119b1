export function userKernelsDir(env?: NodeJS.ProcessEnv, platform?: NodeJS.Platform): string;
export function installKernelSpec(say?: (line: string) => void): void;
export function uninstallKernelSpec(say?: (line: string) => void): void;
