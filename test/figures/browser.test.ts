import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { findBrowser } from "../../src/figures";

const folder = mkdtempSync(join(tmpdir(), "brainlens-browser-"));
after(() => rmSync(folder, { recursive: true }));

function program(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  return file;
}

test("findBrowser takes the program that BRAINLENS_BROWSER names before any other", () => {
  const named = program("own", "browser");
  program("bin", "chromium");
  assert.equal(findBrowser({ BRAINLENS_BROWSER: named, PATH: join(folder, "bin") }, "linux"), named);
});

test("findBrowser refuses a BRAINLENS_BROWSER that is no program", () => {
  assert.throws(() => findBrowser({ BRAINLENS_BROWSER: "/no/such" }, "linux"), {
    message:
      "findBrowser: invalid BRAINLENS_BROWSER: /no/such; expected the path of a Chromium, Chrome or Edge program. Correct or unset it.",
  });
});

test("findBrowser looks along the PATH on Linux, Chromium before Edge", () => {
  const edge = program("a", "microsoft-edge");
  assert.equal(findBrowser({ PATH: join(folder, "a") }, "linux"), edge);
  const chromium = program("b", "chromium");
  assert.equal(findBrowser({ PATH: `${join(folder, "a")}:${join(folder, "b")}` }, "linux"), chromium);
});

test("findBrowser looks into the applications of a Mac's user", () => {
  const edge = program("Applications", "Microsoft Edge.app", "Contents", "MacOS", "Microsoft Edge");
  assert.equal(findBrowser({ HOME: folder }, "darwin"), edge);
});

test("findBrowser says what to install where there is no browser", () => {
  assert.throws(() => findBrowser({ PATH: "/no/such/folder" }, "linux"), {
    message:
      "findBrowser: missing browser: none found; expected Chromium, Chrome or Edge. Install one (Debian, Ubuntu: apt-get install chromium) or name its program in BRAINLENS_BROWSER.",
  });
  assert.throws(() => findBrowser({ ProgramFiles: "C:\\none" }, "win32"), {
    message: /^findBrowser: missing browser/,
  });
});
