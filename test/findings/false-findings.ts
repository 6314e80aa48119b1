import { accumulateRuns } from "../../src/encoding";
import {
  atomMaps,
  atomWorth,
  brainRedundancy,
  halfData,
  matchRedundantAtoms,
  measureTable,
  memberJaccard,
  mirrorIndex,
  mirrorMeasures,
  modalityTable,
  modelRedundancyTable,
  networkPolarity,
  networkPolarityTable,
  oppositePairMeasures,
  oppositePairTable,
  redundantLoss,
  removalCurves,
  removalMeasures,
  uniqueVarianceNull,
} from "../../src/findings";
import { concatRows, correlateColumns, type Matrix, matrix, random, zeros } from "../../src/tensor";
import {
  encodingOf,
  GROUP,
  identity,
  normalMatrix,
  RIDGE,
  simulatedBold,
  slowCourses,
} from "./planted-brain";

/** How often each test of a finding came out at p ≤ 0.05, and of how many. */
export type FalseFindings = Map<string, { nFalse: number; n: number }>;

/** What drives voxels: nothing; or every atom, with weights that know nothing of neurons, layers or networks. */
export type Drive = "nothing" | "unrelated weights";

const QUICK = { ...GROUP, nBootstraps: 1, nSignFlips: 1 };
const [N_ATOMS, N_VOXELS, N_NEURONS, N_LAYERS] = [10, 40, 72, 6];

/** Studies of one subject each, in which atoms come in pairs with related courses and, as in models, related neurons. */
export async function falseMapFindings(
  nStudies: number,
  options: { nDraws: number; drive: Drive; halves: boolean; seed: number },
): Promise<FalseFindings> {
  const { nDraws, drive, halves, seed } = options;
  const found: FalseFindings = new Map();
  for (let i = 0; i < nStudies; i++) {
    const numbers = random(seed + i);
    const mixing = identity(N_ATOMS);
    const codes = normalMatrix([N_ATOMS, N_NEURONS], numbers);
    for (let k = 0; k < N_ATOMS; k += 2) {
      const sign = k % 4 === 0 ? 1 : -1;
      mixing.data[k * N_ATOMS + k + 1] = 0.8 * sign;
      for (let j = 0; j < N_NEURONS; j++) {
        const own = codes.data[(k + 1) * N_NEURONS + j];
        codes.data[(k + 1) * N_NEURONS + j] = 0.6 * sign * codes.data[k * N_NEURONS + j] + 0.8 * own;
      }
    }
    const X = slowCourses({ nRuns: 4, nTrs: 50 }, mixing, numbers);
    const weights = normalMatrix([N_ATOMS, N_VOXELS], numbers).data.map((value) =>
      drive === "nothing" ? 0 : 0.3 * value,
    );
    const data = encodingOf(X, simulatedBold(X, matrix(weights, [N_ATOMS, N_VOXELS]), numbers));
    const all = concatRows(X);
    const courseCorrelation = correlateColumns(all, all);
    const maps = await atomMaps(data, { ...RIDGE, nDraws, seed: i });

    const jaccard = memberJaccard(membersOf(codes));
    for (const { measure, p } of measureTable(
      [brainRedundancy(maps, { jaccard, courseCorrelation }, { threshold: 2.3 })],
      QUICK,
    )) {
      count(found, measure, p);
    }
    const mirror = mirrorIndex([layerMeans(codes)]);
    const mirrored = mirrorMeasures(maps, { mirror, courseCorrelation }, { threshold: -0.3, tolerance: 0.2 });
    for (const { measure, p } of measureTable([mirrored], QUICK)) count(found, measure, p);
    const labels = { names: ["a", "b"], ofVoxel: Array.from({ length: N_VOXELS }, (_, v) => v % 2) };
    const rows = networkPolarityTable([networkPolarity(maps, labels)], { ...QUICK, level: 0.05 });
    count(found, "polarity of one atom in one network", rows[0].p);
    count(found, "polarity of any atom in any network", Math.min(...rows.map(({ p_maximum }) => p_maximum)));

    if (!halves) continue;
    const { first, second } = halfData(data);
    const both = {
      first: await atomMaps(first, { ...RIDGE, nDraws, seed: i }),
      second: await atomMaps(second, { ...RIDGE, nDraws, seed: 100000 + i }),
    };
    for (const { measure, p } of measureTable([oppositePairMeasures(both, { threshold: -0.3 })], QUICK)) {
      count(found, measure, p);
    }
    const pairs = oppositePairTable([both], { threshold: -0.3, courseCorrelation }, QUICK);
    if (pairs.length > 0) count(found, "any chosen pair, by q", Math.min(...pairs.map(({ q }) => q)));
  }
  return found;
}

/** Studies in which a similarity, members of neurons, or a feature space have nothing to do with what voxels follow. */
export async function falseModelFindings(nStudies: number, seed: number): Promise<FalseFindings> {
  const found: FalseFindings = new Map();
  const nAtoms = 8;
  const voxels = Array.from({ length: 10 }, (_, v) => v);
  for (let i = 0; i < nStudies; i++) {
    const numbers = random(seed + i);
    const X = slowCourses({ nRuns: 4, nTrs: 50 }, identity(nAtoms), numbers);
    const weights = normalMatrix([nAtoms, voxels.length], numbers).data.map((value) => 0.3 * value);
    // The first four atoms drive nothing: they are the space that adds nothing to the others.
    const textOnly = weights.map((value, at) => (at < 4 * voxels.length ? 0 : value));
    const all = encodingOf(X, simulatedBold(X, matrix(weights, [nAtoms, voxels.length]), numbers));
    const text = encodingOf(X, simulatedBold(X, matrix(textOnly, [nAtoms, voxels.length]), numbers));

    const statistics = await accumulateRuns(all, { precision: "float64" });
    const similarity = randomSimilarity(nAtoms, numbers);
    const choices = { similarity, nKept: [5, 3], voxels, nOrders: 10, seed: i };
    for (const { measure, p } of measureTable(
      [removalMeasures(await removalCurves(statistics, RIDGE, choices))],
      QUICK,
    )) {
      count(found, measure, p);
    }
    const worth = await atomWorth(statistics, RIDGE, voxels);
    const matches = matchRedundantAtoms(similarity, [worth], { redundantFrom: 0.9, uniqueTo: 0.9 });
    for (const { measure, p } of measureTable(
      [redundantLoss(worth, matches, { nDraws: 99, seed: i })],
      QUICK,
    )) {
      count(found, measure, p);
    }

    const spaces = {
      unique: { name: "vision", regressors: [0, 1, 2, 3] },
      others: { name: "text", regressors: [4, 5, 6, 7] },
    };
    const shifts = Array.from({ length: 20 }, (_, s) => 15 + s);
    const [observed, ...draws] = (
      await uniqueVarianceNull(text, spaces, { ...RIDGE, shifts: [0, ...shifts.slice(1)] })
    ).data.reduce<number[]>((sums, value, at) => {
      sums[Math.floor(at / voxels.length)] = (sums[Math.floor(at / voxels.length)] ?? 0) + value;
      return sums;
    }, []);
    count(
      found,
      "unique part of a space",
      (1 + draws.filter((value) => value >= observed).length) / (1 + draws.length),
    );
  }
  return found;
}

/** Models whose atoms choose heads and neurons at random, some heads more than others. */
export function falseMemberFindings(nModels: number, seed: number): FalseFindings {
  const found: FalseFindings = new Map();
  const places = Array.from({ length: 96 }, (_, j) => ({
    ...{ tower: j < 48 ? "vision" : "text", kind: "self" as const, keysFrom: j < 48 ? "vision" : "text" },
    ...{ depth: 1 + Math.floor((j % 48) / 16), head: Math.floor(j / 4) % 4 },
  }));
  for (let i = 0; i < nModels; i++) {
    const numbers = random(seed + i);
    const members = Array.from({ length: 8 }, () => {
      const heads = Array.from({ length: 24 }, () => numbers.normal());
      return Array.from(places.keys()).filter((j) => heads[Math.floor(j / 4)] + numbers.normal() > 1);
    });
    const towers = { vision: ["vision"], text: ["text"] };
    count(found, "modality of an atom", modalityTable(members, places, towers, { nDraws: 99, seed: i })[0].p);
    for (const { measure, p } of modelRedundancyTable(members, places, { ...QUICK, nDraws: 99 })) {
      count(found, measure, p);
    }
  }
  return found;
}

function count(found: FalseFindings, name: string, p: number): void {
  if (Number.isNaN(p)) return;
  const { nFalse, n } = found.get(name) ?? { nFalse: 0, n: 0 };
  found.set(name, { nFalse: nFalse + (p <= 0.05 ? 1 : 0), n: n + 1 });
}

function membersOf({ data, shape: [nAtoms, nNeurons] }: Matrix): number[][] {
  return Array.from({ length: nAtoms }, (_, k) =>
    Array.from({ length: nNeurons }, (_, j) => j).filter((j) => Math.abs(data[k * nNeurons + j]) > 1),
  );
}

function layerMeans({ data }: Matrix): Matrix {
  const out = zeros([N_ATOMS, N_LAYERS]);
  data.forEach((value, at) => {
    const [k, j] = [Math.floor(at / N_NEURONS), at % N_NEURONS];
    out.data[k * N_LAYERS + Math.floor((j * N_LAYERS) / N_NEURONS)] += (value * N_LAYERS) / N_NEURONS;
  });
  return out;
}

function randomSimilarity(nAtoms: number, numbers: ReturnType<typeof random>): Matrix {
  const out = zeros([nAtoms, nAtoms]);
  for (let k = 0; k < nAtoms; k++) {
    for (let m = 0; m <= k; m++) {
      const value = numbers.uniform();
      out.data[k * nAtoms + m] = value;
      out.data[m * nAtoms + k] = value;
    }
  }
  return out;
}
