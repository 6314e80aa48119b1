import assert from "node:assert/strict";
import { test } from "node:test";
import { readTextGrid, wordsOf } from "../../src/stimuli";

const LONG = `File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "word"
        xmin = 0
        xmax = 2.5
        intervals: size = 4
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = "sp"
        intervals [2]:
            xmin = 0.5
            xmax = 1
            text = "Alice "
        intervals [3]:
            xmin = 1
            xmax = 1.25
            text = ""
        intervals [4]:
            xmin = 1.25
            xmax = 2.5
            text = "said ""oh"" ! 7"
    item [2]:
        class = "TextTier"
        name = "click"
        xmin = 0
        xmax = 2.5
        points: size = 1
        points [1]:
            number = 1.5e-1
            mark = "here"
`;

const SHORT = `File type = "ooTextFile"
Object class = "TextGrid"

0
2.5
<exists>
2
"IntervalTier" ! a comment with 3 numbers and "quotes"
"word"
0
2.5
4
0
0.5
"sp"
0.5
1
"Alice "
1
1.25
""
1.25
2.5
"said ""oh"" ! 7"
"TextTier"
"click"
0
2.5
1
0.15
"here"
`;

const EXPECTED = [
  {
    name: "word",
    intervals: [
      { onsetSec: 0, offsetSec: 0.5, label: "sp" },
      { onsetSec: 0.5, offsetSec: 1, label: "Alice " },
      { onsetSec: 1, offsetSec: 1.25, label: "" },
      { onsetSec: 1.25, offsetSec: 2.5, label: 'said "oh" ! 7' },
    ],
  },
  { name: "click", points: [{ timeSec: 0.15, label: "here" }] },
];

test("readTextGrid reads the long and the short format alike, with quotes inside labels", () => {
  assert.deepEqual(readTextGrid(LONG, "a.TextGrid").tiers, EXPECTED);
  assert.deepEqual(readTextGrid(SHORT, "a.TextGrid").tiers, EXPECTED);
});

test("readTextGrid reads UTF-8 and UTF-16 bytes, with their byte-order marks", () => {
  const accented = LONG.replace("Alice ", "naïve");
  const littleEndian = Buffer.from(`\uFEFF${accented}`, "utf16le");
  const encodings = [
    Buffer.from(accented, "utf8"),
    Buffer.from(`\uFEFF${accented}`, "utf8"),
    littleEndian,
    Buffer.from(littleEndian).swap16(),
  ];
  for (const bytes of encodings) {
    const words = wordsOf(readTextGrid(bytes, "a.TextGrid"), { tier: "word", silence: ["sp"] });
    assert.equal(words[0].text, "naïve");
  }
  assert.deepEqual(readTextGrid(`\uFEFF${LONG}`, "a.TextGrid").tiers, EXPECTED);
});

test("wordsOf trims labels and leaves out silence and empty labels", () => {
  assert.deepEqual(wordsOf(readTextGrid(LONG, "a.TextGrid"), { tier: "word", silence: ["sp"] }), [
    { text: "Alice", onsetSec: 0.5, offsetSec: 1 },
    { text: 'said "oh" ! 7', onsetSec: 1.25, offsetSec: 2.5 },
  ]);
});

test("readTextGrid names a file that is no TextGrid", () => {
  assert.throws(() => readTextGrid("onset,word\n0,Alice\n", "words.csv"), {
    message:
      'readTextGrid: invalid TextGrid words.csv: it starts with "onset,word\\n0,Alice\\n"; expected the file type "ooTextFile" and the object class "TextGrid". Save it from Praat with "Save as text file…".',
  });
  const pitch = LONG.replace('"TextGrid"', '"Pitch"');
  assert.throws(() => readTextGrid(pitch, "a.Pitch"), /invalid TextGrid a\.Pitch/);
});

test("readTextGrid says where a truncated file ends, wherever it was cut", () => {
  assert.throws(() => readTextGrid(LONG.slice(0, LONG.indexOf('text = "Alice')), "a.TextGrid"), {
    message:
      'readTextGrid: truncated TextGrid a.TextGrid: the file ends in entry 2 of 4 of tier "word" where a label is due; expected a complete TextGrid. Save or download it again.',
  });
  const end = LONG.lastIndexOf('"here"') + 5;
  for (let length = 60; length <= end; length++) {
    assert.throws(() => readTextGrid(LONG.slice(0, length), "a.TextGrid"), /truncated TextGrid/, `${length}`);
  }
});

test("readTextGrid names the first thing that stands in the wrong place", () => {
  assert.throws(() => readTextGrid(LONG.replace("xmax = 1\n", 'xmax = "1"\n'), "a.TextGrid"), {
    message:
      'readTextGrid: invalid TextGrid a.TextGrid: "1" stands in entry 2 of 4 of tier "word" where an end is due; expected a complete TextGrid. Save or download it again.',
  });
});

test("readTextGrid refuses intervals that overlap, are out of order, or run backwards", () => {
  assert.throws(() => readTextGrid(LONG.replace("xmin = 1.25\n", "xmin = 1.125\n"), "a.TextGrid"), {
    message:
      'readTextGrid: invalid interval 4 of tier "word" of a.TextGrid: "said \\"oh\\" ! 7" from 1.125 to 2.5 s; expected a start at or after 1.25 s, where interval 3 ends. Mend the annotation in Praat.',
  });
  assert.throws(() => readTextGrid(LONG.replace("xmax = 1\n", "xmax = 0.5\n"), "a.TextGrid"), {
    message:
      'readTextGrid: invalid interval 2 of tier "word" of a.TextGrid: "Alice " from 0.5 to 0.5 s; expected an end after its start. Mend the annotation in Praat.',
  });
});

test("wordsOf lists the tiers there are when the one asked for is missing or holds points", () => {
  const grid = readTextGrid(LONG, "a.TextGrid");
  for (const tier of ["phone", "click"]) {
    assert.throws(() => wordsOf(grid, { tier, silence: ["sp"] }), {
      message: `wordsOf: missing interval tier of a.TextGrid: "${tier}"; expected one of "word". Name the tier that holds the words.`,
    });
  }
});

test("wordsOf refuses a tier of silence", () => {
  const silence = ["sp", "Alice", 'said "oh" ! 7'];
  assert.throws(() => wordsOf(readTextGrid(LONG, "a.TextGrid"), { tier: "word", silence }), {
    message:
      'wordsOf: missing words in tier "word" of a.TextGrid: all 4 intervals are silence; expected at least one word. Check the tier and the silence labels ("sp", "Alice", "said "oh" ! 7").',
  });
});
