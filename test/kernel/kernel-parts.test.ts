/** The parts of the kernel that need no running kernel. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type TypeScript from "@tslab/typescript-for-tslab";
import { withInterruptibleAwaits } from "../../kernel-setup/kernel/cell-source";
import { dataFrameBundle } from "../../kernel-setup/kernel/data-frame";
import { formatNumber, isMatrix, matrixText } from "../../kernel-setup/kernel/matrix-text";
import { createStreamJoiner, type StreamPiece } from "../../kernel-setup/kernel/stream-joiner";
import { createCodec } from "../../kernel-setup/kernel/wire";

const ts: typeof TypeScript = createRequire(require.resolve("tslab/package.json"))(
  "@tslab/typescript-for-tslab",
);

test("a message is signed with HMAC-SHA256 over its four parts, and decodes to itself", () => {
  const codec = createCodec("key");
  const frames = codec.encode({
    idents: ["id"],
    type: "status",
    content: { a: "ü" },
    parent: { msg_id: "p" },
  });
  const [ident, delimiter, signature, ...parts] = frames.map(String);
  assert.deepEqual([ident, delimiter, parts.length], ["id", "<IDS|MSG>", 4]);
  assert.equal(signature, createHmac("sha256", "key").update(parts.join("")).digest("hex"));
  const message = createCodec("key").decode(frames.map((frame) => Buffer.from(frame)));
  assert.deepEqual(
    [message.header.msg_type, message.content, message.parent],
    ["status", { a: "ü" }, { msg_id: "p" }],
  );
});

test("decode says why it refuses a message", () => {
  const frames = createCodec("key")
    .encode({ idents: [], type: "x", content: {}, parent: {} })
    .map((frame) => Buffer.from(frame));
  const codec = createCodec("key");
  assert.throws(() => createCodec("other").decode(frames), /^Error: decode: invalid signature$/);
  assert.throws(
    () => codec.decode(frames.slice(0, 3)),
    /^Error: decode: malformed message: 3 frames; expected/,
  );
  codec.decode(frames);
  assert.throws(() => codec.decode(frames), /^Error: decode: replayed message$/);
});

test("the joiner joins text of one stream and cell only, and holds nothing back for long", async () => {
  const sent: StreamPiece[] = [];
  const joiner = createStreamJoiner((piece) => sent.push(piece));
  const add = (name: "stdout" | "stderr", text: string, cell: string) =>
    joiner.add({ name, text, parent: { msg_id: cell } });
  add("stdout", "a", "1");
  add("stdout", "b", "1");
  add("stderr", "c", "1");
  add("stderr", "d", "2");
  // Twice the 50 ms for which the joiner may wait.
  await sleep(100);
  assert.deepEqual(
    sent.map(({ name, text, parent }) => [name, text, parent.msg_id]),
    [
      ["stdout", "ab", "1"],
      ["stderr", "c", "1"],
      ["stderr", "d", "2"],
    ],
  );
});

test("a long table shows its first and last ten rows and says how many there are", () => {
  const n = 50;
  const frame = {
    columns: ["name", "value"],
    values: Array.from({ length: n }, (_, i) => [`<${i}>`, i / 3]),
    shape: [n, 2] as [number, number],
    index: Array.from({ length: n }, (_, i) => i),
  };
  const { "text/html": html = "", "text/plain": text = "" } = dataFrameBundle(frame);
  assert.equal(html.match(/<tr>/g)?.length, 21);
  assert.match(html, /50 rows × 2 columns, 20 shown/);
  assert.match(html, /&lt;9&gt;/);
  assert.doesNotMatch(html, /&lt;10&gt;|&lt;39&gt;|<0>/);
  assert.equal(text.split("\n").length, 1 + 21 + 1);
});

test("a matrix shows at most seven rows and columns; anything else is no matrix", () => {
  const small = { data: new Float32Array([1, 2.5, Number.NaN, -1e-9]), shape: [2, 2] as const };
  assert.equal(matrixText(small), "Matrix 2 × 2 float32\n    1        2.5\n  NaN  -1.000e-9");
  const large = { data: new Float64Array(800), shape: [8, 100] as const };
  assert.deepEqual(matrixText(large).split("\n")[4], "  …  …  …  …  …  …  …");
  assert.equal(matrixText({ data: new Float64Array(0), shape: [0, 3] }), "Matrix 0 × 3 float64");
  assert.equal(isMatrix({ data: new Float64Array(3), shape: [2, 2] }), false);
  assert.equal(formatNumber(1234.5678), "1235");
});

test("every await of a cell is wrapped, in functions too, and what was put in is told by line and column", () => {
  const wrap = (code: string) => withInterruptibleAwaits(ts, code);
  const { javaScript, isAsync, inserted } = wrap("let a = 1;\nconst b = [await f(await a), 2];");
  assert.equal(
    javaScript,
    "let a = 1;\nconst b = [await exports.__awaited(f(await exports.__awaited(a))), 2];",
  );
  assert.equal(isAsync, true);
  assert.deepEqual(
    inserted.map(({ line, column, length }) => [line, column, length]),
    [
      [1, 17, 18],
      [1, 25, 18],
      [1, 26, 1],
      [1, 27, 1],
    ],
  );
  const inFunction = wrap("async () => { for await (const v of g()) await v }");
  assert.equal(
    inFunction.javaScript,
    "async () => { for await (const v of exports.__awaitedEach(g())) await exports.__awaited(v) }",
  );
  assert.equal(inFunction.isAsync, false);
  assert.deepEqual(wrap("const text = 'await'"), {
    javaScript: "const text = 'await'",
    isAsync: false,
    inserted: [],
  });
});
