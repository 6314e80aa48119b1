import { createHash } from "node:crypto";
import { captionText, printTable, type TableCaption } from "../../figures";
import { escapeHtml } from "./html-text";
import { fillOutline, type ReportSection } from "./outline";
import { citedKeys, REFERENCES, referenceLine } from "./references";
import { REPORT_STYLE } from "./report-style";

/** Who made what a report shows, and under which terms. */
export interface Attribution {
  what: string;
  licence: string;
  citation: string;
}

/** What a study says of itself beside its tables and figures. */
export interface WriteUp {
  title: string;
  /** Said before anything else, for instance that data are simulated; null where there is nothing to say. */
  notice: string | null;
  outline: readonly ReportSection[];
  /** Paragraphs in the Markdown of `filmMethods`: bold, `^superscript^` and `[@key]`. */
  methods: readonly string[];
  attributions: readonly Attribution[];
}

export interface WrittenTable {
  name: string;
  rows: readonly object[];
  caption: TableCaption;
}

export interface WrittenFigure {
  name: string;
  caption: string;
  /** Null where no browser drew it. */
  png: Uint8Array | null;
}

/** Rows of a table that the report shows; the rest is in its CSV. */
const MOST_ROWS = 20;
/** What a report may weigh, in bytes: 15 MB. */
const MOST_BYTES = 15_000_000;
/** Room for everything but pictures. */
const TEXT_BYTES = 2_000_000;

/**
 * A study as one HTML page that opens offline: choices, findings with what may not be concluded, figures as pictures in the page, tables (the first 20 rows of
 * long ones), methods, licences. It holds no script and fetches nothing (a content-security policy says so too), and all text from data is
 * escaped. Pictures that would make it larger than 15 MB, the largest first, are links to their files instead. Links are relative to the folder
 * of results.
 */
export function reportPage(
  writeUp: WriteUp,
  written: { tables: readonly WrittenTable[]; figures: readonly WrittenFigure[] },
): string {
  const { title, notice, methods, attributions } = writeUp;
  const sections = fillOutline(writeUp.outline, {
    tables: written.tables.map(({ name }) => name),
    figures: written.figures.map(({ name }) => name),
  });
  const inPage = picturesInPage(written.figures);
  const parts = sections.map((section, i) => {
    const figures = section.figures.map((name) =>
      figureHtml(written.figures.find((one) => one.name === name)!, inPage),
    );
    const tables = section.tables.map((name) => tableHtml(written.tables.find((one) => one.name === name)!));
    const limit =
      section.limit === null
        ? ""
        : `<p class="limit"><strong>What may not be concluded.</strong> ${escapeHtml(section.limit)}</p>`;
    return {
      title: section.title,
      id: `part-${i + 1}`,
      html: limit + figures.join("\n") + tables.join("\n"),
    };
  });
  parts.push(
    { title: "Methods", id: "methods", html: methodsHtml(methods) },
    { title: "Licences and attributions", id: "licences", html: attributionsHtml(attributions) },
    {
      title: "Provenance",
      id: "provenance",
      html: '<p>Checksums of inputs and weights, versions, seeds, the code\'s commit, machine and times are in <a href="provenance.json">provenance.json</a>; all files of this folder are made from them.</p>',
    },
  );
  const contents = parts.map(({ title, id }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`);
  const body = parts.map(
    ({ title, id, html }) => `<section id="${id}"><h2>${escapeHtml(title)}</h2>\n${html}</section>`,
  );
  const hash = createHash("sha256").update(REPORT_STYLE).digest("base64");
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const first = notice === null ? "" : `<p class="notice">${escapeHtml(notice)}</p>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
${first}<h1>${escapeHtml(title)}</h1>
</header>
<nav aria-label="Contents"><ul>
${contents.join("\n")}
</ul></nav>
<main>
${body.join("\n")}
</main>
</body>
</html>
`;
}

/** Names of the figures whose pictures the page has room for: the largest give way. */
function picturesInPage(figures: readonly WrittenFigure[]): Set<string> {
  let left = MOST_BYTES - TEXT_BYTES;
  const fits = new Set<string>();
  const bySize = [...figures].sort((a, b) => (a.png?.length ?? 0) - (b.png?.length ?? 0));
  for (const { name, png } of bySize) {
    left -= png === null ? 0 : 4 * Math.ceil(png.length / 3);
    if (left >= 0) fits.add(name);
  }
  return fits;
}

function figureHtml({ name, caption, png }: WrittenFigure, inPage: ReadonlySet<string>): string {
  const files = (kinds: string[]) =>
    `<span class="files">${kinds.map((kind) => `<a href="figures/${name}.${kind}">${kind.toUpperCase()}</a>`).join(" · ")}</span>`;
  const text = escapeHtml(caption);
  if (png === null) {
    return `<figure><figcaption>${text} No browser was found that could draw it: ${files(["json"])}</figcaption></figure>`;
  }
  const links = files(["pdf", "svg", "png", "json"]);
  if (!inPage.has(name)) {
    return `<figure><figcaption>${text} The picture is too large for this page: ${links}</figcaption></figure>`;
  }
  const source = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  return `<figure><img src="${source}" alt="${text}"><figcaption>${text} ${links}</figcaption></figure>`;
}

function tableHtml({ name, rows, caption }: WrittenTable): string {
  const links = ["csv", "tex", "md"].map(
    (kind) => `<a href="tables/${name}.${kind}">${kind.toUpperCase()}</a>`,
  );
  const above = `<p class="caption">${escapeHtml(captionText(caption))} <span class="files">${links.join(" · ")}</span></p>`;
  if (rows.length === 0) return `<div class="wide">${above}<p>No rows.</p></div>`;
  const { headers, isNumber, cells } = printTable(rows as Record<string, string | number>[]);
  const classOf = (j: number) => (isNumber[j] ? ' class="number"' : "");
  const head = headers.map((text, j) => `<th${classOf(j)}>${escapeHtml(text)}</th>`).join("");
  // The table of choices is shown whole.
  const nShown = name === "choices" ? rows.length : Math.min(rows.length, MOST_ROWS);
  const body = cells
    .slice(0, nShown)
    .map((row) => `<tr>${row.map((text, j) => `<td${classOf(j)}>${escapeHtml(text)}</td>`).join("")}</tr>`)
    .join("\n");
  const cut =
    nShown < rows.length
      ? `<p class="files">The first ${nShown} of ${rows.length} rows; all are in <a href="tables/${name}.csv">tables/${name}.csv</a>.</p>`
      : "";
  return `<div class="wide">${above}<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>${cut}</div>`;
}

function methodsHtml(methods: readonly string[]): string {
  const paragraphs = methods.map((text) => {
    const html = escapeHtml(text)
      .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
      .replace(/\*([^*]+)\*/g, "<em>$1</em>")
      .replace(/\^([^^ ]+)\^/g, "<sup>$1</sup>")
      .replace(/\[(@[a-z0-9; @]+)\]/g, (_, inner: string) => {
        const keys = citedKeys(`[${inner}]`);
        return `(${keys.map((key) => `<a href="#ref-${key}">${escapeHtml(REFERENCES[key].label)}</a>`).join("; ")})`;
      });
    return `<p>${html}</p>`;
  });
  const list = citedKeys(methods.join(" ")).map(
    (key) => `<li id="ref-${key}">${escapeHtml(referenceLine(key))}</li>`,
  );
  return `${paragraphs.join("\n")}\n<p>The same as <a href="methods.md">methods.md</a>, with <a href="references.bib">references.bib</a>.</p>\n<ul>${list.join("\n")}</ul>`;
}

function attributionsHtml(attributions: readonly Attribution[]): string {
  const rows = attributions.map(
    ({ what, licence, citation }) =>
      `<tr><td>${escapeHtml(what)}</td><td>${escapeHtml(licence)}</td><td>${escapeHtml(citation)}</td></tr>`,
  );
  return `<div class="wide"><table><thead><tr><th>what</th><th>licence</th><th>please cite or name</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}
