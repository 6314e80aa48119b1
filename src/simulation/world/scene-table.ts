import { ATTRIBUTES, type AttributeName } from "./attributes";
import type { Film } from "./film";

/** A scene of a film with its attributes, each the mean over the scene's seconds. */
export type SceneRow = {
  /** 1, 2 … */
  run: number;
  clip: string;
  startSeconds: number;
  endSeconds: number;
  caption: string;
} & Record<AttributeName, number>;

/** Every scene of a film as a row, in order of run and time. */
export function sceneTable(film: Film): SceneRow[] {
  const nAttributes = ATTRIBUTES.length;
  return film.runs.flatMap(({ clips, scenes, attributes }, run) =>
    scenes.map(({ startSeconds, endSeconds, caption }) => {
      const clip = clips.find((one) => one.startSeconds <= startSeconds && startSeconds < one.endSeconds)!;
      const means = ATTRIBUTES.map(({ name }, a) => {
        let sum = 0;
        for (let tr = startSeconds; tr < endSeconds; tr++) sum += attributes.data[tr * nAttributes + a];
        return [name, sum / (endSeconds - startSeconds)];
      });
      const measured = Object.fromEntries(means) as Record<AttributeName, number>;
      return { run: run + 1, clip: clip.name, startSeconds, endSeconds, caption, ...measured };
    }),
  );
}
