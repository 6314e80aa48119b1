import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { sharedKernel } from "./kernel-client";

const folder = mkdtempSync(path.join(tmpdir(), "brainlens-notebook-"));
writeFileSync(path.join(folder, "helper.ts"), "export const half = (x: number) => x / 2;\n");
writeFileSync(path.join(folder, "numbers.json"), "[1, 2, 3]");
after(() => rmSync(folder, { recursive: true }));

/** The notebook lies outside the checkout: the hardest case. */
const kernel = sharedKernel({ folder });

async function shows(code: string, text: string) {
  const { result, error } = await kernel().execute(code);
  assert.equal(error?.traceback, undefined);
  assert.equal(result?.["text/plain"], text);
}

test("the last expression is the result; undefined and null are none", async () => {
  await shows("const x: number = 40; x + 2", "42");
  for (const code of ["undefined", "null", "const y = 1", ""]) {
    const { result, reply } = await kernel().execute(code);
    assert.deepEqual([result, reply.status], [undefined, "ok"]);
  }
});

test("names live on in later cells and can be declared anew, as another kind of thing", async () => {
  await kernel().execute(
    "const thing = 1; let counter = 0; const step = () => ++counter; type Size = number",
  );
  await shows("step(); step(); const size: Size = counter; size", "2");
  await shows("class thing { v = 3 } new thing().v", "3");
  await shows("function thing() { return 'now a function' } thing()", "'now a function'");
});

test("await works in every place: declarations, parentheses, nested expressions, loops", async () => {
  await shows("const a = await Promise.resolve(2); a", "2");
  await shows("await (Promise.resolve(3))", "3");
  await shows("await (async () => 4)()", "4");
  await shows("[await Promise.resolve(1), (await Promise.resolve({ v: 5 })).v]", "[ 1, 5 ]");
  const { stdout } = await kernel().execute(
    "for await (const v of (async function* () { yield 1; yield 2 })()) console.log(v)",
  );
  assert.equal(stdout, "1\n2\n");
});

test("export is accepted and means nothing", async () => {
  await shows(
    "export const q = 1; export function next() { return q + 1 }\nexport default class Tail {}\nnext()",
    "2",
  );
  await shows("new Tail() instanceof Tail && q", "1");
});

test("brainlens/<stage> is the live source, typed", async () => {
  await shows('import { fromRows } from "brainlens/tensor";\nfromRows([[1, 2.5], [3, 4]]).shape', "[ 2, 2 ]");
  const { error } = await kernel().execute('fromRows("text")');
  assert.equal(error?.ename, "TypeScriptError");
});

test("an imported name can be used and declared anew in later cells", async () => {
  await kernel().execute('import { zeros } from "brainlens/tensor"');
  await shows("zeros([2, 3]).data.length", "6");
  await shows("const zeros = 0; zeros", "0");
});

test("packages of every kind can be imported: CommonJS, ES modules only, built in, dynamically", async () => {
  await shows('import * as nifti from "nifti-reader-js"; typeof nifti.readHeader', "'function'");
  await shows('import { Command } from "commander"; new Command("x").name()', "'x'");
  await shows('import { basename } from "node:path"; basename("/a/b")', "'b'");
  await shows('const { sep } = await import("node:path"); sep.length', "1");
});

test("imports and file names are relative to the notebook", async () => {
  await shows('import { half } from "./helper"; half(8)', "4");
  await shows('import numbers from "./numbers.json"; numbers.length', "3");
  await shows('import { readFileSync } from "node:fs"; readFileSync("numbers.json", "utf8")', "'[1, 2, 3]'");
  const inNotebook = JSON.stringify(folder).replaceAll('"', "'");
  await shows("process.cwd() === notebookDir && notebookDir", inNotebook);
});

test("a module that does not exist is a type error that names it", async () => {
  const { error } = await kernel().execute('import x from "./nowhere"');
  assert.match(error!.evalue, /^Cannot find module '\.\/nowhere'/);
  writeFileSync(path.join(folder, "nowhere.ts"), "export default 5;\n");
  await shows('import x5 from "./nowhere"; x5', "5");
});

test("an interface, a type, an enum and a generic function can be declared anew over cells", async () => {
  await kernel().execute(
    "interface Point { x: number } type Pair = [number, number]; enum Side { left } function pick<T>(a: T) { return a }",
  );
  await shows("interface Point { y: string } const point: Point = { y: 'new' }; point.y", "'new'");
  await shows(
    "type Pair = string; enum Side { right = 5 } const pair: Pair = 'p'; [pair, Side.right]",
    "[ 'p', 5 ]",
  );
  await shows("function pick<T>(a: T, b: T) { return b } pick(1, 2)", "2");
  const { error } = await kernel().execute("const old: Point = { x: 1 }");
  assert.equal(error?.ename, "TypeScriptError");
});

test("await stands in template strings, arguments, conditions, destructuring and blocks", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template string of the cell
  await shows("`${await Promise.resolve(1)}!`", "'1!'");
  await shows("Math.max(await Promise.resolve(1), await Promise.resolve(2))", "2");
  await shows("(await Promise.resolve(0)) ? 'yes' : await Promise.resolve('no')", "'no'");
  await shows(
    "const { left, right: [second] } = await Promise.resolve({ left: 1, right: [2] }); left + second",
    "3",
  );
  await shows(
    "let sum = 0; for (const part of [1, 2]) { if (await Promise.resolve(true)) sum += part } sum",
    "3",
  );
  await shows(
    "let why = ''; try { await Promise.reject(new Error('no')) } catch (error) { why = (error as Error).message } why",
    "'no'",
  );
});

test("objects and patterns name variables and properties of earlier cells in short", async () => {
  await kernel().execute("const near = await Promise.resolve(3); let far = 4; const both = { near, far }");
  await shows("({ near, far })", "{ near: 3, far: 4 }");
  await shows("const { near: first, far: second } = both; [first, second]", "[ 3, 4 ]");
  await shows("const pick = ({ near }: { near: number }) => near; pick({ near })", "3");
  await shows("({ far } = { far: 5 }); far", "5");
  await shows("({ near: far, other: far = 7 } = both as any); [far, { far: near }]", "[ 7, { far: 3 } ]");
  await shows("const far2 = { near: 1 }; ((near: number) => ({ near, far }))(2)", "{ near: 2, far: 7 }");
});

test("functions of earlier cells see a variable that a later cell assigns", async () => {
  await kernel().execute("let level = 1; const readLevel = () => level");
  await kernel().execute("level = 2");
  await shows("readLevel()", "2");
});

test("packages that are ES modules only can be imported statically and dynamically", async () => {
  await shows(
    'const { random: draw } = await import("brainlens/tensor"); typeof draw(1).uniform()',
    "'number'",
  );
  await shows('const nifti2 = await import("nifti-reader-js"); typeof nifti2.isNIFTI', "'function'");
});
