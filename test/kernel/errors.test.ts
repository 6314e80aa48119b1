import assert from "node:assert/strict";
import { test } from "node:test";
import { plain, sharedKernel } from "./kernel-client";

const kernel = sharedKernel();

test("a thrown error is an error message with name, value, and the cell's line quoted", async () => {
  const { error, reply } = await kernel().execute(
    'function fail(n: number) {\n  throw new RangeError("bad " + n);\n}\nfail(3)',
  );
  const cell = `In[${reply.execution_count}]`;
  assert.deepEqual([error?.ename, error?.evalue, reply.status], ["RangeError", "bad 3", "error"]);
  assert.match(error!.traceback, /-> {5}2 {3}throw new RangeError/);
  assert.ok(
    error!.traceback.endsWith(`RangeError: bad 3\n    at fail (${cell}:2:9)\n    at ${cell}:4:1`),
    error!.traceback,
  );
});

test("an error in a module names the line of its TypeScript source", async () => {
  const { error } = await kernel().execute(
    'import { matrix } from "brainlens/tensor";\n\nmatrix(new Float64Array(3), [2, 2])',
  );
  assert.match(error!.traceback, /at matrix \(src\/tensor\/matrix\.ts:\d+:\d+\)\n {4}at In\[\d+\]:3:\d+$/);
});

test("an error after an await, its cause and the errors it gathers are shown", async () => {
  const { error } = await kernel().execute(
    'await null;\nthrow new AggregateError([new Error("first")], "several", { cause: new TypeError("deep") })',
  );
  assert.deepEqual([error?.ename, error?.evalue], ["AggregateError", "several"]);
  assert.match(error!.traceback, /at In\[\d+\]:2:7/);
  assert.match(error!.traceback, /caused by TypeError: deep[\s\S]*caused by Error: first/);
});

test("an error after several awaits on a line names the column, and the cell that awaited the function", async () => {
  await kernel().execute(
    "async function later(k: number) { await null; if (k === 3) throw new Error('three'); return k }",
  );
  const { error } = await kernel().execute(
    "const many =\n  [await later(1), (await later(2)) + 1, await later(3)]",
  );
  assert.match(error!.traceback, /at later \(In\[\d+\]:1:66\)\n {4}at In\[\d+\]:2:42$/);
  const looped = await kernel().execute("for await (const k of [later(1), later(3)]) console.log(k)");
  assert.equal(looped.stdout, "1\n");
  assert.match(looped.error!.traceback, /at later \(In\[\d+\]:1:66\)/);
});

test("what is thrown need not be an Error", async () => {
  const { error } = await kernel().execute("throw { code: 7 }");
  assert.deepEqual([error?.ename, error?.evalue], ["Thrown", "{ code: 7 }"]);
});

test("a cell that does not type-check does not run, and says where", async () => {
  const { error, stdout } = await kernel().execute('console.log("ran");\nconst count: string = 5;');
  assert.equal(stdout, "");
  assert.equal(error?.ename, "TypeScriptError");
  assert.match(error!.evalue, /^Type 'number' is not assignable to type 'string'\. at In\[\d+\]:2:7$/);
  assert.match(
    error!.traceback,
    /In\[\d+\]:2:7 - error TS2322: .*\n {4}2 const count: string = 5;\n {12}~{5}/,
  );
});

test("a syntax error says where", async () => {
  const { error } = await kernel().execute("const = 3");
  assert.match(error!.traceback, /In\[\d+\]:1:7 - error TS\d+/);
});

test("// @ts-nocheck on the first line runs a cell that does not type-check", async () => {
  const { result } = await kernel().execute("// @ts-nocheck\nconst unchecked: string = 5;\nunchecked + 1");
  assert.deepEqual(result, { "text/plain": "6" });
});

test("names declared before the failure keep their values", async () => {
  await kernel().execute('let kept = 1; kept = 7; throw new Error("after")');
  const { result } = await kernel().execute("kept");
  assert.deepEqual(result, { "text/plain": "7" });
});

test("an error in a timer and a rejection that nobody awaits are reported under their cell", async () => {
  const message = (text: string) => kernel().published(({ content }) => String(content.text).includes(text));
  const stray = message("stray");
  const lost = message("lost");
  const { outputs } = await kernel().execute(
    'setTimeout(() => { throw new Error("stray") }, 50); Promise.reject(new Error("lost")); 0',
  );
  const id = outputs[0]!.parent.msg_id;
  for (const { content, parent } of await Promise.all([stray, lost])) {
    assert.equal(parent.msg_id, id);
    assert.match(plain(String(content.text)), /^Uncaught In\[\d+\], line 1/);
  }
});

test("errors are coloured by ANSI codes, in the compiler's messages and in stacks", async () => {
  const red = (text: string) => `\u001b[0;31m${text}\u001b[0m`;
  for (const [code, coloured] of [
    ["const wrong: string = 5", red("error TS2322")],
    ["throw new RangeError('no')", red("RangeError")],
  ] as const) {
    const { outputs } = await kernel().execute(code);
    const { content } = outputs.find(({ header }) => header.msg_type === "error")!;
    assert.ok(
      (content.traceback as string[]).some((line) => line.includes(coloured)),
      code,
    );
  }
});
