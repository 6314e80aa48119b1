import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fetchSource } from "../../src/study/fetch-source";
import { sources } from "../../src/study/sources";

const MODELS = ["clip-b32", "clip-b16", "clip-l14", "vit-b16", "deit", "dinov2", "bert", "roberta"];
/** Those of which at least one hash is not known. */
const BY_HAND = ["clip-b16", "vit-b16", "deit", "dinov2"];

test("the data command knows every published model, in single precision and with what prepares its input", () => {
  for (const name of MODELS) {
    const paths = sources[name].files.map(({ path }) => path);
    const graphs = paths.filter((path) => path.endsWith(".onnx"));
    assert.deepEqual(
      graphs,
      name.startsWith("clip") ? ["onnx/vision_model.onnx", "onnx/text_model.onnx"] : ["onnx/model.onnx"],
    );
    const isText = name.startsWith("clip") || ["bert", "roberta"].includes(name);
    const isVision = !["bert", "roberta"].includes(name);
    assert.equal(paths.includes("tokenizer.json") && paths.includes("tokenizer_config.json"), isText, name);
    assert.equal(paths.includes("preprocessor_config.json"), isVision, name);
  }
});

test("a file with a hash is of one revision, which does not change", () => {
  for (const { name, files } of Object.values(sources)) {
    for (const { url, path, sha256 } of files) {
      if (sha256 === "unverified" || url === "unverified") continue;
      assert.match(url, /\/resolve\/[0-9a-f]{40}\//, `${name}: ${path}`);
      assert.ok(url.endsWith(`/${path}`), `${name}: ${path}`);
    }
  }
});

test("a model without all hashes is not downloaded: the command says where to put which file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "brainlens-"));
  for (const name of MODELS) {
    const { files, homepage, byHand } = sources[name];
    const unknown = files.filter(({ sha256 }) => sha256 === "unverified");
    assert.equal(unknown.length > 0, BY_HAND.includes(name), name);
    if (unknown.length === 0) continue;
    const root = join(folder, sources[name].folder);
    await assert.rejects(fetchSource(sources[name], { folder }), {
      message: `fetchSource: unverified hash of ${name}: ${unknown.length} of ${files.length} files are missing in ${root}, the first is ${unknown[0].path}; expected a verified address and hash for each. Get them from ${homepage} and ${byHand}, below ${root}; then run this again to check them.`,
    });
  }
});
