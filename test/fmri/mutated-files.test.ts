import assert from "node:assert/strict";
import { test } from "node:test";
import { feedMutations } from "./mutated-files";

test("2,000 damaged headers and streams are read or refused by name: no hang, no crash, no run on memory", async () => {
  const { nRead, nRefused } = await feedMutations(2000, 1);
  // Both happen, or the damage is too little or too much to say anything.
  assert.ok(nRead > 200 && nRefused > 1000, `${nRead} read, ${nRefused} refused`);
});
