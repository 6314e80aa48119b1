import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedKernel } from "./kernel-client";

const kernel = sharedKernel();

async function ask(type: string, content = {}) {
  return (await kernel().request(type, content)).content;
}

test("kernel_info names the language, its editor mode and the protocol, with a banner and links for help", async () => {
  const info = await ask("kernel_info_request");
  const language = info.language_info as Record<string, string>;
  assert.deepEqual([info.status, info.protocol_version], ["ok", "5.4"]);
  assert.deepEqual(
    [language.name, language.codemirror_mode, language.file_extension],
    ["typescript", "typescript", ".ts"],
  );
  assert.match(String(info.banner), /^TypeScript 5\.0\S* \(tslab \S+\) on Node v\d/);
  const links = info.help_links as { text: string; url: string }[];
  assert.ok(links.length > 0 && links.every(({ text, url }) => text !== "" && /^https:\/\//.test(url)));
});

test("completion knows the stages, the names of earlier cells and their kinds", async () => {
  await kernel().execute(
    'import * as tensor from "brainlens/tensor"; const someMatrix = tensor.zeros([1, 1])',
  );
  const members = await ask("complete_request", { code: "someMatrix.sh", cursor_pos: 13 });
  assert.deepEqual([members.matches, members.cursor_start, members.cursor_end], [["shape"], 11, 13]);
  const { _jupyter_types_experimental: typed } = members.metadata as Record<string, { type: string }[]>;
  assert.equal(typed?.[0]?.type, "property");
  const functions = await ask("complete_request", { code: "tensor.fromR", cursor_pos: 12 });
  assert.deepEqual(functions.matches, ["fromRows"]);
});

test("completion knows the globals of cells", async () => {
  const { matches } = await ask("complete_request", { code: "clearOu", cursor_pos: 7 });
  assert.deepEqual(matches, ["clearOutput"]);
});

test("inspection gives signature and documentation, or says that nothing was found", async () => {
  await kernel().execute('import { fromRows } from "brainlens/tensor"');
  const { found, data } = await ask("inspect_request", { code: "fromRows", cursor_pos: 4, detail_level: 0 });
  assert.equal(found, true);
  assert.match(
    (data as Record<string, string>)["text/plain"]!,
    /fromRows\(rows: .*\): Matrix[\s\S]*Builds a float64 matrix/,
  );
  assert.equal((await ask("inspect_request", { code: "   ", cursor_pos: 1, detail_level: 0 })).found, false);
});

test("name? shows its documentation in the pager", async () => {
  const { reply } = await kernel().execute("display?");
  const [page] = reply.payload as { source: string; data: Record<string, string> }[];
  assert.equal(page?.source, "page");
  assert.match(page!.data["text/plain"]!, /Shows a value under the cell/);
});

test("is_complete tells complete, incomplete with an indent, and invalid code apart", async () => {
  const statusOf = async (code: string) => ask("is_complete_request", { code });
  assert.equal((await statusOf("const x = 1")).status, "complete");
  assert.deepEqual(await statusOf("function f() {"), { status: "incomplete", indent: "  " });
  assert.equal((await statusOf("`open")).status, "incomplete");
  assert.equal((await statusOf("const = 3")).status, "invalid");
});

test("history answers tail, range and search, with and without outputs", async () => {
  const { reply } = await kernel().execute("'remember' + 1");
  await kernel().execute("2 + 2");
  const tail = await ask("history_request", { hist_access_type: "tail", n: 2, output: true, raw: true });
  assert.deepEqual(
    (tail.history as unknown[][]).map((entry) => entry[2]),
    [
      ["'remember' + 1", "'remember1'"],
      ["2 + 2", "4"],
    ],
  );
  const count = Number(reply.execution_count);
  const range = await ask("history_request", {
    hist_access_type: "range",
    session: 0,
    start: count,
    stop: count + 1,
  });
  assert.deepEqual(range.history, [[1, count, "'remember' + 1"]]);
  assert.deepEqual((await ask("history_request", { hist_access_type: "range", session: 99 })).history, []);
  const search = await ask("history_request", {
    hist_access_type: "search",
    pattern: "'rem*",
    n: 5,
    unique: true,
  });
  assert.equal((search.history as unknown[]).length, 1);
});

test("positions count characters, as Jupyter does, not UTF-16 units", async () => {
  const code = "'🧠🧠'; clearOu";
  const cursor_pos = [...code].length;
  const { cursor_start, cursor_end, matches } = await ask("complete_request", { code, cursor_pos });
  assert.deepEqual([cursor_start, cursor_end, matches], [cursor_pos - 7, cursor_pos, ["clearOutput"]]);
});

test("completion sorts names into Jupyter's kinds", async () => {
  await kernel().execute("class Kind {} function kindOf() {} const kindly = 1; type Kindred = 1");
  const { metadata } = await ask("complete_request", { code: "kind", cursor_pos: 4 });
  const { _jupyter_types_experimental: typed } = metadata as Record<string, { text: string; type: string }[]>;
  const kindOf = (name: string) => typed!.find(({ text }) => text === name)?.type;
  assert.deepEqual([kindOf("Kind"), kindOf("kindOf"), kindOf("kindly")], ["class", "function", "instance"]);
});

test("detail level 1 adds the source, of files and of earlier cells", async () => {
  await kernel().execute('import { fromRows } from "brainlens/tensor";\nconst twice = (x: number) => 2 * x;');
  const inspect = async (code: string) => {
    const { data } = await ask("inspect_request", { code, cursor_pos: code.length, detail_level: 1 });
    return (data as Record<string, string>)["text/plain"]!;
  };
  assert.match(await inspect("twice"), /In\[\d+\]:2\nconst twice = \(x: number\) => 2 \* x;$/);
  assert.match(await inspect("fromRows"), /src\/tensor\/\S+\.ts:\d+\nexport function fromRows/);
});

test("documentation of packages and of Node is found, and comes as HTML too", async () => {
  await kernel().execute('import { readFileSync } from "node:fs"');
  const { data } = await ask("inspect_request", { code: "readFileSync", cursor_pos: 3, detail_level: 0 });
  const { "text/plain": plain = "", "text/html": html = "" } = data as Record<string, string>;
  assert.match(plain, /Returns the contents of the `path`\./);
  assert.match(
    html,
    /^<pre><code class="language-typescript">[\s\S]*<p>Returns the contents of the <code>path<\/code>\.<\/p>/,
  );
  assert.match(html, /<dt>@since<\/dt>/);
});

test("comm_info names no comms", async () => {
  assert.deepEqual(await ask("comm_info_request"), { status: "ok", comms: {} });
});
