import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, type Figure, figure, jupyterDisplay, toPdf, toPng, toSvg } from "../../src/figures";
import { onPlotlyPage } from "../../src/figures/plotly-page";
import { fromRows } from "../../src/tensor";
import { exampleFigures } from "./examples";
import { readPdf } from "./pdf-content";
import { noBrowser } from "./system-browser";

const skip = noBrowser;
after(closeBrowser);

const bar: Figure = figure({
  data: [{ type: "bar", y: Float64Array.of(2, 3), marker: { color: "#0072B2" } }],
  layout: {},
  caption: "Two bars.",
});

const pngSize = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];

/** The share of a PNG's pixels that have a colour, and how many colours there are. */
function pixels(png: Buffer, colour: [number, number, number]): Promise<{ share: number; nColours: number }> {
  return onPlotlyPage((page) =>
    page.evaluate(`(async () => {
    const image = await createImageBitmap(await (await fetch("data:image/png;base64,${png.toString("base64")}")).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const all = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
    const wanted = (255 << 24 | ${colour[2]} << 16 | ${colour[1]} << 8 | ${colour[0]}) >>> 0;
    return { share: all.filter((pixel) => pixel === wanted).length / all.length, nColours: new Set(all).size };
  })()`),
  );
}

test("toPng draws the traces on white paper", { skip }, async () => {
  const png = await toPng(bar);
  assert.deepEqual([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const blue = await pixels(png, [0, 0x72, 0xb2]);
  assert.ok(blue.share > 0.2 && blue.share < 0.8, `blue: ${blue.share}`);
  const white = await pixels(png, [255, 255, 255]);
  assert.ok(white.share > 0.2, `white: ${white.share}`);
});

test("toPng draws WebGL surfaces", { skip }, async () => {
  const z = fromRows([
    [1, 2, 3],
    [2, 4, 1],
  ]);
  const surface = figure({
    data: [{ type: "surface", z, showscale: false }],
    layout: {},
    caption: "A surface.",
  });
  const { nColours } = await pixels(await toPng(surface, { widthPx: 300, scale: 1 }), [0, 0, 0]);
  assert.ok(nColours > 100, `${nColours} colours; an empty scene has few`);
});

test("toPng is as large as asked: a journal's column at 300 dpi, or pixels", { skip }, async () => {
  assert.deepEqual(pngSize(await toPng(bar, { widthMm: 85, heightPx: 200 })), [1003, 625]); // 85 mm = 321 px
  assert.deepEqual(pngSize(await toPng(bar, { widthPx: 300, scale: 1 })), [300, 180]);
  assert.deepEqual(pngSize(await toPng(bar)), [1400, 840]);
  const own = { ...bar, layout: { ...bar.layout, width: 400, height: 100 } };
  assert.deepEqual(pngSize(await toPng(own, { widthPx: 800, scale: 1 })), [800, 200]);
});

test("toSvg keeps text as text, and a width in mm as mm", { skip }, async () => {
  const named = figure({
    data: [{ type: "scatter", y: [1, 2] }],
    layout: { xaxis: { title: { text: "time & <script>alert(1)</script> (s)" } } },
    caption: "",
  });
  const svg = await toSvg(named, { widthMm: 85, heightPx: 200 });
  assert.match(svg, /^<svg [^>]*width="85mm" height="52\.9595\d*mm"[^>]*viewBox="0 0 321 200"/);
  assert.match(svg, />2<\/text>/);
  assert.doesNotMatch(svg, /<script/);
  assert.match(await toSvg(bar, { widthPx: 300 }), /^<svg [^>]*width="300" height="180"/);
});

const MM_PER_PT = 25.4 / 72;
const labelled = figure({
  data: [{ type: "scatter", y: [1, 2], name: "small CLIP" }],
  layout: {
    title: { text: "Prediction by network" },
    xaxis: { title: { text: "r (held-out), −0.1 – 0.3 & more" } },
  },
  caption: "Two points.",
});

for (const widthMm of [85, 114, 174]) {
  test(`toPdf makes one page of ${widthMm} mm, with fonts embedded and text that can be read out`, {
    skip,
  }, async () => {
    const { pages, fonts, nEmbedded, text, nPictures, title } = await readPdf(
      await toPdf(labelled, { widthMm, heightPx: 200 }),
    );
    assert.equal(pages.length, 1);
    const heightMm = (200 * widthMm) / Math.round((widthMm * 96) / 25.4);
    assert.ok(Math.abs(pages[0].width * MM_PER_PT - widthMm) < 0.001, `${pages[0].width} pt`);
    assert.ok(Math.abs(pages[0].height * MM_PER_PT - heightMm) < 0.001, `${pages[0].height} pt`);
    assert.ok(fonts > 0);
    assert.equal(nEmbedded, fonts, "every font is in the file");
    assert.match(text, /Prediction by network/);
    assert.match(text, /r \(held-out\), −0\.1 – 0\.3 & more/);
    assert.equal(nPictures, 0, "lines and letters are vectors");
    assert.equal(title, "Two points.");
  });
}

test("toPdf keeps the text of a WebGL figure as text and its surface as a picture of 300 dpi", {
  skip,
}, async () => {
  const z = fromRows([
    [1, 2, 3],
    [2, 4, 1],
  ]);
  const surface = figure({
    data: [{ type: "surface", z, colorbar: { title: { text: "held-out r" } } }],
    layout: { title: { text: "A surface" } },
    caption: "",
  });
  const { pages, text, pictureWidths } = await readPdf(await toPdf(surface, { widthMm: 85 }));
  assert.equal(pages.length, 1);
  assert.match(text, /A surface/);
  assert.match(text, /held-out r/);
  // The scene is at least half as wide as the figure, of 1004 dots.
  assert.ok(Math.max(...pictureWidths) > 500, `pictures of ${pictureWidths.join(", ")} px`);
});

test("sizes that are none are refused before a browser is started", async () => {
  await assert.rejects(toPng(bar, { widthMm: 85, widthPx: 300 }), {
    message: "toPng: mismatched widths: 85 mm and 300 px; expected one of them. Leave one out.",
  });
  await assert.rejects(toPdf(bar, { widthMm: 0 }), {
    message: "toPdf: invalid width: 0; expected a positive number. Give it in mm or px as its name says.",
  });
  await assert.rejects(toSvg(bar, { widthPx: -3 }), {
    message: "toSvg: invalid width: -3; expected a positive number. Give it in mm or px as its name says.",
  });
});

test("a figure shows itself as plotly's JSON, a picture and a line of text", { skip }, async () => {
  const bundle = await bar[jupyterDisplay]();
  assert.deepEqual(Object.keys(bundle).sort(), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  assert.deepEqual(bundle["application/vnd.plotly.v1+json"], bar.toJSON());
  assert.deepEqual(pngSize(Buffer.from(bundle["image/png"] as string, "base64")), [1400, 840]);
});

/** Three panels beside each other, with a number in each cell: for the whole width of a page. */
const FULL_PAGE = ["neuron-tokens-patches", "neuron-tokens-words"];

for (const [name, example] of Object.entries(exampleFigures())) {
  test(`plotly knows every attribute of ${name}`, { skip }, async () => {
    const { data, layout } = figureWithPlainArrays(example);
    const complaints = await onPlotlyPage((page) =>
      page.evaluate(`Plotly.validate(${JSON.stringify(data)}, ${JSON.stringify(layout)}) ?? []`),
    );
    assert.deepEqual(complaints, []);
  });

  for (const widthMm of FULL_PAGE.includes(name) ? [174] : [85, 174]) {
    test(`no text of ${name} is cut off or overlaps another at ${widthMm} mm`, { skip }, async () => {
      const svg = await toSvg(example, { widthMm });
      assert.deepEqual(await textCollisions(svg), []);
    });
  }
}

/** Plotly.validate does not know the base64 arrays that plotly draws. */
function figureWithPlainArrays({ data, layout }: Figure): Pick<Figure, "data" | "layout"> {
  const plain = data.map((trace) =>
    Object.fromEntries(
      Object.entries(trace).map(([key, value]) => [key, value instanceof Float64Array ? [...value] : value]),
    ),
  );
  return { data: plain as Figure["data"], layout };
}

/** The texts of an SVG that leave the picture, and the pairs whose boxes overlap by more than a pixel both ways. */
function textCollisions(svg: string): Promise<string[]> {
  return onPlotlyPage((page) =>
    page.evaluate(`(() => {
    document.body.innerHTML = ${JSON.stringify(svg)};
    const frame = document.querySelector("svg").getBoundingClientRect();
    const texts = [...document.querySelectorAll("text")].filter((t) => t.textContent.trim() !== "");
    const boxes = texts.map((t) => ({ text: t.textContent, box: t.getBoundingClientRect() }));
    const found = [];
    boxes.forEach(({ text, box }, i) => {
      if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) found.push(text + " is cut off");
      for (const other of boxes.slice(0, i)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 1 && down > 1) found.push(text + " overlaps " + other.text);
      }
    });
    document.body.innerHTML = "";
    return found;
  })()`),
  );
}
