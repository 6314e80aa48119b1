import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { labelMaps, labelPlaces, randomRotations, spinNull, spinVertices } from "../../src/networks";
import { encodeNpy, matrix } from "../../src/tensor";
import { smoothSphereMaps, sphereAtlas } from "../networks/smooth-maps";
import { runReference } from "./reference-python";
import { describeTiming, timingOf } from "./timing";

const N_VERTICES = 32492; // a hemisphere of the HCP's mesh
const [N_MAPS, N_ROTATIONS, THRESHOLD] = [64, 1000, 1];

/**
 * The spin test of 64 maps against 7 networks with 1,000 rotations, from spheres to p: ours, and neuromaps' spins with Dice by
 * numpy's matrix product. CPU time, since both use one thread.
 */
export async function spinTest(): Promise<string[]> {
  const world = sphereAtlas(N_VERTICES);
  const { atlas, spheres } = world;
  const maps = smoothSphereMaps(world, { nMaps: N_MAPS, nBumps: 20, sharpness: 12, seed: 1 });
  const test = async () => {
    const spins = await spinVertices(spheres, randomRotations({ nRotations: N_ROTATIONS, seed: 2 }));
    return labelMaps(maps, atlas, { threshold: THRESHOLD, nulls: [spinNull(spins)], level: 0.05 });
  };
  const runsSec: number[] = [];
  let p: number[] = [];
  for (let run = 0; run < 3; run++) {
    const before = process.cpuUsage();
    const { overlaps } = await test();
    const used = process.cpuUsage(before);
    runsSec.push((used.user + used.system) / 1e6);
    p = overlaps.map((row) => row.p);
  }
  const ours = timingOf(runsSec);

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "brainlens-bench-"));
  try {
    const column = (values: ArrayLike<number>) => matrix(Float64Array.from(values), [values.length, 1]);
    const positions = atlas.space.parts.flatMap(({ surface }, side) =>
      Array.from(surface?.vertices ?? [], (vertex) => side * N_VERTICES + vertex),
    );
    const files = {
      left: spheres.left.vertices,
      right: spheres.right.vertices,
      positions: column(positions),
      networks: column(labelPlaces(atlas)),
      maps,
    };
    for (const [name, content] of Object.entries(files)) {
      fs.writeFileSync(path.join(folder, `${name}.npy`), encodeNpy(content));
    }
    const {
      cpuSec,
      version,
      p: theirP,
    } = JSON.parse(runReference("reference_spin.py", [folder, `${N_ROTATIONS}`, `${THRESHOLD}`])) as {
      cpuSec: number;
      version: string;
      p: (number | null)[];
    };
    const differences = p.flatMap((own, i) => (theirP[i] === null ? [] : [Math.abs(own - theirP[i])]));
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    return [
      describeTiming("brainlens, CPU", ours),
      describeTiming(`${version}, CPU`, timingOf([cpuSec])),
      `  ratio ${(cpuSec / ours.medianSec).toFixed(1)}; p of ${differences.length} tests differ by ${mean.toFixed(4)} on average (other rotations)`,
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
