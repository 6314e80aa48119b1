import type { FeatureSet, UniqueRow } from "../findings";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { FEATURE_COLOUR, GREY, SIGNIFICANT, ZERO_LINE } from "./house-template";
import { type PredictionSlot, predictionSlots, ROI_WIDTH, roisOf } from "./prediction-slots";

/**
 * What each feature set adds to a baseline: above, delta_r = r(baseline + features) − r(baseline) per ROI with its interval, the
 * feature sets side by side (negative where the larger model predicts worse; a star where q_shift < .05 and the interval lies above 0: see
 * `uniqueContributionTable` for why both); below, the
 * baseline's own r. NaN values are left out. Throws when a feature set lacks a ROI.
 */
export function uniqueContribution(rows: readonly UniqueRow[]): Figure {
  const rois = roisOf(rows);
  const features = [...new Set(rows.map((row) => row.features))];
  const slots = predictionSlots("uniqueContribution", rows, features);
  return figure({
    data: [
      ...features.map((set) => gains(slots.filter(({ row }) => row.features === set))),
      baseline(rois, slots),
      stars(slots),
    ],
    layout: {
      height: 340,
      bargap: 0,
      barmode: "overlay",
      xaxis: {
        title: { text: "region of interest" },
        tickvals: rois.map((_, i) => i),
        ticktext: rois.map(literalText),
        range: [-0.5, rois.length - 0.5],
        ticks: "",
        anchor: "y2",
      },
      yaxis: { title: { text: "Δr over baseline" }, domain: [0.44, 1], ...ZERO_LINE },
      yaxis2: { title: { text: "r of baseline" }, domain: [0, 0.36], ...ZERO_LINE },
    },
    caption: `Unique contribution by ROI: gain in held-out r over the baseline alone with 95 % bootstrap interval over subjects (above; star: q < .05 by circular shifts of the features, FDR over ROIs, and interval above 0), r of the baseline (below); ${features.join(" and ")}.`,
  });
}

function gains(slots: PredictionSlot<UniqueRow>[]): PlotlyTrace {
  const set: FeatureSet = slots[0].row.features;
  return {
    type: "bar",
    name: set,
    x: slots.map(({ centre }) => centre),
    y: slots.map(({ row }) => row.delta_r),
    error_y: {
      type: "data",
      symmetric: false,
      array: slots.map(({ row }) => row.delta_r_high - row.delta_r),
      arrayminus: slots.map(({ row }) => row.delta_r - row.delta_r_low),
      color: "#000000",
      thickness: 1,
      width: 2,
    },
    width: slots[0].width * 0.92,
    marker: { color: FEATURE_COLOUR[set] },
    text: slots.map(({ row }) => `${literalText(row.roi)}, ${set}<br>ΔR² = ${row.delta_r2.toFixed(4)}`),
    textposition: "none",
    hovertemplate: "%{text}<br>Δr = %{y:.4f}<extra></extra>",
  };
}

/** Stars on one height, above all intervals. */
function stars(slots: PredictionSlot<UniqueRow>[]): PlotlyTrace {
  const ends = slots.flatMap(({ row }) => [0, row.delta_r_low, row.delta_r_high]).filter(Number.isFinite);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const significant = slots.filter(({ row }) => row.q_shift < SIGNIFICANT && row.delta_r_low > 0);
  return {
    type: "scatter",
    mode: "markers",
    name: "q < .05, interval above 0",
    x: significant.map(({ centre }) => centre),
    y: significant.map(() => high + 0.08 * (high - low)),
    marker: { symbol: "star", size: 7, color: "#000000" },
    text: significant.map(
      ({ row }) => `${literalText(row.roi)}, ${row.features}<br>q = ${row.q_shift.toPrecision(2)}`,
    ),
    hovertemplate: "%{text}<extra></extra>",
  };
}

function baseline(rois: string[], slots: PredictionSlot<UniqueRow>[]): PlotlyTrace {
  return {
    type: "bar",
    name: "baseline alone",
    x: rois.map((_, i) => i),
    y: rois.map((roi) => slots.find(({ row }) => row.roi === roi)!.row.r_baseline),
    yaxis: "y2",
    width: ROI_WIDTH * 0.5,
    marker: { color: GREY },
    hovertemplate: "baseline alone<br>r = %{y:.3f}<extra></extra>",
  };
}
