import assert from "node:assert/strict";
import { test } from "node:test";
import { cropPdfPage } from "../../src/figures/pdf-page";

test("cropPdfPage refuses what is no page of at least the size", () => {
  assert.throws(() => cropPdfPage(Buffer.from("%PDF-1.7\n"), { widthPt: 100, heightPt: 50 }), {
    message:
      "cropPdfPage: invalid PDF: no page as Chromium writes it; expected one page of at least 100 × 50 pt. Try another Chromium, Chrome or Edge (BRAINLENS_BROWSER), or toSvg.",
  });
});
