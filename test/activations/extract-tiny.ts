/**
 * A process that extracts the tiny model's neurons into the store folder given as its argument, one window a batch, and
 * can stop dead after the fourth: what the tests of kills and of two processes at once start.
 */
import { extractWordActivations, openModel, openTokenizer } from "../../src/activations";
import { wordWindows } from "../../src/stimuli";
import { openStore } from "../../src/store";
import { TINY_TOKENIZER, TINY_WORDS, tinyPath } from "./tiny-models";

/** Prints a line and holds the process where it is until it is killed. */
function stopDead(): void {
  process.stdout.write("stopped\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

async function main(folder: string, stop?: string): Promise<void> {
  const store = openStore(folder);
  await extractWordActivations({
    model: await openModel(tinyPath("eager"), { store }),
    tokenizer: openTokenizer(TINY_TOKENIZER),
    words: TINY_WORDS,
    windows: wordWindows(TINY_WORDS, { nWords: 3 }),
    readings: ["qkMean", "qkWord"],
    store,
    batchSize: 1,
    onProgress: (done) => done === 4 && stop !== undefined && stopDead(),
  });
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
