import { randomRotations, readHcpSurfaces, type Spins, spinVertices } from "../../networks";
import type { FilmStudy } from "./open-film-study";

/** Random turns of the HCP's spheres, from the seed of the study's inference. */
export async function filmSpins({ choices, means }: FilmStudy, nRotations: number): Promise<Spins> {
  const rotations = randomRotations({ nRotations, seed: choices.inferenceSeed });
  return spinVertices(await readHcpSurfaces("sphere"), rotations, means);
}
