import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { sharedKernel } from "./kernel-client";

const folder = mkdtempSync(path.join(tmpdir(), "brainlens-reload-"));
const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
write("inner.ts", "export const value = 1;\n");
write("outer.ts", 'import { value } from "./inner";\nexport const tenfold = () => value * 10;\n');
after(() => rmSync(folder, { recursive: true }));

const kernel = sharedKernel({ folder });

test("an edited module is live in the next cell, through its importers and without a new import", async () => {
  await kernel().execute('import { tenfold } from "./outer";\nconst inSameCell = () => tenfold()');
  assert.equal((await kernel().execute("tenfold()")).result?.["text/plain"], "10");
  write("inner.ts", "export const value = 22;\n");
  const { result, stderr } = await kernel().execute("[tenfold(), inSameCell()]");
  assert.equal(result?.["text/plain"], "[ 220, 220 ]");
  assert.match(stderr, /^reloaded .*inner\.ts and 1 module that imports it\n$/);
});

test("a cell that uses nothing of what changed says nothing", async () => {
  write("inner.ts", "export const value = 333;\n");
  assert.equal((await kernel().execute("1 + 1")).stderr, "");
  assert.match((await kernel().execute("tenfold()")).stderr, /^reloaded/);
});

test("the types follow the edit", async () => {
  write("outer.ts", 'export const tenfold = () => "text";\n');
  assert.equal((await kernel().execute("tenfold().length")).result?.["text/plain"], "4");
  const { error } = await kernel().execute("tenfold() * 2");
  assert.equal(error?.ename, "TypeScriptError");
});

test("a module with a syntax error fails the cell, and is fine again when mended", async () => {
  write("outer.ts", "export const tenfold = () => {;\n");
  assert.notEqual((await kernel().execute("// @ts-nocheck\ntenfold()")).error, undefined);
  write("outer.ts", "export const tenfold = () => 10;\n");
  assert.equal((await kernel().execute("tenfold()")).result?.["text/plain"], "10");
});
