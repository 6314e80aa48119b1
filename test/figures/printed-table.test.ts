import assert from "node:assert/strict";
import { test } from "node:test";
import { captionText, escapeLatex, printTable, toLatex, toMarkdown } from "../../src/figures";
import { predictionTable } from "./examples";

const caption = {
  title: "Prediction by region",
  n: "n = 27 listeners",
  test: "p_shift: 300 circular shifts",
  correction: "Benjamini–Hochberg over 6 regions",
};
const column = (values: (number | string)[], name = "value") =>
  printTable(values.map((value) => ({ [name]: value }))).cells.map(([text]) => text);

test("printTable writes p and q as journals do: three decimals, no zero before the point, < .001 below", () => {
  assert.deepEqual(column([0.05, 0.0234, 0.0009999, 0.001, 1, Number.NaN], "p_shift"), [
    ".050",
    ".023",
    "< .001",
    ".001",
    "1.000",
    "—",
  ]);
  assert.deepEqual(column([0.2, 0.4], "q"), [".200", ".400"]);
  assert.deepEqual(column([0.2, 0.4], "quality"), ["0.200", "0.400"]);
});

test("printTable shows three digits of a column's largest value, a minus sign, and never a negative zero", () => {
  assert.deepEqual(column([0.1234, -0.05, -0.0001]), ["0.123", "−0.050", "0.000"]);
  assert.deepEqual(column([12.345, 1]), ["12.3", "1.0"]);
  assert.deepEqual(column([0.01234]), ["0.0123"]);
  assert.deepEqual(column([0.0000123]), ["0.0000"]);
  assert.deepEqual(column([12, -3]), ["12", "−3"]);
  assert.deepEqual(column([1234567.8, 2]), ["1234568", "2"]);
  assert.deepEqual(column([Number.POSITIVE_INFINITY, 0.5]), ["∞", "0.500"]);
});

test("printTable puts an estimate and its bounds in one column, and leaves out bounds that are NaN", () => {
  const { headers, cells } = printTable([
    { network: "Default", effect: 0.12, low: 0.08, high: 0.16, r: 1, r_low: 1, n_subjects: 12 },
    { network: "Visual1", effect: -0.1, low: Number.NaN, high: Number.NaN, r: 1, r_low: 1, n_subjects: 1 },
  ]);
  assert.deepEqual(headers, ["network", "effect [95 % interval]", "r", "r low", "n subjects"]);
  assert.deepEqual(cells[0].slice(0, 2), ["Default", "0.120 [0.080, 0.160]"]);
  assert.equal(cells[1][1], "−0.100");
  const { headers: ofPrediction } = printTable(predictionTable().rows);
  assert.deepEqual(ofPrediction.slice(0, 5), ["features", "roi", "r [95 % interval]", "p shift", "q shift"]);
  assert.ok(ofPrediction.includes("ΔR²"));
});

test("captionText states n, test and correction", () => {
  assert.equal(
    captionText(caption),
    "Prediction by region. n = 27 listeners. p_shift: 300 circular shifts. Correction: Benjamini–Hochberg over 6 regions.",
  );
  assert.equal(captionText({ title: "All choices", n: "", test: "", correction: "" }), "All choices.");
});

test("toMarkdown escapes what would act in Markdown or HTML, and keeps a row on one line", () => {
  const text = toMarkdown([{ name: "a|b <b>*_`$x$\n[y](z)", r: -0.5 }], { caption });
  assert.equal(
    text,
    [
      "Prediction by region. n = 27 listeners. p\\_shift: 300 circular shifts. Correction: Benjamini–Hochberg over 6 regions.",
      "",
      "| name | r |",
      "| :--- | ---: |",
      "| a\\|b \\<b\\>\\*\\_\\`\\$x\\$ \\[y\\](z) | −0.500 |",
      "",
    ].join("\n"),
  );
  assert.equal(toMarkdown([]), "No rows.\n");
});

test("toLatex writes a booktabs table with its caption and label", () => {
  const rows = [{ network: "Default & 50 %", effect: -0.12, low: -0.2, high: -0.05, p: 0.0001 }];
  assert.equal(
    toLatex(rows, { caption, label: "prediction" }),
    `\\begin{table}
\\centering
\\small
\\caption{Prediction by region. n = 27 listeners. p\\_shift: 300 circular shifts. Correction: Benjamini--Hochberg over 6 regions.}
\\label{tab:prediction}
\\begin{tabular}{lrr}
\\toprule
network & effect [95 \\% interval] & p \\\\
\\midrule
Default \\& 50 \\% & $-$0.120 [$-$0.200, $-$0.050] & \\textless{} .001 \\\\
\\bottomrule
\\end{tabular}
\\end{table}
`,
  );
});

test("toLatex breaks a long table over pages, with its header on each", () => {
  const rows = Array.from({ length: 41 }, (_, atom) => ({ atom }));
  const text = toLatex(rows, { caption, label: "atoms" });
  assert.match(text, /^\{\\small\n\\begin\{longtable\}\{r\}\n\\caption/);
  assert.match(toLatex([{ a: "[3pt] x" }], { caption, label: "a" }), /\n\{\}\[3pt\] x \\\\\n/);
  assert.match(text, /\\endfirsthead\n\\toprule\natom \\\\\n\\midrule\n\\endhead/);
  assert.equal(toLatex([], { caption, label: "a" }).split("\n").length, 2);
});

test("escapeLatex leaves no character that acts", () => {
  assert.equal(
    escapeLatex("\\input{x} $a^2$ #1 ~ 5% a_b <é> α"),
    "\\textbackslash{}input\\{x\\} \\$a\\textasciicircum{}2\\$ \\#1 \\textasciitilde{} 5\\% a\\_b \\textless{}é\\textgreater{} $\\alpha$",
  );
});

test("toLatex refuses a label that LaTeX could not take", () => {
  assert.throws(() => toLatex([{ a: 1 }], { caption, label: "a}b" }), {
    message: 'toLatex: invalid label: "a}b"; expected letters, digits and hyphens. Name the table otherwise.',
  });
});
