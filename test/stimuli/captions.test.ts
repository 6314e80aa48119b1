import assert from "node:assert/strict";
import { test } from "node:test";
import { readCaptions } from "../../src/stimuli";

const EXPECTED = [
  { text: "A man walks.", onsetSec: 0, offsetSec: 1.5 },
  { text: 'He says "oh", and turns', onsetSec: 1.5, offsetSec: 3 },
  { text: "Rain < snow & wind", onsetSec: 62.25, offsetSec: 64 },
];

const FILES: Record<string, string> = {
  "a.csv": `onset,offset,text,note
0,1.5,A man walks.,
1.5,3,"He says ""oh"", and turns",x

62.25,64,Rain < snow & wind,"two
lines"
`,
  "a.tsv": `Text\tonset\toffset
A man walks.\t0\t1.5
He says "oh", and turns\t1.5\t3.0
Rain < snow & wind \t6.225e1\t64
`,
  "a.json": JSON.stringify(
    EXPECTED.map(({ text, onsetSec, offsetSec }) => ({ onset: onsetSec, offset: offsetSec, text })),
  ),
  "a.srt": `1
00:00:00,000 --> 00:00:01,500
A man <i>walks</i>.

2
00:00:01,500 --> 00:00:03,000
{\\an8}He says "oh",
and turns


3
00:01:02,250 --> 00:01:04,000 X1:10 X2:20
Rain < snow & wind
`,
  "a.VTT": `WEBVTT - a film
Kind: captions

NOTE a comment
over two lines

STYLE
::cue { color: red }

00:00.000 --> 00:01.500 align:start
<v Ann>A man <00:00.500>walks</v>.

second cue
00:01.500 --> 00:03.000
He says "oh",
and turns

00:01:02.250 --> 00:01:04.000
Rain &lt; snow &amp; wind
`,
};

test("readCaptions reads CSV, TSV, JSON, SRT and WebVTT alike", () => {
  for (const [source, content] of Object.entries(FILES)) {
    assert.deepEqual(readCaptions(content, source), EXPECTED, source);
    const windows = `\uFEFF${content.replaceAll("\n", "\r\n")}`;
    assert.deepEqual(
      readCaptions(Buffer.from(windows), source),
      EXPECTED,
      `${source}, CRLF and byte-order mark`,
    );
  }
});

test("readCaptions keeps accents and other scripts, and refuses bytes that are no UTF-8", () => {
  const content = "onset,offset,text\n0,1,naïve 東京\n";
  assert.equal(readCaptions(Buffer.from(content), "a.csv")[0].text, "naïve 東京");
  assert.throws(() => readCaptions(Buffer.from(content, "latin1"), "a.csv"), {
    message:
      "readCaptions: invalid text in a.csv: its bytes are no UTF-8; expected a UTF-8 text file. Save it with that encoding.",
  });
});

test("readCaptions names captions that overlap, are out of order, run backwards, are empty or have no times", () => {
  const table = (...rows: string[]) => ["onset\toffset\ttext", ...rows].join("\n");
  const cases: [rows: string[], message: string][] = [
    [
      ["0\t2\tone", "1.5\t3\ttwo"],
      'readCaptions: overlapping caption at line 3 of a.tsv: "two" from 1.5 to 3 s; expected a start at or after 2 s, where the caption at line 2 ends. End the earlier one sooner, or join the two.',
    ],
    [
      ["5\t6\tone", "1\t2\ttwo"],
      'readCaptions: misplaced caption at line 3 of a.tsv: "two" from 1 to 2 s; expected a start at or after 6 s, where the caption at line 2 ends. Sort the captions by their start.',
    ],
    [
      ["2\t1\tone"],
      'readCaptions: invalid caption at line 2 of a.tsv: "one" from 2 to 1 s; expected times in seconds, the end after the start. Correct the times.',
    ],
    [
      ["0:01\t2\tone"],
      'readCaptions: invalid caption at line 2 of a.tsv: "one" from NaN to 2 s; expected times in seconds, the end after the start. Correct the times.',
    ],
    [
      ["0\t2\t "],
      'readCaptions: empty caption at line 2 of a.tsv: "" from 0 to 2 s; expected a text. Leave the caption out: its time is then silent.',
    ],
    [
      ["0\t2\tone\ttwo"],
      "readCaptions: mismatched line 2 of a.tsv: 4 cells; expected 3, as in the header. Leave no tabs in a text.",
    ],
    [[], "readCaptions: missing captions in a.tsv: it has none; expected at least one. Check the file."],
  ];
  for (const [rows, message] of cases) {
    assert.throws(() => readCaptions(table(...rows), "a.tsv"), { message });
  }
});

test("readCaptions forgives boundaries that two tools rounded apart, and no more", () => {
  const table = (onset: string) => `onset,offset,text\n0,0.3333335,one\n${onset},1,two\n`;
  assert.equal(readCaptions(table("0.333333"), "a.csv").length, 2);
  assert.throws(() => readCaptions(table("0.333"), "a.csv"), /overlapping caption at line 3/);
});

test("readCaptions names columns that are missing or there twice", () => {
  const expected = "expected onset, offset, text. Name the columns so; times are in seconds.";
  assert.throws(() => readCaptions("onset,duration,text\n0,1,a\n", "a.csv"), {
    message: `readCaptions: missing column of a.csv: "offset", in the header "onset", "duration", "text"; ${expected}`,
  });
  assert.throws(() => readCaptions("onset,offset,text,text\n0,1,a,b\n", "a.csv"), {
    message: `readCaptions: repeated column of a.csv: "text", in the header "onset", "offset", "text", "text"; ${expected}`,
  });
  assert.throws(() => readCaptions("", "a.csv"), {
    message: `readCaptions: missing column of a.csv: "onset", in the header (empty); ${expected}`,
  });
});

test("readCaptions names the line of a quote that is left open, and of a comma without quotes", () => {
  const head = "onset,offset,text\n0,1,one\n";
  for (const row of ['1,2,"two\n3,4,three\n', '1,2,tw"o"\n', '1,2,"two"s\n']) {
    assert.throws(() => readCaptions(head + row, "a.csv"), {
      message:
        "readCaptions: invalid line 3 of a.csv: a quote that is not closed or stands inside a cell; expected quotes around whole cells, doubled within. Correct the line.",
    });
  }
  assert.throws(() => readCaptions(`${head}1,2,two, three\n`, "a.csv"), {
    message:
      "readCaptions: mismatched line 3 of a.csv: 4 cells; expected 3, as in the header. Put quotes around a text with commas.",
  });
});

test("readCaptions names JSON that is damaged or holds something else", () => {
  const expected =
    'expected an array of {"onset": seconds, "offset": seconds, "text": "…"}. Correct the file.';
  assert.throws(() => readCaptions('{"a": 1}', "a.json"), {
    message: `readCaptions: invalid JSON in a.json: {"a": 1}; ${expected}`,
  });
  assert.throws(() => readCaptions('[{"onset": 0, "offset": "1", "text": "a"}]', "a.json"), {
    message: `readCaptions: invalid JSON in a.json: entry 1 is {"onset":0,"offset":"1","text":"a"}; ${expected}`,
  });
  assert.throws(() => readCaptions("[null]", "a.json"), {
    message: `readCaptions: invalid JSON in a.json: entry 1 is null; ${expected}`,
  });
  assert.throws(() => readCaptions("[", "a.json"), /^Error: readCaptions: invalid JSON in a\.json: /);
});

test("readCaptions names a cue without times and a WebVTT file without its mark", () => {
  assert.throws(() => readCaptions("1\n00:00:00,000 -> 00:00:01,000\nHello\n", "a.srt"), {
    message:
      'readCaptions: missing times at line 1 of a.srt: "1"; expected a line such as "00:00:01,000 --> 00:00:02,500". Correct the cue.',
  });
  assert.throws(() => readCaptions(FILES["a.srt"], "a.vtt"), {
    message:
      'readCaptions: invalid WebVTT a.vtt: it starts with "1\\n00:00:00,000 --> 0"; expected WEBVTT in the first line. Save it as WebVTT, or name it .srt if it is SubRip.',
  });
  assert.throws(() => readCaptions("", "a.srt"), /missing captions in a\.srt/);
  assert.throws(() => readCaptions("hello", "a.txt"), {
    message:
      'readCaptions: unknown format of a.txt: ".txt"; expected .csv, .tsv, .json, .srt or .vtt. Rename or convert it.',
  });
});

test("readCaptions takes time in proportion to its file, also for markup that never closes", () => {
  for (const piece of ["<a", "{\\\\", "&amp", "- "]) {
    const startMs = performance.now();
    const [caption] = readCaptions(`1\n00:00:00,000 --> 00:00:01,000\n${piece.repeat(100_000)}.\n`, "a.srt");
    assert.ok(caption.text.length >= 200_000 - 1);
    // In proportion it takes milliseconds; with the square of the length half a minute.
    assert.ok(performance.now() - startMs < 5000, piece);
  }
});
