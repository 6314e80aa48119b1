/** What is known about a name (TypeScript's quick info) as text and as HTML. */
import type { JSDocTagInfo, QuickInfo } from "@tslab/typescript-for-tslab";
import type { Bundle } from "./display-bundle";
import { escapeHtml } from "./html";

/** What TypeScript says around the signature of an imported name. */
const importedName = /^\(alias\) |\nimport .*$/g;

/** Where a name is declared, and how. */
export interface DeclarationText {
  /** `src/tensor/matrix.ts:12`, `In[3]:1`. */
  place: string;
  text: string;
}

/** @param declarations shown below the documentation, for a reader who asks for more detail */
export function documentationBundle(info: QuickInfo, declarations: DeclarationText[] = []): Bundle {
  const signature = textOf(info.displayParts).replace(importedName, "");
  const prose = textOf(info.documentation);
  const tags = (info.tags ?? []).map(describeTag);
  const plain = [
    signature,
    prose,
    tags.map(({ name, text }) => `@${name} ${text}`.trimEnd()).join("\n"),
    ...declarations.map(({ place, text }) => `${place}\n${text}`),
  ];
  const html = [
    codeBlock(signature),
    ...prose.split(/\n\s*\n/).map((paragraph) => (paragraph ? `<p>${inline(paragraph)}</p>` : "")),
    tags.length === 0 ? "" : `<dl>${tags.map(tagHtml).join("")}</dl>`,
    ...declarations.map(({ place, text }) => `<p><em>${escapeHtml(place)}</em></p>${codeBlock(text)}`),
  ];
  return {
    "text/plain": plain.filter((part) => part !== "").join("\n\n"),
    "text/html": html.filter((part) => part !== "").join("\n"),
  };
}

function textOf(parts: { text: string }[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}

function describeTag({ name, text }: JSDocTagInfo): { name: string; text: string } {
  return { name, text: textOf(text) };
}

function tagHtml({ name, text }: { name: string; text: string }): string {
  return `<dt>@${escapeHtml(name)}</dt><dd>${inline(text)}</dd>`;
}

function codeBlock(code: string): string {
  return `<pre><code class="language-typescript">${escapeHtml(code)}</code></pre>`;
}

/** Documentation is written in Markdown, of which code is what matters in a signature's prose. */
function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`\n]+)`/g, "<code>$1</code>");
}
