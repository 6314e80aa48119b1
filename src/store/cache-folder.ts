import { join, resolve } from "node:path";

/** Where finished work is kept: a folder of that name below the one that BRAINLENS_CACHE names, or below the checkout's `.cache`. */
export function cacheFolder(name: string): string {
  const parent = process.env.BRAINLENS_CACHE;
  return join(parent ? resolve(parent) : join(__dirname, "..", "..", ".cache"), name);
}
