import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fetchSource } from "../../src/study/fetch-source";
import type { Source, SourceFile } from "../../src/study/sources";

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What the local server does with the next requests. */
let serve: (request: IncomingMessage, response: ServerResponse) => void;
let ranges: (string | undefined)[];
const server = createServer((request, response) => {
  ranges.push(request.headers.range);
  serve(request, response);
});
let base: string;

before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
after(() => server.close());
beforeEach(() => {
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ranges = [];
  serve = sendWhole;
});

function sendWhole(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-length": CONTENT.length }).end(CONTENT);
}

function sendRange(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from === 0) {
    sendWhole(request, response);
    return;
  }
  const rest = CONTENT.subarray(from);
  const headers = {
    "content-length": rest.length,
    "content-range": `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`,
  };
  response.writeHead(206, headers).end(rest);
}

function dieAfter(nBytes: number): typeof serve {
  return (_request, response) => {
    response.writeHead(200, { "content-length": CONTENT.length });
    response.write(CONTENT.subarray(0, nBytes), () => setTimeout(() => response.destroy(), 50));
  };
}

function makeSource(...files: Partial<SourceFile>[]): Source {
  return {
    ...{ name: "toy", title: "Toy", licence: "CC0", citation: "none", homepage: "https://example.org/toy" },
    ...{ folder: "toy-model", verified: "unverified", evidence: "none", byHand: "put the files there" },
    files: files.map((file) => ({
      url: `${base}/model.onnx`,
      path: "onnx/model.onnx",
      bytes: CONTENT.length,
      sha256: sha256(CONTENT),
      ...file,
    })),
  };
}

const makeFolder = () => mkdtempSync(join(tmpdir(), "brainlens-"));
const pathIn = (folder: string) => join(folder, "toy-model", "onnx", "model.onnx");
const listIn = (folder: string) => readdirSync(join(folder, "toy-model", "onnx"));

test("fetchSource brings the files, whole and under their names, and tells its progress in megabytes", async () => {
  const folder = makeFolder();
  const calls: [number, number, string][] = [];
  const source = makeSource({}, { path: "copy.bin", bytes: null });
  const fetched = await fetchSource(source, {
    folder,
    onProgress: (...call) => calls.push(call),
  });
  assert.deepEqual(fetched, { folder: join(folder, "toy-model"), nFetched: 2, nPresent: 0 });
  assert.deepEqual(readFileSync(pathIn(folder)), CONTENT);
  assert.deepEqual(readFileSync(join(folder, "toy-model", "copy.bin")), CONTENT);
  assert.deepEqual(readdirSync(folder), ["toy-model"]);
  assert.deepEqual(listIn(folder), ["model.onnx"]);
  assert.deepEqual(calls.at(-1), [0.6, 0.6, "fetching toy, MB"]);
  assert.ok(calls.every(([done], i) => i === 0 || done >= calls[i - 1][0]));
});

test("fetchSource checks files that are there and asks for the others alone", async () => {
  const folder = makeFolder();
  await fetchSource(makeSource({}), { folder });
  const again = await fetchSource(makeSource({}, { path: "b.bin" }), { folder });
  assert.deepEqual([again.nFetched, again.nPresent], [1, 1]);
  assert.equal(ranges.length, 2);
});

test("fetchSource keeps a file of another hash that is there, and says so", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "toy-model", "onnx"), { recursive: true });
  writeFileSync(pathIn(folder), "mine");
  await assert.rejects(fetchSource(makeSource({}), { folder }), {
    message: `fetchSource: mismatched SHA-256 of ${pathIn(folder)}: ${sha256(Buffer.from("mine"))}; expected ${sha256(CONTENT)}. Delete or move the file and fetch it again.`,
  });
  assert.equal(readFileSync(pathIn(folder), "utf8"), "mine");
  assert.deepEqual(ranges, []);
});

test("fetchSource takes a known other file for whole, and a source where a folder by kind holds it", async () => {
  const folder = makeFolder();
  const place = join(folder, "models", "toy-model");
  mkdirSync(join(place, "onnx"), { recursive: true });
  writeFileSync(join(place, "onnx", "model.onnx"), "mine");
  const source = makeSource({ otherSha256: [sha256(Buffer.from("mine"))] });
  assert.deepEqual(await fetchSource(source, { folder }), { folder: place, nFetched: 0, nPresent: 1 });
  assert.deepEqual(ranges, []);
});

test("fetchSource goes on where a download broke off", async () => {
  const folder = makeFolder();
  serve = dieAfter(100_000);
  await assert.rejects(
    fetchSource(makeSource({}), { folder }),
    (error: Error) =>
      error.message.startsWith("fetchSource: interrupted download of onnx/model.onnx from 127.0.0.1:") &&
      error.message.endsWith("expected 300000. What arrived is kept: run it again to go on."),
  );
  assert.deepEqual(listIn(folder), ["model.onnx.part"]);
  const nKept = readFileSync(`${pathIn(folder)}.part`).length;
  assert.ok(nKept > 0);
  serve = sendRange;
  await fetchSource(makeSource({}), { folder });
  assert.deepEqual(ranges, [undefined, `bytes=${nKept}-`]);
  assert.deepEqual(readFileSync(pathIn(folder)), CONTENT);
  assert.deepEqual(listIn(folder), ["model.onnx"]);
});

test("fetchSource starts anew where the server cannot go on", async () => {
  const refusals: (typeof serve)[] = [
    sendWhole,
    (request, response) =>
      request.headers.range ? response.writeHead(416).end() : sendWhole(request, response),
    (request, response) =>
      request.headers.range
        ? response.writeHead(206, { "content-range": "bytes 7-9/300000" }).end("abc")
        : sendWhole(request, response),
  ];
  for (const refusal of refusals) {
    const folder = makeFolder();
    mkdirSync(join(folder, "toy-model", "onnx"), { recursive: true });
    writeFileSync(`${pathIn(folder)}.part`, CONTENT.subarray(0, 1000));
    serve = refusal;
    await fetchSource(makeSource({}), { folder });
    assert.deepEqual(readFileSync(pathIn(folder)), CONTENT);
  }
});

test("fetchSource asks for nothing when the partial file is complete", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "toy-model", "onnx"), { recursive: true });
  writeFileSync(`${pathIn(folder)}.part`, CONTENT);
  await fetchSource(makeSource({}), { folder });
  assert.deepEqual(ranges, []);
  assert.deepEqual(listIn(folder), ["model.onnx"]);
});

test("fetchSource keeps no file of another hash, also when part of it came from an earlier download", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "toy-model", "onnx"), { recursive: true });
  writeFileSync(`${pathIn(folder)}.part`, Buffer.alloc(1000));
  serve = sendRange;
  const mixed = Buffer.concat([Buffer.alloc(1000), CONTENT.subarray(1000)]);
  await assert.rejects(fetchSource(makeSource({}), { folder }), {
    message: `fetchSource: mismatched SHA-256 of onnx/model.onnx from ${base}/model.onnx: ${sha256(mixed)}; expected ${sha256(CONTENT)}. The file was not kept: try once more, and if it stays so, the public file is another one than this version was made for.`,
  });
  assert.deepEqual(listIn(folder), []);
});

test("fetchSource stops at a file of another size, announced or not", async () => {
  const folder = makeFolder();
  const refused = (got: string, expected: number) => ({
    message: `fetchSource: mismatched size of onnx/model.onnx from ${base}/model.onnx: ${got}; expected ${expected}. The file was not kept: the public file is another one than this version was made for.`,
  });
  await assert.rejects(fetchSource(makeSource({ bytes: 1000 }), { folder }), refused("300000 bytes", 1000));
  await assert.rejects(
    fetchSource(makeSource({ bytes: 300_001 }), { folder }),
    refused("300000 bytes", 300_001),
  );
  serve = (_request, response) => {
    response.write(CONTENT); // chunked: no length is announced
    response.end();
  };
  await assert.rejects(
    fetchSource(makeSource({ bytes: 1000 }), { folder }),
    refused("more than 1000 bytes", 1000),
  );
  assert.deepEqual(listIn(folder), []);
});

test("fetchSource names the address that has no file", async () => {
  const folder = makeFolder();
  serve = (_request, response) => response.writeHead(404).end("not here");
  await assert.rejects(fetchSource(makeSource({}), { folder }), {
    message: `fetchSource: missing file: ${base}/model.onnx answered 404 Not Found; expected onnx/model.onnx. Try later; if the address has changed, place the file as ${pathIn(folder)}.`,
  });
  assert.deepEqual(listIn(folder), []);
});

test("fetchSource says in a sentence that there is no connection and how to do without", async () => {
  const folder = makeFolder();
  // Port 1 of the loopback has no listener.
  const url = "http://127.0.0.1:1/model.onnx";
  await assert.rejects(
    fetchSource(makeSource({ url }), { folder }),
    (error: Error) =>
      /^fetchSource: missing connection to 127\.0\.0\.1:1: .+; expected onnx\/model\.onnx from it\. /.test(
        error.message,
      ) &&
      error.message.endsWith(`Check the network, or get ${url} elsewhere and place it as ${pathIn(folder)}.`),
  );
});

test("fetchSource refuses an unverified address or hash before any network, and says where the files go", async () => {
  const folder = makeFolder();
  for (const [noun, change] of [
    ["address", { url: "unverified" }],
    ["hash", { sha256: "unverified" }],
  ] as const) {
    const source = makeSource({ path: "a.bin" }, { path: "b/c.txt", ...change });
    await assert.rejects(fetchSource(source, { folder }), {
      message: `fetchSource: unverified ${noun} of toy: 1 of 2 files are missing in ${join(folder, "toy-model")}, the first is b/c.txt; expected a verified address and hash for each. Get them from https://example.org/toy and put the files there, below ${join(folder, "toy-model")}; then run this again to check them.`,
    });
  }
  assert.deepEqual(ranges, []);
});

test("fetchSource checks files that were placed by hand though their address is unverified", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "toy-model", "onnx"), { recursive: true });
  writeFileSync(pathIn(folder), CONTENT);
  const fetched = await fetchSource(makeSource({ url: "unverified" }), { folder });
  assert.deepEqual([fetched.nFetched, fetched.nPresent], [0, 1]);
});

test("fetchSource refuses paths that leave the source's folder, also through a link", async () => {
  for (const path of ["../evil", "a/../../evil", "/etc/evil", "a//b", "C:/evil", "a\\..\\b", ""]) {
    await assert.rejects(fetchSource(makeSource({ path }), { folder: makeFolder() }), {
      message: `fetchSource: invalid path of a file: "${path}"; expected a relative path below the source's folder. Correct the table of sources.`,
    });
  }
  const folder = makeFolder();
  const elsewhere = makeFolder();
  mkdirSync(join(folder, "toy-model"));
  symlinkSync(elsewhere, join(folder, "toy-model", "onnx"));
  await assert.rejects(
    fetchSource(makeSource({}), { folder }),
    (error: Error) =>
      error.message.startsWith(`fetchSource: invalid folder for ${pathIn(folder)}: it is a link to `) &&
      error.message.endsWith("Remove the link."),
  );
  assert.deepEqual(readdirSync(elsewhere), []);
  assert.deepEqual(ranges, []);
});

test("fetchSource stops when it is interrupted and keeps what arrived", async () => {
  const folder = makeFolder();
  const controller = new AbortController();
  serve = (_request, response) => {
    response.writeHead(200, { "content-length": CONTENT.length });
    response.write(CONTENT.subarray(0, 150_000)); // and never the rest
  };
  const fetching = fetchSource(makeSource({}), {
    folder,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(fetching, { name: "AbortError", message: /^fetchSource: interrupted/ });
  assert.deepEqual(listIn(folder), ["model.onnx.part"]);
  assert.ok(!existsSync(join(folder, ".toy-model.lock")));
});

test("fetchSource says which folder cannot be made", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "downloads"), "");
  await assert.rejects(fetchSource(makeSource({}), { folder: join(folder, "downloads") }), (error: Error) =>
    error.message.startsWith(`fetchSource: invalid target ${join(folder, "downloads")}: `),
  );
});
