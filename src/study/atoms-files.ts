import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type Atoms,
  atomCourses,
  atomStability,
  type Dictionary,
  learnDictionary,
  unitColumns,
} from "../atoms";
import { readTsv } from "../fmri";
import { contentKey, type Progress } from "../store";
import { encodeNpy, linearAlgebra, type Matrix, row, selectRows, zeros } from "../tensor";
import { readNpyMatrix } from "./npy-files";
import { openOutputFolder } from "./output-folder";
import { tsvText } from "./tsv-text";
import { readWindows } from "./window-table";
import { shownSteps, zscoreSteps } from "./windowed-steps";

/** What `atomsFiles` learns atoms from, how many and how sparse (λ for neurons of unit norm), and the folder it writes to. */
export interface AtomsFilesOptions {
  /** A folder with activations.npy [nSteps × nNeurons] and, for where atoms lie, neurons.tsv. */
  activations: string;
  nAtoms: number;
  lambda: number;
  /** The first learns the atoms; others say how far these depend on it. */
  seeds: readonly number[];
  /** Which steps belong to which run (`readWindows`); without it all steps are learned from. */
  windows?: string;
  out: string;
  onProgress?: Progress;
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/** What atoms.tsv says of each atom. */
type AtomRow = Record<string, string | number>;

/**
 * Learns atoms from files: D.npy [nSteps × nAtoms], A.npy [nAtoms × nNeurons], atoms.tsv and manifest.json.
 *
 * Neurons are brought to zero mean and unit norm. With windows they are z-scored in each run over what it shows before, the dictionary
 * is learned on clips alone (no validation clip, no rest), and steps that no run shows are 0. D holds the atoms' courses in every step by
 * one map, the regression of the neurons on A; an atom that no neuron carries is 0 in both. Throws as the stages do.
 */
export async function atomsFiles(options: AtomsFilesOptions): Promise<{ atoms: Dictionary; nSteps: number }> {
  const { activations: folder, nAtoms, lambda, seeds, windows, out, onProgress, signal } = options;
  const { onMessage = () => {} } = options;
  const file = join(folder, "activations.npy");
  const activations = readNpyMatrix(file, "atomsFiles", "nSteps", "nNeurons");
  const [nSteps, nNeurons] = activations.shape;
  const places = readPlaces(join(folder, "neurons.tsv"), nNeurons);
  const everyStep = Int32Array.from({ length: nSteps }, (_, t) => t);

  let prepared: { courses: Matrix; learnedOn: Int32Array; shown: Int32Array } = {
    courses: activations,
    learnedOn: everyStep,
    shown: everyStep,
  };
  if (windows !== undefined) {
    const runs = shownSteps(readWindows(windows), { nSteps, source: file, windows });
    prepared = {
      courses: zscoreSteps(activations, runs, windows).scored,
      learnedOn: Int32Array.from(runs.flatMap(({ clipSteps }) => Array.from(clipSteps))),
      shown: Int32Array.from(runs.flatMap(({ steps }) => Array.from(steps))),
    };
  }
  const { courses: unit, constant } = unitColumns(prepared.courses, {
    rows: prepared.learnedOn,
    counted: prepared.shown,
  });
  if (constant.length > 0)
    onMessage(`${constant.length} of ${nNeurons} neurons do not vary and carry no atom`);

  const output = openOutputFolder(out, "manifest.json");
  const x = selectRows(unit, prepared.learnedOn);
  const found: Dictionary[] = [];
  for (const seed of seeds)
    found.push(await learnDictionary(x, { nAtoms, lambda, seed, onProgress, signal }));
  const [atoms] = found;
  const stability = found.length > 1 ? atomStability(found) : null;
  const { courses, live } = atomCourses(unit, atoms.codes);
  output.write("D.npy", encodeNpy(withDeadAtoms(courses, live, nAtoms)));
  output.write("A.npy", encodeNpy(atoms.codes));
  output.write("atoms.tsv", tsvText(atomRows(atoms, places, stability?.ofAtoms[0] ?? null)));
  output.finish({
    activations: contentKey(activations),
    windows: windows === undefined ? null : contentKey(readWindows(windows)),
    choices: { method: atoms.method, nAtoms, lambda, seeds },
    nSteps,
    nNeurons,
    nLearnedSteps: prepared.learnedOn.length,
    nConstantNeurons: constant.length,
    nDeadAtoms: atoms.deadAtoms.length,
    reconstructionR2: atoms.reconstructionR2,
    sparsity: 1 - atoms.density,
    stability: stability && { mean: stability.mean, chance: stability.chance },
    nIterations: atoms.iterations.length,
    converged: atoms.converged,
    backend: linearAlgebra().name,
  });
  return { atoms, nSteps };
}

function withDeadAtoms(courses: Matrix<Float64Array>, live: number[], nAtoms: number): Matrix<Float64Array> {
  const nSteps = courses.shape[0];
  const out = zeros([nSteps, nAtoms]);
  for (let t = 0; t < nSteps; t++) {
    live.forEach((k, i) => {
      out.data[t * nAtoms + k] = courses.data[t * live.length + i];
    });
  }
  return out;
}

interface Place {
  tower: string;
  depth: number;
}

/** Tower and layer of each neuron, or null where there is no table. */
function readPlaces(path: string, nNeurons: number): Place[] | null {
  if (!existsSync(path)) return null;
  const { columns, rows } = readTsv(path, "atomsFiles");
  const [tower, keysFrom, depth] = ["tower", "keysFrom", "depth"].map((name) => columns.indexOf(name));
  if (tower < 0 || depth < 0 || rows.length !== nNeurons) {
    throw new Error(
      `atomsFiles: mismatched neurons of ${path}: ${rows.length} lines with ${columns.join(", ")}; expected ${nNeurons}, one for each column of activations.npy, with tower and depth. Extract the neurons again, or remove the table.`,
    );
  }
  return rows.map((cells) => {
    const asked = keysFrom < 0 ? cells[tower] : cells[keysFrom];
    const name = asked === cells[tower] ? cells[tower] : `${cells[tower]} ← ${asked}`;
    return { tower: name, depth: Number(cells[depth]) };
  });
}

/**
 * One line an atom: how many neurons carry it, the share that do not, how much of the absolute codes is positive, whether it is dead, its
 * stability over seeds, the tower that carries most of it, that tower's share and the mean layer there, both weighted by |code|.
 */
function atomRows(
  { codes }: Atoms,
  places: readonly Place[] | null,
  stability: Float64Array | null,
): AtomRow[] {
  const [nAtoms, nNeurons] = codes.shape;
  return Array.from({ length: nAtoms }, (_, k) => {
    const own = row(codes, k);
    const nCarriers = own.reduce((n, code) => n + Number(code !== 0), 0);
    const total = own.reduce((sum, code) => sum + Math.abs(code), 0);
    const positive = own.reduce((sum, code) => sum + Math.max(0, code), 0);
    return {
      atom: k,
      n_neurons: nCarriers,
      sparsity: 1 - nCarriers / nNeurons,
      positive_share: positive / total,
      dead: nCarriers === 0 ? "yes" : "no",
      ...(stability && { stability: stability[k] }),
      ...(places && mainTower(own, places)),
    };
  });
}

function mainTower(codes: Float64Array, places: readonly Place[]): AtomRow {
  const sums = new Map<string, { weight: number; depth: number }>();
  let total = 0;
  codes.forEach((code, j) => {
    const { tower, depth } = places[j];
    const sum = sums.get(tower) ?? { weight: 0, depth: 0 };
    sum.weight += Math.abs(code);
    sum.depth += Math.abs(code) * depth;
    total += Math.abs(code);
    sums.set(tower, sum);
  });
  const [[tower, most]] = [...sums].sort(([, a], [, b]) => b.weight - a.weight);
  if (total === 0) return { tower: "n/a", tower_share: Number.NaN, layer_centre: Number.NaN };
  return { tower, tower_share: most.weight / total, layer_centre: most.depth / most.weight };
}
