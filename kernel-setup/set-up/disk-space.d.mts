export function requireDiskSpace(neededBytes: number, freeBytes?: number): void;
