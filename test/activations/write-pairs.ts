/**
 * A process that writes METER's neurons to a folder, two pairs a batch, and stops dead after the second batch: what the test of
 * kills starts. Arguments: the store's folder and the output folder.
 */
import { join } from "node:path";
import { openModel, writeActivations } from "../../src/activations";
import { openStore } from "../../src/store";
import { EXPORTED, meterPairs } from "./exported-models";

/** Prints a line and holds the process where it is until it is killed. */
function stopDead(): void {
  process.stdout.write("stopped\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

async function main(storeFolder: string, out: string): Promise<void> {
  const store = openStore(storeFolder);
  await writeActivations({
    model: await openModel(join(EXPORTED, "meter.ts-sdpa.onnx"), { store }),
    inputs: meterPairs(8),
    readings: ["qkMean"],
    store,
    out,
    batchSize: 2,
    onProgress: (done) => done === 4 && stopDead(),
  });
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
