import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const reporter = pathToFileURL(path.resolve(__dirname, "../../kernel-setup/test-reporter.mjs")).href;

test("the report ends with the count, after failures and skipped tests by name", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "brainlens-report-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "sample.test.cjs");
  writeFileSync(
    file,
    `const { describe, test } = require("node:test");
    test("good", () => {});
    describe("group", () => { test("inner", () => {}); });
    test("bad", () => { throw new Error("this is why"); });
    test("left out", { skip: "no browser" }, () => {});`,
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", `--test-reporter=${reporter}`, file];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8", env, cwd: folder });
  const lines = stdout.trimEnd().split("\n");
  assert.equal(status, 1);
  assert.equal(lines.at(-1), "2 passed, 1 failed, 1 skipped");
  assert.deepEqual(lines.slice(-4, -2), ["Skipped:", "- sample.test.cjs: left out (no browser)"]);
  assert.match(stdout, /✗ sample\.test\.cjs: bad\n {2}Error: this is why/);
});
