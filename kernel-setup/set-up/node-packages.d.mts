export function nodePackagesAreReady(dir?: string): boolean;
