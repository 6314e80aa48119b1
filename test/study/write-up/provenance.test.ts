import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openStore } from "../../../src/store";
import { hashFiles } from "../../../src/study/write-up/file-hashes";
import { gitCommit } from "../../../src/study/write-up/git-commit";
import { provenanceOf, startClocks } from "../../../src/study/write-up/provenance";
import { describeCounts, watchStore } from "../../../src/study/write-up/watched-store";

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-provenance-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("hashFiles names files below their folder, sorted, with their SHA-256", async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "b"));
  writeFileSync(join(folder, "b", "two.nii"), "two");
  writeFileSync(join(folder, "a.onnx"), "one");
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  assert.deepEqual(await hashFiles(folder, [join(folder, "b", "two.nii"), join(folder, "a.onnx")]), [
    { file: "a.onnx", bytes: 3, sha256: sha256("one") },
    { file: "b/two.nii", bytes: 3, sha256: sha256("two") },
  ]);
});

test("gitCommit says commit and whether files differ from it; outside a checkout, and inside another's, null", (context) => {
  const folder = temporaryFolder(context);
  assert.equal(gitCommit(folder), null);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  git("init", "-q");
  assert.equal(gitCommit(folder), null, "no commit yet");
  writeFileSync(join(folder, "file"), "1");
  git("add", "file");
  git("commit", "-q", "-m", "first");
  const commit = git("rev-parse", "HEAD").trim();
  assert.deepEqual(gitCommit(folder), { commit, isDirty: false });
  writeFileSync(join(folder, "file"), "2");
  assert.deepEqual(gitCommit(folder), { commit, isDirty: true });
  mkdirSync(join(folder, "inner"));
  assert.equal(gitCommit(join(folder, "inner")), null);
});

test("watchStore counts what was kept and what had to be computed", async (context) => {
  const store = watchStore(openStore(temporaryFolder(context)));
  for (const seed of [1, 2, 1]) await store.product("number", { seed }, () => seed);
  assert.deepEqual(
    store.counts().map(({ sec: _, ...rest }) => rest),
    [{ name: "number", nKept: 1, nComputed: 2 }],
  );
  assert.equal(describeCounts(store.counts()), "3 products: 1 were there, 2 computed by this process");
});

test("provenance names versions, machine, times and no path of this machine", () => {
  const provenance = provenanceOf({
    ...{ study: "demo", choices: { seed: 7 }, data: {}, inputs: [], weights: [] },
    ...{ time: startClocks()(), products: [] },
  });
  assert.equal(provenance.packages.node, process.versions.node);
  assert.match(provenance.packages["onnxruntime-node"], /^\d+\.\d+\.\d+/);
  assert.deepEqual(Object.keys(provenance.time), ["wallSec", "cpuUserSec", "cpuSystemSec"]);
  assert.ok(provenance.time.cpuUserSec >= 0);
  const text = JSON.stringify(provenance);
  assert.ok(!text.includes(process.cwd()) && !text.includes(tmpdir()));
});
