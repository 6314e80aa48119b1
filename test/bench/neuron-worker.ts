/**
 * A process that runs one batch for each line it reads and prints its seconds; at the end of input it prints its largest memory
 * in MB. Arguments: "edited" or "original", the folder that reference_neurons.py filled.
 */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openModel, openStepTensors } from "../../src/activations";
import { type Feeds, openSession } from "../../src/activations/session";
import { tensorSource } from "../../src/activations/tensor-source";
import { openStore } from "../../src/store";

async function main(kind: string, folder: string): Promise<void> {
  const inputs = openStepTensors(join(folder, "inputs"));
  const [{ nSteps }] = Object.values(inputs);
  const steps = Array.from({ length: nSteps }, (_, step) => step);
  const path = join(folder, "model.onnx");
  let run: () => Promise<unknown>;
  if (kind === "edited") {
    const model = await openModel(path, { store: openStore(join(folder, "store")) });
    const source = await tensorSource(inputs, model.graph, ["qkMean"]);
    const session = await openSession(model.graph.path, { threads: 2 });
    run = async () => session.run(await source.feeds(steps, model.graph, ["qkMean"]));
  } else {
    const session = await openSession(path, { threads: 2 });
    run = async () => {
      const feeds: Feeds = {};
      for (const [name, tensor] of Object.entries(inputs)) {
        feeds[name] = { data: await tensor.read(steps), dims: [nSteps, ...tensor.dims] };
      }
      return session.run(feeds);
    };
  }
  await run();
  console.log("ready");
  for await (const _ of createInterface({ input: process.stdin })) {
    const startedMs = performance.now();
    await run();
    console.log((performance.now() - startedMs) / 1000);
  }
  console.log(process.resourceUsage().maxRSS / 1024);
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
