import { inflateSync } from "node:zlib";

/** What a test asks of a PDF that Chromium wrote. */
export interface PdfContent {
  /** In points. */
  pages: { width: number; height: number }[];
  fonts: number;
  nEmbedded: number;
  /** The text of the pages in the order of drawing, its pieces joined as they come. */
  text: string;
  nPictures: number;
  pictureWidths: number[];
  title: string;
}

interface PdfObject {
  head: string;
  stream: Buffer | null;
}

/** Reads pages, fonts, pictures and text of a PDF as Skia writes it: plain objects, streams deflated, fonts with a ToUnicode map. */
export async function readPdf(pdf: Buffer): Promise<PdfContent> {
  const objects = pdfObjects(pdf);
  const all = [...objects.values()];
  const pages = all.filter(({ head }) => /\/Type\s*\/Page\b/.test(head));
  const fonts = all.filter(({ head }) => /\/FontDescriptor\s+\d+ 0 R/.test(head));
  const pictures = all.filter(({ head }) => /\/Subtype\s*\/Image/.test(head));
  const colour = pictures.filter(({ head }) => !/\/DeviceGray/.test(head));
  return {
    pages: pages.map(({ head }) => {
      const [x0, y0, x1, y1] = head
        .match(/\/MediaBox\s*\[([^\]]*)\]/)![1]
        .trim()
        .split(/\s+/)
        .map(Number);
      return { width: x1 - x0, height: y1 - y0 };
    }),
    fonts: fonts.length,
    nEmbedded: fonts.filter(({ head }) => {
      const descriptor = objects.get(Number(head.match(/\/FontDescriptor\s+(\d+)/)![1]))!;
      return /\/FontFile[23]?\s+\d+ 0 R/.test(descriptor.head);
    }).length,
    text: pdfText(objects),
    nPictures: pictures.length,
    pictureWidths: colour.map(({ head }) => Number(head.match(/\/Width\s+(\d+)/)![1])),
    title: pdf.toString("latin1").match(/\/Title\s*\(([^)]*)\)/)?.[1] ?? "",
  };
}

function pdfObjects(pdf: Buffer): Map<number, PdfObject> {
  const text = pdf.toString("latin1");
  const objects = new Map<number, PdfObject>();
  for (const match of text.matchAll(/(?:^|\n)(\d+) 0 obj\s*([\s\S]*?)(?:stream\r?\n|endobj)/g)) {
    const head = match[2];
    const length = head.match(/\/Length\s+(\d+)/);
    const start = match.index + match[0].length;
    const isStream = match[0].trimEnd().endsWith("stream") && length !== null;
    const bytes = isStream ? pdf.subarray(start, start + Number(length[1])) : null;
    const isDeflated = /\/FlateDecode/.test(head) && !/\/Subtype\s*\/Image/.test(head);
    objects.set(Number(match[1]), { head, stream: bytes && isDeflated ? inflateSync(bytes) : bytes });
  }
  return objects;
}

/** Text of all content streams: glyphs through the ToUnicode map of their font. */
function pdfText(objects: Map<number, PdfObject>): string {
  const toUnicode = new Map<string, Map<number, string>>();
  const named = (head: string) => [...head.matchAll(/\/(F\d+)\s+(\d+) 0 R/g)];
  for (const { head } of objects.values()) {
    for (const [, name, id] of named(head)) {
      const map = objects.get(Number(id))?.head.match(/\/ToUnicode\s+(\d+)/);
      const stream = map && objects.get(Number(map[1]))?.stream;
      if (stream) toUnicode.set(name, unicodeMap(stream.toString("latin1")));
    }
  }
  let text = "";
  for (const { stream, head } of objects.values()) {
    if (stream === null || /\/Subtype|\/Length1|\/FontFile/.test(head)) continue;
    const content = stream.toString("latin1");
    let font = new Map<number, string>();
    for (const piece of content.matchAll(/\/(F\d+)\s+[\d.]+\s+Tf|<([0-9A-Fa-f]+)>/g)) {
      if (piece[1]) font = toUnicode.get(piece[1]) ?? new Map();
      else
        for (const code of piece[2].match(/.{4}/g) ?? []) text += font.get(Number.parseInt(code, 16)) ?? "";
    }
    text += "\n";
  }
  return text;
}

function unicodeMap(cmap: string): Map<number, string> {
  const map = new Map<number, string>();
  const hex = (text: string) => Number.parseInt(text, 16);
  for (const block of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, code, value] of block[1].matchAll(/<(\w+)>\s*<(\w+)>/g)) {
      map.set(hex(code), String.fromCharCode(...(value.match(/.{4}/g) ?? []).map(hex)));
    }
  }
  for (const block of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, to, first] of block[1].matchAll(/<(\w+)>\s*<(\w+)>\s*<(\w+)>/g)) {
      for (let code = hex(from); code <= hex(to); code++)
        map.set(code, String.fromCharCode(hex(first) + code - hex(from)));
    }
  }
  return map;
}
