import assert from "node:assert/strict";
import { test } from "node:test";
import { onceEach } from "../../src/study/once";

test("what was computed is handed out again, key by key, and what failed is tried again", async () => {
  const computed: string[] = [];
  let isBroken = true;
  const of = onceEach(async ({ name }: { name: string }) => {
    computed.push(name);
    if (name === "b" && isBroken) throw new Error("stopped");
    return name.toUpperCase();
  });
  assert.equal(await of({ name: "a" }), "A");
  assert.equal(of({ name: "a" }), of({ name: "a" }));
  await assert.rejects(of({ name: "b" }), /stopped/);
  isBroken = false;
  assert.equal(await of({ name: "b" }), "B");
  assert.deepEqual(computed, ["a", "b", "b"]);
});
