import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSubjects, selectSubjects } from "../../src/study/subject-selection";

const three = ["sub-01", "sub-02", "sub-03"].map((id) => ({ id }));

test("subjects are selected by their number or by name, in the order of the data", () => {
  const chosen = (text: string) => selectSubjects(three, parseSubjects(text)).map(({ id }) => id);
  assert.deepEqual(chosen("2"), ["sub-01", "sub-02"]);
  assert.deepEqual(chosen("sub-03, sub-01"), ["sub-01", "sub-03"]);
  assert.equal(selectSubjects(three, "all").length, 3);
});

test("subjects that are not there are refused", () => {
  assert.throws(() => parseSubjects("sub-01,,"), {
    message:
      'parseSubjects: invalid subjects: "sub-01,,"; expected a number above 0, or names with commas between them. For instance 4, or sub-01,sub-03.',
  });
  assert.throws(() => parseSubjects("0"), /invalid subjects: "0"/);
  assert.throws(() => selectSubjects(three, 4), {
    message:
      "selectSubjects: invalid number of subjects: 4; expected 1 to 3. Ask for no more than there are.",
  });
  assert.throws(() => selectSubjects(three, ["sub-09"]), {
    message:
      'selectSubjects: unknown subject: "sub-09"; expected some of sub-01, sub-02, sub-03. Name each once.',
  });
  assert.throws(() => selectSubjects(three, ["sub-01", "sub-01"]), /invalid subject: "sub-01" twice/);
});
