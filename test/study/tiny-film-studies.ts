/**
 * Tiny studies, each of a film, a random-weight model and a brain of its own, through the commands of `brainlens`, one after the other in
 * this process. Arguments: a folder, the first study and how many. Prints a line of JSON for each control of each study.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { createProgram } from "../../src/commands";
import { openCiftiRun, writeMaps } from "../../src/fmri";
import {
  type BrainLayout,
  type Film,
  hcpLayout,
  makeFilm,
  renderFrame,
  sceneAt,
  selectLayout,
  simulateBrains,
} from "../../src/simulation";
import { REGIONS } from "../../src/simulation/brains/planted-truth";
import { DEMO_MODELS } from "../../src/study";
import { decodeNpy, matrix, random } from "../../src/tensor";
import { filmSteps } from "./film-steps";

/** How one control of one study came out: p and q of the voxels that were tested. */
export interface ControlResult {
  control: "no signal" | "shuffled captions" | "random weights" | "none";
  study: number;
  p: number[];
  q: number[];
}

const SEED = 80_600;
/** Two clips and the validation clip in each run. */
const RUN_TRS = [152, 152, 152, 152];
const GRAYORDINATES = { nPerRegion: 3, seed: 1 };
/** Regions that answer to the form of the words alone: neither pictures nor other scenes' captions say anything of them. */
const TESTED = ["auditory", "posterior language"];
/** Studies in which what is really there is looked for as well. */
const N_SEEING = 20;
const CLIP = join(DEMO_MODELS, "small-clip");

async function tinyStudy(folder: string, study: number, layout: BrainLayout): Promise<ControlResult[]> {
  const seed = SEED + study;
  const film = await makeFilm({ seed, runTrs: RUN_TRS });
  const stimulus = await writeStimulus(folder, film, seed);
  const brain = async (gain: number) => {
    const plan = { film, layout, nSubjects: 1, brainSeed: seed, gain };
    const [{ runs }] = await simulateBrains(join(folder, `brains-${gain}`), plan);
    return runs;
  };
  type Runs = Awaited<ReturnType<typeof brain>>;
  const [blind, seeing] = [await brain(0), await brain(1)];
  const mask = await writeMask(join(folder, "tested.dscalar.nii"), blind[0].bold, layout);

  const featuresOf = async (name: string, ...model: string[]) => {
    const at = (stage: string) => join(folder, name, stage);
    const windows = ["--windows", stimulus.windows];
    await command("extract", ...model, "--threads", "1", "--out", at("neurons"));
    await command(
      ...["atoms", "--activations", at("neurons"), ...windows, "--n-atoms", "8", "--lambda", "0.1"],
      ...["--seed", "7", "--out", at("atoms")],
    );
    await command(
      ...["align", "--atoms", at("atoms"), ...windows, "--hrf", "spm", "--tr", "1", "--out", at("features")],
    );
    return film.runs.map((_, r) => join(at("features"), `X${r + 1}.npy`));
  };
  const encode = async (control: ControlResult["control"], features: string[], runs: Runs) => {
    const out = join(folder, "fits", control);
    await command(
      ...["encode", "--features", ...features, "--bold", ...runs.map(({ bold }) => bold), "--mask", mask],
      ...["--confounds", ...runs.map(({ confounds }) => confounds), "--confound-columns", "motion6"],
      ...["--exclude", stimulus.windows, "--rise", "6", "--high-pass", "128", "--alphas", "1:1e6:7"],
      ...["--shifts", "300", "--min-shift", "14", "--seed", `${study}`, "--out", out],
    );
    const [p, q] = ["p.npy", "q.npy"].map((file) => [...decodeNpy(readFileSync(join(out, file)), file).data]);
    return { control, study, p, q };
  };

  const text = (captions: string) => ["--model", join(CLIP, "text.onnx"), "--captions", captions];
  const words = await featuresOf("words", ...text(stimulus.captions));
  const shuffled = await featuresOf("shuffled", ...text(stimulus.shuffledCaptions));
  const untrained = await featuresOf(
    ...["untrained", "--model", join(CLIP, "vision.onnx"), "--frames", stimulus.frames],
    ...["--random-weights", `${seed}`],
  );
  return [
    await encode("no signal", words, blind),
    await encode("shuffled captions", shuffled, seeing),
    await encode("random weights", untrained, seeing),
    ...(study < N_SEEING ? [await encode("none", words, seeing)] : []),
  ];
}

async function writeStimulus(folder: string, film: Film, seed: number) {
  const { steps, windows } = filmSteps(film);
  const at = (name: string) => join(folder, name);
  const scenes = steps.map(({ run, second }) => sceneAt(film, run, second + 0.5)!);
  mkdirSync(at("frames"), { recursive: true });
  for (const [i, { run, second }] of steps.entries()) {
    const { data, width, height } = renderFrame(film, run, second + 0.5);
    const png = sharp(data, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 1 });
    writeFileSync(at(`frames/${i}.png`), await png.toBuffer());
  }
  // Every scene gets the caption of another, so that the words stay as frequent and as long in time.
  const different = [...new Set(scenes)];
  const drawn = random(seed).shuffle(Int32Array.from(different, (_, i) => i));
  const other = new Map(different.map((scene, i) => [scene, different[drawn[i]].caption]));
  const table = (captions: readonly string[]) =>
    ["onset\toffset\ttext", ...captions.map((text, i) => `${i}\t${i + 1}\t${text}`), ""].join("\n");
  writeFileSync(at("windows.tsv"), windows);
  writeFileSync(at("captions.tsv"), table(scenes.map(({ caption }) => caption)));
  writeFileSync(at("shuffled.tsv"), table(scenes.map((scene) => other.get(scene)!)));
  return {
    windows: at("windows.tsv"),
    frames: at("frames"),
    captions: at("captions.tsv"),
    shuffledCaptions: at("shuffled.tsv"),
  };
}

async function writeMask(path: string, bold: string, { regions }: BrainLayout): Promise<string> {
  const { space, voxels } = await openCiftiRun(bold, { trSec: 1, name: "run 1" });
  const tested = Float32Array.from(regions, (region) => (TESTED.includes(REGIONS[region]?.name) ? 1 : 0));
  writeMaps(path, { maps: matrix(tested, [1, tested.length]), names: ["tested"], space, voxels, outside: 0 });
  return path;
}

async function command(...args: string[]): Promise<void> {
  const means = { onProgress: () => {}, onMessage: () => {}, signal: new AbortController().signal };
  await createProgram(means).parseAsync(args, { from: "user" });
}

async function main([folder, first, count]: string[]): Promise<void> {
  const layout = selectLayout(await hcpLayout(), GRAYORDINATES);
  for (let study = Number(first); study < Number(first) + Number(count); study++) {
    const own = join(folder, `study-${study}`);
    for (const result of await tinyStudy(own, study, layout)) console.log(JSON.stringify(result));
    rmSync(own, { recursive: true });
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
