import type { ArchitectureRow } from "../findings";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { GREY, PALETTE, ZERO_LINE } from "./house-template";

const PART_COLOUR = {
  "unique vision": PALETTE[0],
  "unique text": PALETTE[1],
  shared: PALETTE[3],
} as const;
const BAR_PX = 12;

/**
 * What vision, text and both explain in one network after the other: unique vision, unique text and shared held-out R² of each case (model, stage, control)
 * as bars beside each other with 95 % intervals over subjects, never stacked, since parts can be negative. One panel a network; controls are
 * hatched. Throws without rows.
 */
export function variancePartsFigure(rows: readonly ArchitectureRow[], network: string): Figure {
  const own = rows.filter((one) => one.network === network && one.part !== "joint");
  if (own.length === 0) {
    throw new Error(
      `variancePartsFigure: unknown network: ${network}; expected one of ${[...new Set(rows.map((one) => one.network))].join(", ")}. Name a network of the table.`,
    );
  }
  const cases = [...new Set(own.map(nameOf))];
  const nSubjects = Math.max(...own.map(({ n_subjects }) => n_subjects));
  return figure({
    data: (Object.keys(PART_COLOUR) as (keyof typeof PART_COLOUR)[]).map((part) =>
      partTrace(
        part,
        cases.map((name) => own.find((one) => nameOf(one) === name && one.part === part)),
      ),
    ),
    layout: {
      height: 120 + cases.length * (3 * BAR_PX + 12),
      title: { text: literalText(network) },
      bargap: 0.24,
      barmode: "group",
      margin: { l: 60, r: 12, t: 32, b: 76 },
      xaxis: { title: { text: "R² (held-out)" }, ...ZERO_LINE },
      yaxis: {
        title: { text: "model" },
        tickvals: cases.map((_, i) => i),
        ticktext: cases.map((name) => literalText(name).replace(/, /g, "<br>")),
        range: [cases.length - 0.5, -0.5],
        ticks: "",
      },
    },
    caption: `Variance partitioning in ${network}: unique vision, unique text and shared held-out R² with 95 % bootstrap interval over ${nSubjects} subject${nSubjects === 1 ? " (no interval)" : "s"}; hatched: controls; ${cases.join("; ")}.`,
  });
}

function nameOf({ model, stage, control }: ArchitectureRow): string {
  return [model, stage, ...(control === "none" ? [] : [control])].join(", ");
}

function partTrace(part: keyof typeof PART_COLOUR, rows: (ArchitectureRow | undefined)[]): PlotlyTrace {
  const value = (read: (row: ArchitectureRow) => number) =>
    rows.map((one) => {
      const number = one === undefined ? Number.NaN : read(one);
      return Number.isNaN(number) ? 0 : number;
    });
  return {
    type: "bar",
    orientation: "h",
    name: part,
    x: rows.map((one) => one?.effect ?? Number.NaN),
    y: rows.map((_, i) => i),
    error_x: {
      type: "data",
      symmetric: false,
      array: value(({ high, effect }) => high - effect),
      arrayminus: value(({ low, effect }) => effect - low),
      color: "#000000",
      thickness: 1,
      width: 2,
    },
    marker: {
      color: PART_COLOUR[part],
      line: { color: GREY, width: 0.5 },
      pattern: {
        shape: rows.map((one) => (one === undefined || one.control === "none" ? "" : "/")),
        fillmode: "overlay",
        fgcolor: "#ffffff",
        size: 5,
      },
    },
    text: rows.map((one) =>
      one === undefined
        ? ""
        : `${literalText(nameOf(one))}, ${Number.isNaN(one.p) ? "no test" : `p = ${one.p.toPrecision(2)}`}`,
    ),
    textposition: "none",
    hovertemplate: `%{text}<br>${part}: R² = %{x:.4f}<extra></extra>`,
  };
}
