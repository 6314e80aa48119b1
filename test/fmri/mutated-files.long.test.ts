import assert from "node:assert/strict";
import { test } from "node:test";
import { feedMutations } from "./mutated-files";

test("10,000 more damaged headers and streams are read or refused by name", async () => {
  const { nRead, nRefused } = await feedMutations(10_000, 2);
  assert.ok(nRead > 1000 && nRefused > 5000, `${nRead} read, ${nRefused} refused`);
});
