/** Runs the Jupyter project's own conformance suite (official_suite.py) against the kernel; each of its tests is one here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { jupyterEnvironment } from "../../kernel-setup/set-up/jupyter-environment.mjs";
import { venvPython } from "../../kernel-setup/set-up/places.mjs";

/** All thirteen of version 0.7, so that one which stops running is noticed. */
const names = [
  "clear_output",
  "completion",
  "display_data",
  "error",
  "execute_result",
  "execute_stderr",
  "execute_stdout",
  "history",
  "inspect",
  "is_complete",
  "kernel_info",
  "pager",
  "recv_iopub_welcome_msg",
];

test("jupyter_kernel_test passes", async (t) => {
  const { stderr, stdout } = spawnSync(venvPython, [path.join(__dirname, "official_suite.py"), "-v"], {
    env: jupyterEnvironment(),
    encoding: "utf8",
  });
  assert.match(stderr, /^Ran \d+ tests/m, stderr || stdout);
  for (const name of names) {
    await t.test(`test_${name}`, () => {
      assert.match(stderr, new RegExp(`^test_${name} .*\\.\\.\\. ok$`, "m"), stderr);
    });
  }
});
