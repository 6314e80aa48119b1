import { createHash } from "node:crypto";
import { type Film, renderFrame } from "../../simulation";
import type { FrameSource } from "../../stimuli";
import { throwIfAborted } from "../../store";
import type { FilmDesign } from "./film-design";

/** The film's picture at the middle of every TR that shows one, drawn when a batch needs it. */
export function filmFrames(film: Film, design: FilmDesign): FrameSource {
  const places = design.runs.flatMap(({ shown }, run) => Array.from(shown, (t) => ({ run, t })));
  const draw = ({ run, t }: (typeof places)[number]) => renderFrame(film, run, (t + 0.5) * design.trSec);
  const hash = createHash("sha256");
  for (const place of places) hash.update(draw(place).data);
  return {
    source: `film ${film.seed}`,
    names: places.map(({ run, t }) => `run ${run + 1}, ${t + 0.5} s`),
    sha256: hash.digest("hex"),
    async *read(indices, signal) {
      for (const i of indices) {
        throwIfAborted(signal, "filmFrames");
        yield draw(places[i]);
      }
    },
  };
}
