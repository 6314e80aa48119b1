import { dirname } from "node:path";
import { openStore, type Store, stopButton } from "../../store";
import type { FilmDataset } from "../datasets/demo";
import { CACHE_FOLDER } from "../kept-products";
import { type SecondProcess, type SharedStudy, startSecondProcess, unlessFor } from "../second-process";

/**
 * The store of a study, which starts a second process when a product has to be computed, so that what is kept is read without one.
 * `signal` and the reader's stop button, of whichever cell computes, stop it as well; it starts again with the next product that is missing.
 */
export function helpedStore(
  { demo, folder, subjects }: FilmDataset,
  choices: Omit<SharedStudy, "subjects">,
  { signal }: { signal?: AbortSignal } = {},
): Store {
  const study = { ...choices, subjects: subjects.map(({ id }) => id) };
  let second: SecondProcess | null = null;
  const store = openStore(choices.cacheFolder ?? CACHE_FOLDER, {
    onWait: unlessFor(() => second, console.warn),
  });
  const stop = () => {
    second?.stop();
    second = null;
  };
  return {
    ...store,
    product(name, parts, compute, codec, options) {
      const helped = () => {
        second ??= startSecondProcess({ demo, demoFolder: dirname(folder), study }, console.warn);
        return compute();
      };
      // Adding the same listener to a signal again does nothing.
      for (const each of [signal, stopButton()]) each?.addEventListener("abort", stop, { once: true });
      return store.product(name, parts, helped, codec, options);
    },
  };
}
