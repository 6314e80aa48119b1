/** Points of a millimetre and of a CSS pixel. */
export const PT_PER_MM = 72 / 25.4;
export const PT_PER_PX = 72 / 96;

/**
 * The PDF of one page cut to `widthPt` × `heightPt` from its upper left corner, to 1/1000 pt: Chromium itself cuts pages to some 0.1 mm. The page
 * is written anew behind the file as an incremental update (PDF 1.4, 3.4.5); nothing that was there changes. `pdf` is as Chromium writes it: one page, a
 * table of cross-references. Throws where it is not.
 */
export function cropPdfPage(
  pdf: Buffer,
  { widthPt, heightPt }: { widthPt: number; heightPt: number },
): Buffer {
  const text = pdf.toString("latin1");
  const page = text.match(/\n(\d+) 0 obj\n(<<\/Type \/Page\n[\s\S]*?)\nendobj/);
  const box = page?.[2].match(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/);
  const trailer = text.match(/\ntrailer\n<<([\s\S]*?)>>\nstartxref\n(\d+)\n%%EOF\s*$/);
  if (!page || !box || !trailer || Number(box[1]) < widthPt || Number(box[2]) < heightPt) {
    throw new Error(
      `cropPdfPage: invalid PDF: ${box ? `a page of ${box[1]} × ${box[2]} pt` : "no page as Chromium writes it"}; expected one page of at least ${widthPt} × ${heightPt} pt. Try another Chromium, Chrome or Edge (BRAINLENS_BROWSER), or toSvg.`,
    );
  }
  const top = Number(box[2]);
  const cut = `/MediaBox [0 ${(top - heightPt).toFixed(3)} ${widthPt.toFixed(3)} ${top}]`;
  const object = `\n${page[1]} 0 obj\n${page[2].replace(box[0], cut)}\nendobj\n`;
  const entry = `${page[1]} 1\n${String(pdf.length + 1).padStart(10, "0")} 00000 n \n`;
  const xrefAt = pdf.length + object.length;
  const update = `${object}xref\n${entry}trailer\n<<${trailer[1]}\n/Prev ${trailer[2]}>>\nstartxref\n${xrefAt}\n%%EOF\n`;
  return Buffer.concat([pdf, Buffer.from(update, "latin1")]);
}
