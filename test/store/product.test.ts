import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { openStore } from "../../src/store";
import { decodeNpy, fromRows } from "../../src/tensor";

function open() {
  const messages: string[] = [];
  const folder = join(mkdtempSync(join(tmpdir(), "brainlens-")), "products");
  const store = openStore(folder, { onMessage: (message) => messages.push(message) });
  let nComputed = 0;
  const compute = () => {
    nComputed++;
    return { courses: fromRows([[1, 2]]), nDropped: 3 };
  };
  return { store, messages, compute, count: () => nComputed };
}

test("a product is computed once for the same inputs and again for others", async () => {
  const { store, compute, count, messages } = open();
  const first = await store.product("atoms", { seed: 7 }, compute);
  const second = await store.product("atoms", { seed: 7 }, compute);
  assert.deepEqual(second, first);
  assert.equal(count(), 1);
  await store.product("atoms", { seed: 8 }, compute);
  assert.equal(count(), 2);
  assert.deepEqual(messages, []);
});

test("a product is a folder whose matrices other tools read", async () => {
  const { store, compute } = open();
  await store.product("atoms", 1, compute);
  const path = store.productFolder("atoms", 1);
  assert.match(basename(path), /^atoms-[0-9a-f]{12}$/);
  assert.deepEqual(readdirSync(path).sort(), ["courses.npy", "manifest.json", "value.json"]);
  assert.deepEqual(readdirSync(store.folder), [basename(path)]);
  assert.deepEqual(decodeNpy(readFileSync(join(path, "courses.npy")), "courses.npy").shape, [1, 2]);
});

test("a product is computed once when two ask for it at the same time", async () => {
  const { store, compute, count } = open();
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return compute();
  };
  await Promise.all([store.product("atoms", 1, slow), store.product("atoms", 1, slow)]);
  assert.equal(count(), 1);
});

test("a damaged product is computed again and said so", async () => {
  const damages: [file: string, damage: (path: string) => void, reason: RegExp][] = [
    [
      "courses.npy",
      (p) => writeFileSync(p, readFileSync(p).subarray(0, 100)),
      /has 100 bytes instead of 144/,
    ],
    ["courses.npy", (p) => writeFileSync(p, readFileSync(p).fill(1, 130, 131)), /does not have its checksum/],
    ["value.json", (p) => rmSync(p), /no such file/],
    ["manifest.json", (p) => writeFileSync(p, "{"), /JSON/],
    ["manifest.json", (p) => writeFileSync(p, '{"key":"x"}'), /its key is x/],
  ];
  for (const [file, damage, reason] of damages) {
    const { store, compute, count, messages } = open();
    const whole = await store.product("atoms", 1, compute);
    const path = store.productFolder("atoms", 1);
    damage(join(path, file));
    assert.deepEqual(await store.product("atoms", 1, compute), whole);
    assert.equal(count(), 2);
    assert.equal(messages.length, 1);
    assert.ok(messages[0].startsWith(`product: damaged ${path}: `), messages[0]);
    assert.match(messages[0], reason);
    await store.product("atoms", 1, compute);
    assert.equal(count(), 2);
  }
});

test("a product without its manifest does not exist, and a failed computation leaves none", async () => {
  const { store, compute, count, messages } = open();
  await assert.rejects(
    store.product("atoms", 1, () => {
      throw new Error("no neurons");
    }),
    { message: "no neurons" },
  );
  assert.equal(existsSync(store.productFolder("atoms", 1)), false);
  await store.product("atoms", 1, compute);
  rmSync(join(store.productFolder("atoms", 1), "manifest.json"));
  await store.product("atoms", 1, compute);
  assert.equal(count(), 2);
  assert.deepEqual(messages, []);
});

test("a product's name cannot leave the store's folder", async () => {
  const { store, compute } = open();
  await assert.rejects(store.product("../atoms", 1, compute), {
    message:
      'product: invalid name: "../atoms"; expected lower-case letters, digits and hyphens. Choose a name that can be a folder\'s.',
  });
});
