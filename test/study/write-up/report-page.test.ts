import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { reportPage, type WriteUp, type WrittenTable } from "../../../src/study/write-up/report-page";

const HOSTILE = `<script>alert(1)</script>"'&<img src=x onerror=alert(1)>`;
const caption = { title: `Prediction ${HOSTILE}`, n: "n = 2", test: "p: shifts", correction: "over rows" };
const writeUp: WriteUp = {
  title: `demo ${HOSTILE}`,
  notice: "Simulated data: no evidence about brains.",
  outline: [
    { title: "Prediction", limit: `No proof. ${HOSTILE}`, tables: ["prediction"], figures: ["prediction"] },
    { title: "Polarity", limit: "No inhibition.", tables: ["polarity"], figures: ["polarity"] },
  ],
  methods: [`**Data.** ${HOSTILE} 10^−3^ [@haufe2014; @ji2019].`],
  attributions: [{ what: HOSTILE, licence: "MIT License", citation: "Fluent Emoji © Microsoft Corporation" }],
};
const rows = Array.from({ length: 23 }, (_, i) => ({
  network: i === 0 ? HOSTILE : `network ${i}`,
  p: i / 100,
}));
const table = (name: string): WrittenTable => ({ name, rows, caption });
const png = new Uint8Array([137, 80, 78, 71]);

test("reportPage escapes all text from data, and its policy lets no script run and nothing be fetched", () => {
  const page = reportPage(writeUp, {
    tables: [table("prediction")],
    figures: [{ name: "prediction-all", caption: HOSTILE, png }],
  });
  assert.doesNotMatch(page, /<script|<img src=x/);
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  const policy = page.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)![1];
  const style = page.match(/<style>([\s\S]*?)<\/style>/)![1];
  const hash = createHash("sha256").update(style).digest("base64");
  assert.equal(
    policy,
    `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
  const sources = [...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
  assert.deepEqual(
    sources.filter(
      (address) =>
        !/^(?:data:image\/png;base64,|#|figures\/|tables\/|methods\.md$|references\.bib$|provenance\.json$)/.test(
          address,
        ),
    ),
    [],
    "no address outside the folder",
  );
});

test("reportPage says first what has to be known, and of each finding what may not be concluded", () => {
  const page = reportPage(writeUp, { tables: [table("prediction"), table("polarity")], figures: [] });
  const body = page.slice(page.indexOf("<body>"));
  assert.match(
    body,
    /^<body>\s*<header>\s*<p class="notice">Simulated data: no evidence about brains\.<\/p>/,
  );
  assert.equal(page.match(/What may not be concluded/g)?.length, 2);
  for (const [, id] of page.matchAll(/<li><a href="#([^"]+)">/g))
    assert.match(page, new RegExp(`id="${id}"`));
  assert.match(page, /\(<a href="#ref-haufe2014">Haufe et al\., 2014<\/a>; <a href="#ref-ji2019">/);
  assert.match(page, /10<sup>−3<\/sup>/);
});

test("reportPage cuts a long table with a count and a link to the whole, and leaves nothing out that was written", () => {
  const page = reportPage(writeUp, {
    tables: [table("prediction"), table("surprise")],
    figures: [{ name: "unforeseen", caption: "A figure.", png: null }],
  });
  assert.match(page, /The first 20 of 23 rows; all are in <a href="tables\/prediction\.csv">/);
  assert.doesNotMatch(page, /network 20</);
  assert.match(
    page,
    /<h2>Further tables and figures<\/h2>[\s\S]*A figure\. No browser was found[\s\S]*tables\/surprise\.csv/,
  );
  assert.doesNotMatch(page, /Polarity/, "a section without anything is no section");
});

test("reportPage stays below 15 MB: the largest pictures become links", () => {
  const figures = [6e6, 5e6, 100].map((bytes, i) => ({
    name: `prediction-${i}`,
    caption: `Figure ${i}.`,
    png: new Uint8Array(bytes),
  }));
  const page = reportPage(writeUp, { tables: [], figures });
  assert.ok(Buffer.byteLength(page) < 15e6);
  assert.match(
    page,
    /Figure 0\. The picture is too large for this page: <span class="files"><a href="figures\/prediction-0\.pdf">/,
  );
  assert.equal(page.match(/<img /g)?.length, 2);
});
