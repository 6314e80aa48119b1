import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { requireDiskSpace } from "../../kernel-setup/set-up/disk-space.mjs";
import { nodePackagesAreReady } from "../../kernel-setup/set-up/node-packages.mjs";

const setUpDir = path.resolve(__dirname, "../../kernel-setup/set-up");
const onUnix = { skip: process.platform === "win32" && "the stand-in for Python is a shell script" };

function scratch(t: { after(f: () => void): void }) {
  const folder = mkdtempSync(path.join(tmpdir(), "brainlens-stages-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("node_modules is ready when it holds the versions of the lock file", (t) => {
  const folder = scratch(t);
  const writePackages = (file: string, packages: object) =>
    writeFileSync(path.join(folder, file), JSON.stringify({ packages }));
  const a1 = { version: "1.0.0" };
  writePackages("package-lock.json", {
    "": {},
    "node_modules/a": a1,
    "node_modules/b": { ...a1, optional: true },
  });
  mkdirSync(path.join(folder, "node_modules"));
  assert.equal(nodePackagesAreReady(folder), false, "an installation that did not finish has no list");
  writePackages("node_modules/.package-lock.json", { "node_modules/a": a1 });
  assert.equal(nodePackagesAreReady(folder), true, "optional packages of other platforms may be missing");
  writePackages("node_modules/.package-lock.json", { "node_modules/a": { version: "0.9.0" } });
  assert.equal(nodePackagesAreReady(folder), false, "another version");
  writePackages("node_modules/.package-lock.json", {});
  assert.equal(nodePackagesAreReady(folder), false, "a missing package");
});

test("too little room on the disk is said in one sentence", () => {
  requireDiskSpace(1e9, 2e9);
  assert.throws(
    () => requireDiskSpace(2e9, 0.5e9),
    /^Error: Set-up needs 2\.0 GB on the disk of .*, and 0\.5 GB are free\./,
  );
});

/** What `findPython` says when the only Python is a stand-in that answers like this. */
function findPythonWith(folder: string, answer: string | undefined) {
  if (answer !== undefined) {
    const python = path.join(folder, "python3");
    writeFileSync(python, `#!/bin/sh\necho ${answer}\n`);
    chmodSync(python, 0o755);
  }
  const program = `import { findPython } from ${JSON.stringify(pathToFileURL(path.join(setUpDir, "find-python.mjs")).href)};
    import { runOrComplain } from ${JSON.stringify(pathToFileURL(path.join(setUpDir, "complaint.mjs")).href)};
    await runOrComplain(async () => console.log(JSON.stringify(findPython())));`;
  const args = ["--input-type=module", "--eval", program];
  return spawnSync(process.execPath, args, { encoding: "utf8", env: { PATH: `${folder}:/bin-of-nothing` } });
}

const cases: [title: string, answer: string | undefined, expected: RegExp][] = [
  [
    "no Python",
    undefined,
    /^\nJupyterLab needs Python 3\.10 or later, and there is no Python on the PATH\. Install it .*\n\n$/,
  ],
  [
    "an old Python",
    "3 9 2 yes",
    /^\nJupyterLab needs Python 3\.10 or later; python3 is 3\.9\.2\. Install a newer one.*\n\n$/,
  ],
  [
    "a Python without venv",
    "3 12 1 no",
    /^\nPython 3\.12\.1 \(python3\) has no venv module\. .*sudo apt install python3\.12-venv.*\n\n$/,
  ],
];
for (const [title, answer, expected] of cases) {
  test(`${title} is one sentence with the remedy, and exit status 1`, onUnix, (t) => {
    const { status, stderr } = findPythonWith(scratch(t), answer);
    assert.match(stderr, expected);
    assert.equal(status, 1);
  });
}

test("a Python that is recent enough and has venv is taken", onUnix, (t) => {
  const { stdout } = findPythonWith(scratch(t), "3 10 0 yes");
  assert.deepEqual(JSON.parse(stdout), { program: "python3", args: [], version: "3.10.0", hasVenv: true });
});
