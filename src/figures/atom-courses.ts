import { column, type Matrix } from "../tensor";
import { sampleTimes, type TimeGrid, timeRange } from "./course";
import { type Figure, figure, literalText } from "./figure";
import { PALETTE, ZERO_LINE } from "./house-template";

const PANEL_PX = 60;
const GAP = 0.3; // of a panel's height: its name stands there
const ABOVE_PX = 2;
const BELOW_PX = 44;

/**
 * The time courses of chosen atoms, one panel below the other, all on one time axis (s) and one scale of values.
 * `courses` [nTrs × nAtoms]; `atoms` are columns of it, from 0, drawn in the order given; `names[k]` is the name of column k
 * (default: "atom k"); `yTitle` names what is drawn and its unit. NaN is a gap. Throws when no atom is asked for, or one that is not there.
 */
export function atomCourseFigure(
  courses: Matrix,
  options: TimeGrid & { atoms: readonly number[]; names?: readonly string[]; yTitle?: string },
): Figure {
  const { atoms } = options;
  const [nTrs, nAtoms] = courses.shape;
  const stranger = atoms.find((atom) => !(Number.isInteger(atom) && atom >= 0 && atom < nAtoms));
  if (atoms.length === 0 || stranger !== undefined) {
    throw new Error(
      `atomCourseFigure: invalid atoms: ${stranger ?? "none"}; expected columns of the courses, 0 to ${nAtoms - 1}. Dead atoms have no course.`,
    );
  }
  const times = sampleTimes(nTrs, options);
  const panels = atoms.map((atom) => ({
    name: options.names?.[atom] ?? `atom ${atom}`,
    values: column(courses, atom),
  }));
  const finite = panels.flatMap(({ values }) => Array.from(values)).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const margin = 0.05 * (high - low || 1);
  const axisName = (i: number) => (i === 0 ? "" : String(i + 1));
  const bottom = (i: number) => 1 - (i + 1) / atoms.length;
  return figure({
    data: panels.map(({ name, values }, i) => ({
      type: "scatter",
      mode: "lines",
      name: literalText(name),
      x: times,
      y: values,
      yaxis: `y${axisName(i)}`,
      line: { color: PALETTE[0], width: 1.1 },
      hovertemplate: "%{y:.2f} at %{x} s",
    })),
    layout: {
      height: atoms.length * PANEL_PX + ABOVE_PX + BELOW_PX,
      showlegend: false,
      margin: { l: 60, r: 12, t: ABOVE_PX, b: BELOW_PX },
      xaxis: {
        title: { text: "time (s)" },
        range: timeRange(times),
        anchor: `y${axisName(atoms.length - 1)}`,
      },
      ...Object.fromEntries(
        panels.map((_, i) => [
          `yaxis${axisName(i)}`,
          {
            domain: [bottom(i), bottom(i) + (1 - GAP) / atoms.length],
            range: [low - margin, high + margin],
            nticks: 4,
            ...ZERO_LINE,
          },
        ]),
      ),
      annotations: [
        ...panels.map(({ name }, i) => ({
          text: literalText(name),
          showarrow: false,
          font: { size: 10 },
          x: 0,
          xref: "paper",
          xanchor: "left",
          y: bottom(i) + (1 - GAP) / atoms.length,
          yref: "paper",
          yanchor: "bottom",
        })),
        {
          text: literalText(options.yTitle ?? "course (a.u.)"),
          textangle: -90,
          showarrow: false,
          x: 0,
          xref: "paper",
          xanchor: "right",
          xshift: -34,
          y: 0.5,
          yref: "paper",
        },
      ],
    },
    caption: `Time courses of ${panels.map(({ name }) => name).join(", ")} (${nTrs} TRs of ${options.trSec} s), on one scale.`,
  });
}
