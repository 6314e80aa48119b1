import { SaxesParser } from "saxes";

/** An XML element: its text is all its own, without that of its children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** CIFTI and GIFTI nest 6 deep. */
const MOST_DEPTH = 32;

/**
 * Parses an XML document. Nothing outside the text is read and no entity is defined: a DOCTYPE is skipped. Throws, with the parser's line
 * and column, when it is not well-formed. `source` names what it is for messages.
 */
export function parseXml(text: string, source: { caller: string; label: string }): XmlElement {
  const parser = new SaxesParser();
  const top: Draft = { name: "", attributes: {}, children: [], texts: [] };
  const open: Draft[] = [top];
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length > MOST_DEPTH) parser.fail(`more than ${MOST_DEPTH} elements inside each other`);
    open.push({ name, attributes: attributes as Record<string, string>, children: [], texts: [] });
  });
  const addText = (part: string) => open[open.length - 1].texts.push(part);
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const draft = open.pop() as Draft;
    open[open.length - 1].children.push(finish(draft));
  });
  parser.on("error", (error) => {
    throw new Error(
      `${source.caller}: invalid XML of ${source.label}: ${error.message}; expected a well-formed document. The file is damaged: copy it again.`,
      { cause: error },
    );
  });
  parser.write(text).close();
  return top.children[0];
}

interface Draft {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  texts: string[];
}

function finish({ name, attributes, children, texts }: Draft): XmlElement {
  return { name, attributes, children, text: texts.join("") };
}

/** The children of a name, in their order. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the first child of a name, "" without one. */
export function textOf(element: XmlElement, name: string): string {
  return element.children.find((child) => child.name === name)?.text.trim() ?? "";
}

/** The entries of an element's `MetaData`, as CIFTI and GIFTI both write them. */
export function metadataOf(element: XmlElement): Record<string, string> {
  const entries = childrenOf(element, "MetaData").flatMap((data) => childrenOf(data, "MD"));
  return Object.fromEntries(entries.map((entry) => [textOf(entry, "Name"), textOf(entry, "Value")]));
}

/** Text as XML's content or attribute. Characters that XML cannot hold are left out. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
  );
}
