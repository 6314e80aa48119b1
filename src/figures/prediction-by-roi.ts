import type { FeatureSet, PredictionRow, RandomRow, SubjectRow } from "../findings";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { FEATURE_COLOUR, GREY, SIGNIFICANT, ZERO_LINE } from "./house-template";
import { type PredictionSlot, predictionSlots, ROI_WIDTH, roisOf } from "./prediction-slots";

// Places in a slot, as shares of its width: subjects left of the middle, the mean right of it, then the controls.
const CLOUD_AT = -0.26;
const CLOUD_WIDTH = 0.3;
const MEAN_AT = 0.06;
const CONTROL_AT = 0.34;

// The clouds have the colours of their feature sets, so the legend shows what a point is in grey.
const SUBJECT_KEY: PlotlyTrace = {
  type: "scatter",
  mode: "markers",
  name: "one subject",
  x: [null],
  y: [null],
  marker: { color: GREY, size: 3.5, opacity: 0.6 },
};

/**
 * Prediction by ROI. Per ROI and feature set: every subject's held-out r as a point (a subject has the same place in each
 * cloud), the group mean with its interval (`r_low` to `r_high`), each draw of random weights and the baseline as markers, and a
 * star where q_shift < .05; per ROI the noise ceiling as a line. ROIs stand in the order of their first row,
 * `features` side by side in the order given. What is NaN is not drawn. Throws when a feature set lacks a ROI.
 */
export function predictionByRoi(
  table: {
    rows: readonly PredictionRow[];
    subjects: readonly SubjectRow[];
    random: readonly RandomRow[];
  },
  options: { features: readonly FeatureSet[] },
): Figure {
  const { features } = options;
  const rois = roisOf(table.rows);
  const slots = predictionSlots("predictionByRoi", table.rows, features);
  const ofSet = (set: FeatureSet) => slots.filter((slot) => slot.row.features === set);
  const nSubjects = [...new Set(slots.map(({ row }) => row.n_subjects))].join(" or ");
  return figure({
    data: [
      ceilings(rois, slots),
      SUBJECT_KEY,
      ...features.map((set) => cloud(ofSet(set), table.subjects)),
      ...features.map((set) => means(ofSet(set))),
      randomWeights(slots, table.random),
      baseline(slots),
      stars(slots, topOf(slots, [...table.subjects, ...table.random])),
    ],
    layout: {
      height: 340,
      xaxis: {
        title: { text: "region of interest" },
        tickvals: rois.map((_, i) => i),
        ticktext: rois.map(literalText),
        range: [-0.5, rois.length - 0.5],
        ticks: "",
      },
      yaxis: { title: { text: "r (held-out)" }, ...ZERO_LINE },
    },
    caption: `Prediction by ROI: r on held-out data of ${nSubjects} subjects (points), group mean with 95 % bootstrap interval, noise ceiling (line), each draw of random weights, and baseline; star: q < .05 (circular shifts of the features, FDR over ROIs).`,
  });
}

function ceilings(rois: string[], slots: PredictionSlot<PredictionRow>[]): PlotlyTrace {
  const heights = rois.map((roi) => slots.find(({ row }) => row.roi === roi)!.row.ceiling);
  return {
    type: "scatter",
    mode: "lines",
    name: "noise ceiling",
    x: rois.flatMap((_, i) => [i - ROI_WIDTH / 2, i + ROI_WIDTH / 2, null]),
    y: heights.flatMap((height) => [height, height, null]),
    line: { color: GREY, width: 1.5 },
    hovertemplate: "noise ceiling<br>r = %{y:.3f}<extra></extra>",
  };
}

function cloud(slots: PredictionSlot<PredictionRow>[], subjects: readonly SubjectRow[]): PlotlyTrace {
  const names = [...new Set(subjects.map(({ subject }) => subject))];
  const points = slots.flatMap(({ row, centre, width }) =>
    subjects
      .filter(({ features, roi }) => features === row.features && roi === row.roi)
      .map(({ subject, r }) => {
        const x = centre + (CLOUD_AT + CLOUD_WIDTH * spread(names.indexOf(subject))) * width;
        return { x, r, label: literalText(`${row.roi}, ${row.features}, ${subject}`) };
      }),
  );
  return {
    type: "scatter",
    mode: "markers",
    showlegend: false,
    x: points.map(({ x }) => x),
    y: points.map(({ r }) => r),
    marker: { color: FEATURE_COLOUR[slots[0].row.features], size: 3.5, opacity: 0.45 },
    text: points.map(({ label }) => label),
    hovertemplate: "%{text}<br>r = %{y:.3f}<extra></extra>",
  };
}

function means(slots: PredictionSlot<PredictionRow>[]): PlotlyTrace {
  const set = slots[0].row.features;
  return {
    type: "scatter",
    mode: "markers",
    name: set,
    x: slots.map(({ centre, width }) => centre + MEAN_AT * width),
    y: slots.map(({ row }) => row.r),
    error_y: {
      type: "data",
      symmetric: false,
      array: slots.map(({ row }) => row.r_high - row.r),
      arrayminus: slots.map(({ row }) => row.r - row.r_low),
      thickness: 1.5,
      width: 2,
    },
    marker: { color: FEATURE_COLOUR[set], size: 6, line: { color: "#ffffff", width: 0.5 } },
    text: slots.map(({ row }) => summary(row)),
    hovertemplate: "%{text}<extra></extra>",
  };
}

/** Every random-weight twin by itself, so that their spread shows. */
function randomWeights(slots: PredictionSlot<PredictionRow>[], random: readonly RandomRow[]): PlotlyTrace {
  const points = slots.flatMap(({ row, centre, width }) =>
    random
      .filter(({ features, roi }) => features === row.features && roi === row.roi)
      .map(({ seed, r }) => ({
        x: centre + CONTROL_AT * width,
        r,
        label: `${row.roi}, ${row.features}, seed ${seed}`,
      })),
  );
  return {
    type: "scatter",
    mode: "markers",
    name: "random weights, each draw",
    x: points.map(({ x }) => x),
    y: points.map(({ r }) => r),
    marker: { symbol: "line-ew", size: 6, line: { width: 1.2, color: GREY } },
    text: points.map(({ label }) => literalText(label)),
    hovertemplate: "random weights, %{text}<br>r = %{y:.3f}<extra></extra>",
  };
}

function baseline(slots: PredictionSlot<PredictionRow>[]): PlotlyTrace {
  return {
    type: "scatter",
    mode: "markers",
    name: "baseline",
    x: slots.map(({ centre, width }) => centre + CONTROL_AT * width),
    y: slots.map(({ row }) => row.r_baseline),
    marker: { symbol: "square-open", size: 5, color: "#000000", line: { width: 1 } },
    text: slots.map(({ row }) => literalText(`${row.roi}, ${row.features}: baseline`)),
    hovertemplate: "%{text}<br>r = %{y:.3f}<extra></extra>",
  };
}

function stars(slots: PredictionSlot<PredictionRow>[], height: number): PlotlyTrace {
  const significant = slots.filter(({ row }) => row.q_shift < SIGNIFICANT);
  return {
    type: "scatter",
    mode: "markers",
    name: "q < .05",
    x: significant.map(({ centre }) => centre),
    y: significant.map(() => height),
    marker: { symbol: "star", size: 7, color: "#000000" },
    text: significant.map(({ row }) => summary(row)),
    hovertemplate: "%{text}<extra></extra>",
  };
}

function summary(row: PredictionRow): string {
  const interval = `[${row.r_low.toFixed(3)}, ${row.r_high.toFixed(3)}]`;
  const nulls = `p = ${row.p_shift.toPrecision(2)}, q = ${row.q_shift.toPrecision(2)}`;
  return `${literalText(row.roi)}, ${row.features}<br>r = ${row.r.toFixed(3)} ${interval}<br>${nulls}`;
}

/** Evenly spread places in [−½, ½) however many there are: the golden-ratio sequence, so no random numbers. */
function spread(i: number): number {
  const goldenRatio = (Math.sqrt(5) - 1) / 2;
  return ((i * goldenRatio + 0.5) % 1) - 0.5;
}

/** A height just above all that is drawn. */
function topOf(slots: PredictionSlot<PredictionRow>[], points: readonly { r: number }[]): number {
  const ofRows = slots.flatMap(({ row }) => [row.r_low, row.r_high, row.ceiling, row.r_baseline]);
  const values = [...ofRows, ...points.map(({ r }) => r)].filter(Number.isFinite);
  const top = Math.max(...values);
  return top + 0.06 * (top - Math.min(...values));
}
