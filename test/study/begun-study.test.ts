import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { requireBegun } from "../../src/study/begun-study";

test("--resume goes on only with a study that was begun with the same data and choices", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-resume-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const about = { dataset: "demo", subjects: 2, choices: { nShifts: 300, twinSeeds: [1, 2] } };
  assert.throws(() => requireBegun(folder, about), {
    message: `resume: missing study in ${folder}: no study.json; expected one that was begun. Leave --resume out to begin it, or name its folder with --out.`,
  });
  writeFileSync(join(folder, "study.json"), JSON.stringify(about));
  requireBegun(folder, about);
  assert.throws(() => requireBegun(folder, { ...about, choices: { nShifts: 40, twinSeeds: [1, 2] } }), {
    message: `resume: mismatched study in ${folder}: choices.nShifts was 300 and is 40; expected the data and choices it was begun with. Give them again, or leave --resume out and name another folder with --out.`,
  });
});
