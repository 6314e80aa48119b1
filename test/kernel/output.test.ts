import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedKernel } from "./kernel-client";

const kernel = sharedKernel();

test("50,000 printed lines all arrive, in order, as few messages", async () => {
  const { stdout, outputs } = await kernel().execute("for (let i = 0; i < 50000; i++) console.log(i)");
  assert.equal(stdout, `${Array.from({ length: 50000 }, (_, i) => i).join("\n")}\n`);
  const nMessages = outputs.filter(({ header }) => header.msg_type === "stream").length;
  assert.ok(nMessages < 200, `${nMessages} messages`);
});

test("text and displays keep the order in which the cell made them", async () => {
  const { outputs } = await kernel().execute(
    'for (let i = 0; i < 3; i++) { console.log("text " + i); display("d" + i, { as: "text/plain" }); } console.error("end")',
  );
  const shown = outputs
    .slice(1)
    .map(({ content }) => content.text ?? (content.data as Record<string, unknown>)["text/plain"]);
  assert.deepEqual(shown, ["text 0\n", "d0", "text 1\n", "d1", "text 2\n", "d2", "end\n"]);
});

test("output streams while a cell computes without a pause", async () => {
  const code =
    'console.log("begun"); const until = Date.now() + 1500; while (Date.now() < until) {} console.log("over")';
  let arrived = 0;
  kernel()
    .published(({ content }) => content.text === "begun\n")
    .then(() => {
      arrived = Date.now();
    });
  const { stdout } = await kernel().execute(code);
  assert.equal(stdout, "begun\nover\n");
  assert.ok(Date.now() - arrived > 700, "the first line came only with the end of the cell");
});

test("output of a timer goes to the cell that set it, also after the next one has run", async () => {
  const late = kernel().published(({ content }) => content.text === "late\n");
  await kernel().execute('setTimeout(() => console.log("late"), 300); const setter = 1');
  const { outputs } = await kernel().execute("setter");
  const { parent } = await late;
  assert.notEqual(parent.msg_id, outputs[0]!.parent.msg_id);
});

test("bytes written to stdout arrive as text, and write calls its callback", async () => {
  const { result, stdout } = await kernel().execute(
    'await new Promise(done => process.stdout.write(new Uint8Array([104, 105]), () => done("called")))\n',
  );
  assert.equal(stdout, "hi");
  assert.deepEqual(result, { "text/plain": "'called'" });
});

test("a display of 50 MB arrives whole", async () => {
  const { outputs } = await kernel().execute('display("x".repeat(50e6), { as: "text/plain" }); 0');
  const display = outputs.find(({ header }) => header.msg_type === "display_data")!;
  assert.equal((display.content.data as Record<string, string>)["text/plain"]!.length, 50e6);
});

test("a display updated ten times a second changes in place, every time and in order", async () => {
  const { outputs } = await kernel().execute(
    "const live = display(0); for (let i = 1; i <= 20; i++) { await new Promise((go) => setTimeout(go, 100)); live.update(i) }",
  );
  const shown = outputs.slice(1);
  const values = shown.map(({ content }) => (content.data as Record<string, string>)["text/plain"]);
  assert.deepEqual(
    values,
    Array.from({ length: 21 }, (_, i) => String(i)),
  );
  const types = shown.map(({ header }) => header.msg_type);
  assert.deepEqual(types, ["display_data", ...Array(20).fill("update_display_data")]);
  assert.equal(new Set(shown.map(({ content }) => JSON.stringify(content.transient))).size, 1);
});

test("a flood of updates of one display reaches its last state", async () => {
  const { outputs } = await kernel().execute(
    "const flood = display(0); for (let i = 1; i <= 5000; i++) flood.update(i)",
  );
  assert.deepEqual(outputs.at(-1)!.content.data, { "text/plain": "5000" });
});

test("progress with carriage returns arrives as it was written", async () => {
  const { stdout } = await kernel().execute(
    "for (let i = 0; i <= 100; i++) process.stdout.write('\\r' + i + ' %'); console.log()",
  );
  assert.equal(stdout, `${Array.from({ length: 101 }, (_, i) => `\r${i} %`).join("")}\n`);
});
