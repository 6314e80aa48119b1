import { ATTRIBUTES, type Film, type Level, renderFrame, sceneAt } from "../simulation";
import { wrapText } from "./contact-sheet";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { PALETTE, ZERO_LINE } from "./house-template";
import { pngAddress } from "./png-image";

const WIDTH_PX = 760;
const HEIGHT_PX = 560;
const PICTURE_PX = 320;
const TOP_PX = 40;
const LINE_LETTERS = 44;
const LEVELS = [...new Set<Level>(ATTRIBUTES.map(({ level }) => level))];

const TRUTH = {
  "1": "true of the picture",
  "-1": "false of the picture",
  "0": "not about the picture",
} as const;

/**
 * One second of a film: its frame, its caption, and its attributes in SDs from their means over all seconds that are not rest.
 * An attribute that never changes in the film is drawn at 0. `run`: 0, 1 … Throws where the film has no such second.
 */
export function filmMoment(film: Film, options: { run: number; seconds: number }): Figure {
  const { run, seconds } = options;
  const scene = sceneAt(film, run, seconds);
  const tr = Math.floor(seconds);
  const caption = scene === undefined ? "rest" : scene.caption;
  const scores = scene === undefined ? ATTRIBUTES.map(() => 0) : standardise(film, run, tr);
  const data: PlotlyTrace[] = LEVELS.map((level, i) => {
    const members = ATTRIBUTES.flatMap(({ name }, a) => (ATTRIBUTES[a].level === level ? [{ name, a }] : []));
    return {
      type: "bar",
      orientation: "h",
      name: level,
      y: members.map(({ name }) => name),
      x: members.map(({ a }) => scores[a]),
      marker: { color: PALETTE[i] },
      hovertemplate: "%{y}: %{x:.2f} SD<extra></extra>",
    };
  });
  const [left, height] = [20, HEIGHT_PX - TOP_PX - 40];
  const words = wrapText(caption, LINE_LETTERS).map(literalText).join("<br>");
  const truth = scene === undefined ? "" : `<br><i>${TRUTH[`${scene.congruence}`]}</i>`;
  return figure({
    data,
    layout: {
      width: WIDTH_PX,
      height: HEIGHT_PX,
      margin: { l: 0, r: 12, t: TOP_PX, b: 40 },
      title: { text: `Run ${run + 1}, second ${tr}`, x: left / WIDTH_PX, xref: "container" },
      xaxis: {
        domain: [(PICTURE_PX + left + 130) / (WIDTH_PX - 12), 1],
        title: { text: "attribute (SD from its mean over the film)" },
        ...ZERO_LINE,
      },
      yaxis: { autorange: "reversed", automargin: false, anchor: "x", tickfont: { size: 9 }, ticks: "" },
      barmode: "overlay",
      bargap: 0.25,
      legend: { x: left / WIDTH_PX, y: 0, yanchor: "bottom", font: { size: 10 }, traceorder: "normal" },
      images: [
        {
          source: pngAddress(renderFrame(film, run, seconds)),
          x: left / (WIDTH_PX - 12),
          y: 1,
          xref: "paper",
          yref: "paper",
          sizex: PICTURE_PX / (WIDTH_PX - 12),
          sizey: PICTURE_PX / height,
          sizing: "contain",
          yanchor: "top",
        },
      ],
      annotations: [
        {
          text: `${words}${truth}`,
          showarrow: false,
          align: "left",
          font: { size: 13 },
          x: left / (WIDTH_PX - 12),
          xref: "paper",
          xanchor: "left",
          y: 1 - (PICTURE_PX + 28) / height,
          yref: "paper",
          yanchor: "top",
        },
      ],
    },
    caption: `Second ${tr} of run ${run + 1}: "${caption}"; bars: the second's ${ATTRIBUTES.length} attributes in SDs from their means over the film without rest.`,
  });
}

/** The attributes of a TR, z-scored over the TRs of the whole film that have a scene. */
function standardise(film: Film, run: number, tr: number): number[] {
  const nAttributes = ATTRIBUTES.length;
  const rows = film.runs.flatMap(({ scenes, attributes }) =>
    scenes.flatMap(({ startSeconds, endSeconds }) =>
      Array.from({ length: endSeconds - startSeconds }, (_, i) =>
        attributes.data.subarray((startSeconds + i) * nAttributes, (startSeconds + i + 1) * nAttributes),
      ),
    ),
  );
  const now = film.runs[run].attributes.data.subarray(tr * nAttributes, (tr + 1) * nAttributes);
  return ATTRIBUTES.map((_, a) => {
    const mean = rows.reduce((sum, row) => sum + row[a], 0) / rows.length;
    const sd = Math.sqrt(rows.reduce((sum, row) => sum + (row[a] - mean) ** 2, 0) / rows.length);
    return sd === 0 ? 0 : (now[a] - mean) / sd;
  });
}
