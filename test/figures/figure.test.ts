import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Figure,
  figure,
  HOUSE_TEMPLATE,
  jupyterDisplay,
  literalText,
  type PlotlyTrace,
} from "../../src/figures";
import { fromRows } from "../../src/tensor";

const withData = (data: PlotlyTrace[]): Figure => figure({ data, layout: {}, caption: "A figure." });
const json = (shown: Figure) => JSON.parse(JSON.stringify(shown));

test("figure adds the house template, and a layout's own entries win", () => {
  const plain = withData([]);
  assert.equal(plain.layout.template, HOUSE_TEMPLATE);
  const own = figure({ data: [], layout: { template: "mine", height: 5 }, caption: "" });
  assert.deepEqual(own.layout, { template: "mine", height: 5 });
});

test("a figure's JSON is its data and layout, and keeps every bit of typed arrays", () => {
  const values = [0.1, 1 / 3, Number.NaN, -1e-300];
  const shown = withData([
    { type: "scatter", x: Float64Array.from(values), y: Float32Array.of(1.5), z: Int16Array.of(-2) },
  ]);
  const written = json(shown);
  assert.deepEqual(Object.keys(written), ["data", "layout"]);
  const { x, y, z } = written.data[0];
  assert.equal(x.dtype, "f8");
  const bytes = Buffer.from(x.bdata, "base64");
  assert.deepEqual(
    values,
    Array.from({ length: 4 }, (_, i) => bytes.readDoubleLE(8 * i)),
  );
  assert.deepEqual(y, { dtype: "f4", bdata: "AADAPw==" });
  assert.deepEqual(z, { dtype: "i2", bdata: "/v8=" });
});

test("a view into a larger buffer is written without its surroundings", () => {
  const view = Float64Array.of(7, 8, 9).subarray(1, 2);
  const { bdata } = json(withData([{ type: "scatter", x: view }])).data[0].x;
  assert.deepEqual([...Buffer.from(bdata, "base64")], [0, 0, 0, 0, 0, 0, 32, 64]); // 8 as float64
});

test("a Matrix in a trace carries its shape", () => {
  const z = fromRows([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const written = json(withData([{ type: "heatmap", z }])).data[0].z;
  assert.deepEqual(
    [written.dtype, written.shape, Buffer.from(written.bdata, "base64").length],
    ["f8", "2, 3", 48],
  );
});

test("NaN in a plain array is null, plotly's gap", () => {
  assert.deepEqual(json(withData([{ type: "scatter", y: [1, Number.NaN, 0.1] }])).data[0].y, [1, null, 0.1]);
});

test("an array type that plotly cannot read is refused", () => {
  assert.throws(() => withData([{ type: "scatter", y: BigInt64Array.of(1n) }]).toJSON(), {
    message:
      "toJSON: invalid array type: BigInt64Array; expected one that plotly reads (8 to 32-bit integers, Float32Array, Float64Array). Convert it with Array.from.",
  });
});

test("a figure spread into another still writes and shows itself", () => {
  const taller = { ...withData([]), layout: { height: 99 } };
  assert.deepEqual(json(taller), { data: [], layout: { height: 99 } });
  assert.equal(typeof taller[jupyterDisplay], "function");
  assert.equal(jupyterDisplay, Symbol.for("Jupyter.display"));
});

test("without a browser a figure shows all but the picture, and the reason is said once", async (t) => {
  const before = process.env.BRAINLENS_BROWSER;
  process.env.BRAINLENS_BROWSER = "/no/such/browser";
  const said = t.mock.method(console, "error", () => {});
  try {
    const bundle = await withData([])[jupyterDisplay]();
    await withData([])[jupyterDisplay]();
    assert.deepEqual(Object.keys(bundle), ["application/vnd.plotly.v1+json", "text/plain"]);
    assert.equal(bundle["text/plain"], "A figure.");
    assert.deepEqual(
      said.mock.calls.map((call) => call.arguments),
      [
        [
          "Figures stay interactive, but come without a picture (GitHub and exported HTML show that): findBrowser: invalid BRAINLENS_BROWSER: /no/such/browser; expected the path of a Chromium, Chrome or Edge program. Correct or unset it.",
        ],
      ],
    );
  } finally {
    if (before === undefined) delete process.env.BRAINLENS_BROWSER;
    else process.env.BRAINLENS_BROWSER = before;
  }
});

test("literalText takes the meaning from plotly's markup", () => {
  assert.equal(literalText("a<b & <b>c</b>"), "a&lt;b &amp; &lt;b&gt;c&lt;/b&gt;");
});
