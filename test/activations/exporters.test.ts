import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { extractActivations, type Model, openModel, type ReadingName } from "../../src/activations";
import { openStore } from "../../src/store";
import { row } from "../../src/tensor";
import {
  EXPORTED,
  exportedFiles,
  type ReferenceAttention,
  readyInputs,
  referencesOf,
} from "./exported-models";
import { relativeDifference } from "./relative-difference";
import { temporaryFolder } from "./tiny-models";

const folder = temporaryFolder();

/** Where an attention's neurons begin. */
function firstNeuron(model: Model, { tower, kind, keysFrom, layer }: ReferenceAttention): number {
  const own = model.towers.find((t) => t.name === tower && t.kind === kind && t.keysFrom === keysFrom);
  assert.ok(own, `${kind}-attention of ${tower} to ${keysFrom}`);
  assert.ok(layer < own.nLayers);
  return own.firstNeuron + layer * own.nHeads * own.headDim;
}

for (const file of ["clip-text.ts-eager.onnx", "llama.dynamo-eager.onnx", "shared-keys.attention-23.onnx"]) {
  test(`${file}: stated not to be causal, a neuron is the mean of Q times the mean of K`, async () => {
    const store = openStore(join(folder, `${file} stated`));
    const references = referencesOf(file);
    const model = await openModel(join(EXPORTED, file), { store, causal: [] });
    const { qkMean } = await extractActivations({
      ...{ model, store },
      inputs: readyInputs(references),
      readings: ["qkMean"],
    });
    const width = references[0].nHeads * references[0].headDim;
    for (const attention of references[0].attentions) {
      const first = firstNeuron(model, attention);
      const values = [0, 1].flatMap((step) => Array.from(row(qkMean, step).subarray(first, first + width)));
      assert.ok(relativeDifference(values, attention.qkMeanOfAllPairs!) < 1e-5);
      assert.ok(relativeDifference(attention.qkMean, attention.qkMeanOfAllPairs!) > 0.01);
    }
  });
}

for (const file of exportedFiles()) {
  test(`${file}: every reading is that of PyTorch's hooks, and a head's neurons sum to its mean logit`, async () => {
    const store = openStore(join(folder, file));
    const references = referencesOf(file);
    const model = await openModel(join(EXPORTED, file), { store });
    const attentions = references.flatMap((reference) => reference.attentions);
    const hasCross = attentions.some(({ kind }) => kind === "cross");
    const readings: ReadingName[] = ["qkMean", "clsQuery", "headOutput"];
    if (!hasCross) readings.push("qkDiagonal");
    const found = await extractActivations({ model, store, inputs: readyInputs(references), readings });

    const width = references[0].nHeads * references[0].headDim;
    assert.equal(model.neurons.length, attentions.length * width);
    for (const attention of attentions) {
      const first = firstNeuron(model, attention);
      const where = `${attention.tower} ${attention.kind} layer ${attention.layer}`;
      for (const reading of readings) {
        const values = [0, 1].flatMap((step) =>
          Array.from(row(found[reading], step).subarray(first, first + width)),
        );
        const difference = relativeDifference(
          values,
          attention[reading as "qkMean" | "clsQuery" | "headOutput" | "qkDiagonal"]!,
        );
        // Float32 through four layers at most; some 1e-6 are seen.
        assert.ok(difference < 1e-5, `${where}, ${reading}: ${difference}`);
        if (reading !== "qkMean") continue;
        const { headDim } = references[0];
        const sums = attention.meanLogit.map((_, h) =>
          values.slice(h * headDim, (h + 1) * headDim).reduce((sum, a) => sum + a / Math.sqrt(headDim), 0),
        );
        const mismatch = relativeDifference(sums, attention.meanLogit);
        assert.ok(mismatch < 1e-5, `${where}, mean logit: ${mismatch}`);
      }
    }
    const { isCausal } = references[0];
    assert.ok(model.towers.every((tower) => tower.isCausal === (isCausal && tower.name === "text")));
  });
}
