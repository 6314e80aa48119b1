import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { userKernelsDir } from "../../kernel-setup/set-up/kernel-spec.mjs";
import { checkoutDir, venvPython } from "../../kernel-setup/set-up/places.mjs";

const command = path.join(checkoutDir, "kernel-setup", "kernel-command.mjs");

function scratch(t: { after(f: () => void): void }) {
  const folder = mkdtempSync(path.join(tmpdir(), "brainlens-spec-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = { ...process.env, JUPYTER_DATA_DIR: folder, JUPYTER_PATH: undefined };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [command, ...args], { encoding: "utf8", env });
  return { folder, env, run, dir: path.join(folder, "kernels", "brainlens") };
}

test("install writes a kernelspec that Jupyter finds, and says which files; uninstall removes them all", (t) => {
  const { folder, env, run, dir } = scratch(t);
  const { stdout } = run("install");
  const files = ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];
  assert.deepEqual(readdirSync(dir).sort(), files);
  for (const file of files) assert.ok(stdout.includes(path.join(dir, file)), stdout);
  const question =
    "from jupyter_client.kernelspec import get_kernel_spec as g; import json; print(json.dumps(g('brainlens').argv))";
  const asked = spawnSync(venvPython, ["-c", question], { encoding: "utf8", env });
  const [node, supervisor, ...rest] = JSON.parse(asked.stdout);
  assert.equal(node, process.execPath);
  assert.ok(existsSync(supervisor) && path.isAbsolute(supervisor));
  assert.equal(rest.at(-1), "{connection_file}");
  assert.match(run("uninstall").stdout, /^Removed /);
  assert.deepEqual(readdirSync(path.join(folder, "kernels")), []);
  assert.match(run("uninstall").stdout, /^Nothing to remove/);
});

test("a kernel of that name that somebody else put there is left alone", (t) => {
  const { run, dir } = scratch(t);
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, "kernel.json"), "{}");
  for (const action of ["install", "uninstall"]) {
    const { status, stderr } = run(action);
    assert.match(stderr, /invalid folder: .* holds a kernel that was not put there by this program/);
    assert.equal(status, 1);
  }
  assert.equal(readFileSync(path.join(dir, "kernel.json"), "utf8"), "{}");
});

test("an unknown action is answered with the known ones", (t) => {
  const { stderr, status } = scratch(t).run("instal");
  assert.match(stderr, /unknown action: instal; expected install or uninstall/);
  assert.equal(status, 1);
});

test("the folder is the one of Jupyter on each system", () => {
  assert.equal(userKernelsDir({ JUPYTER_DATA_DIR: "/d" }, "linux"), path.join("/d", "kernels"));
  assert.equal(userKernelsDir({ XDG_DATA_HOME: "/x" }, "linux"), path.join("/x", "jupyter", "kernels"));
  assert.match(userKernelsDir({}, "darwin"), /Library.Jupyter.kernels$/);
  assert.equal(userKernelsDir({ APPDATA: "/a" }, "win32"), path.join("/a", "jupyter", "kernels"));
});
