import { readFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { linearAlgebra } from "../../tensor";
import type { HashedFile } from "./file-hashes";
import { type GitCommit, gitCommit } from "./git-commit";
import type { ProductCount } from "./watched-store";

const ROOT = resolve(__dirname, "..", "..", "..");

/** What a study was computed from, with what, and for how long. Nothing of it is in the tables, which are the same for the same inputs. */
export interface Provenance {
  study: string;
  brainlens: string;
  git: GitCommit | null;
  /** Seeds are among them. */
  choices: object;
  data: object;
  inputs: HashedFile[];
  weights: HashedFile[];
  packages: Record<string, string>;
  machine: object;
  /** Of this run. Products that an earlier run kept, or a second process made, were read and not computed: `products` says how many. */
  time: {
    wallSec: number;
    cpuUserSec: number;
    cpuSystemSec: number;
    /** Where there was one; null if it had not ended its work. */
    cpuSecOfSecondProcess?: number | null;
  };
  products: readonly ProductCount[];
}

/** Starts the clocks of a run; the function that comes back reads them. */
export function startClocks(): () => Provenance["time"] {
  const started = Date.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const sec = (microseconds: number) => Math.round(microseconds / 1e5) / 10;
    return {
      wallSec: Math.round((Date.now() - started) / 100) / 10,
      cpuUserSec: sec(user),
      cpuSystemSec: sec(system),
    };
  };
}

/** Completes what a study knows of itself with what the process knows. */
export function provenanceOf(
  of: Pick<Provenance, "study" | "choices" | "data" | "inputs" | "weights" | "time" | "products">,
): Provenance {
  const { study, choices, data, inputs, weights, time, products } = of;
  const { version, dependencies } = readPackage(join(ROOT, "package.json"));
  const packages: Record<string, string> = { node: process.versions.node };
  for (const name of Object.keys(dependencies ?? {}).sort()) {
    try {
      packages[name] = readPackage(join(ROOT, "node_modules", name, "package.json")).version;
    } catch {
      packages[name] = "not installed";
    }
  }
  return {
    study,
    brainlens: version,
    git: gitCommit(ROOT),
    choices,
    data,
    inputs,
    weights,
    packages,
    machine: {
      platform: platform(),
      arch: arch(),
      processor: cpus()[0]?.model ?? "unknown",
      nCores: cpus().length,
      memoryGb: Math.round(totalmem() / 1e9),
      linearAlgebra: linearAlgebra().name,
    },
    time,
    products,
  };
}

function readPackage(path: string): { version: string; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(path, "utf8"));
}
