import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedKernel } from "./kernel-client";

const kernel = sharedKernel();

test("a value's own display method gives the result in several MIME types, bytes as base64", async () => {
  const { result } = await kernel().execute(
    '({ [Symbol.for("Jupyter.display")]: () => ({ "image/png": new Uint8Array([1, 2, 3]), "application/json": { a: 1 }, "text/plain": "x" }) })',
  );
  assert.deepEqual(result, { "image/png": "AQID", "application/json": { a: 1 }, "text/plain": "x" });
});

test("a display method may take its time: the result waits for it", async () => {
  const { result } = await kernel().execute(
    '({ async [Symbol.for("Jupyter.display")]() { await new Promise(go => setTimeout(go, 100)); return { "text/html": "<b>drawn</b>" } } })',
  );
  assert.deepEqual(result, { "text/html": "<b>drawn</b>" });
});

test("a display method that fails leaves the text and says why", async () => {
  for (const fail of [
    '() => { throw new Error("no browser") }',
    'async () => { throw new Error("no browser") }',
  ]) {
    const { result, stderr } = await kernel().execute(`({ a: 1, [Symbol.for("Jupyter.display")]: ${fail} })`);
    assert.match(String(result?.["text/plain"]), /a: 1/);
    assert.match(stderr, /could not draw this value: no browser/);
  }
});

test("display shows a value in place, and its handle updates it", async () => {
  const { outputs } = await kernel().execute(
    'const shown = display("# one", { as: "text/markdown" }); shown.update("# two", { as: "text/markdown" }); display({ a: 1 }, { id: shown.id }); clearOutput(true)',
  );
  const [, first, second, third, cleared] = outputs;
  assert.deepEqual(
    [first, second, third, cleared].map((m) => m!.header.msg_type),
    ["display_data", "update_display_data", "update_display_data", "clear_output"],
  );
  assert.deepEqual(first!.content.data, { "text/markdown": "# one" });
  assert.deepEqual(third!.content.data, { "text/plain": "{ a: 1 }" });
  assert.deepEqual(first!.content.transient, second!.content.transient);
  assert.deepEqual(cleared!.content, { wait: true });
});

test("data in a MIME type of its own is shown as it is: bytes as base64, JSON as an object, text as text", async () => {
  const { outputs } = await kernel().execute(
    'display(new Uint8Array([137, 80]), { as: "image/png" }); display("$x^2$", { as: "text/latex" }); display("<svg/>", { as: "image/svg+xml" }); display({ a: [1] }, { as: "application/json" })',
  );
  assert.deepEqual(
    outputs.filter(({ header }) => header.msg_type === "display_data").map(({ content }) => content.data),
    [
      { "image/png": "iVA=" },
      { "text/latex": "$x^2$" },
      { "image/svg+xml": "<svg/>" },
      { "application/json": { a: [1] } },
    ],
  );
});

test("a slow display keeps its place among the outputs, and the cell ends when it is drawn", async () => {
  const { outputs } = await kernel().execute(
    'display({ async [Symbol.for("Jupyter.display")]() { await new Promise(go => setTimeout(go, 100)); return { "text/plain": "drawn" } } }); console.log("after")',
  );
  assert.deepEqual(
    outputs.map(({ header }) => header.msg_type),
    ["execute_input", "display_data", "stream", "update_display_data"],
  );
  assert.deepEqual(outputs[3]!.content.data, { "text/plain": "drawn" });
});

test("tslab's own display API works", async () => {
  const { outputs } = await kernel().execute(
    'import * as tslab from "tslab"; tslab.display.html("<i>x</i>")',
  );
  assert.deepEqual(outputs[1]!.content.data, { "text/html": "<i>x</i>" });
});

test("a danfojs table is shown as HTML and as text", async () => {
  const { result, error } = await kernel().execute(
    'import { DataFrame } from "danfojs-node"; new DataFrame([["<a>", 1.5], ["b", 2]], { columns: ["name", "r"] })',
  );
  assert.equal(error?.traceback, undefined);
  assert.match(String(result?.["text/html"]), /<td style="text-align: right">1\.5<\/td>/);
  assert.match(String(result?.["text/html"]), /&lt;a&gt;/);
  assert.match(String(result?.["text/plain"]), /^ +name +r\n0 +<a> +1\.5\n1 +b +2\n2 rows × 2 columns$/);
});

test("a matrix is shown by its shape, type and corners", async () => {
  const { result } = await kernel().execute('import { zeros } from "brainlens/tensor"; zeros([300, 40])');
  const lines = String(result?.["text/plain"]).split("\n");
  assert.equal(lines[0], "Matrix 300 × 40 float64");
  assert.deepEqual([lines.length, lines[1]], [8, "  0  0  0  …  0  0  0"]);
});

test("input and password ask the front end", async () => {
  const cell = kernel().execute('const name = await input("Name? "); name + "!"');
  const asked = await kernel().answerInput("Ada");
  assert.deepEqual(asked.content, { prompt: "Name? ", password: false });
  assert.deepEqual((await cell).result, { "text/plain": "'Ada!'" });
  const secret = kernel().execute('(await password("Word? ")).length');
  assert.deepEqual((await kernel().answerInput("xyz")).content, { prompt: "Word? ", password: true });
  assert.deepEqual((await secret).result, { "text/plain": "3" });
});

test("input without a front end that can ask is an error that says so", async () => {
  const { error } = await kernel().execute("await input('Name? ')", { allow_stdin: false });
  assert.match(error!.evalue, /^input: this front end cannot ask for input\./);
});
