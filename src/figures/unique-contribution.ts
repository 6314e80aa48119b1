import type { FeatureSet, PredictionRow } from "../findings";
import { type Figure, figure, literalText, type PlotlyTrace } from "./figure";
import { FEATURE_COLOUR, GREY, ZERO_LINE } from "./house-template";
import { type PredictionSlot, predictionSlots, ROI_WIDTH, roisOf } from "./prediction-slots";

/**
 * What each feature set adds to a baseline: above, delta_r = r(baseline + features) − r(baseline) per ROI, with each feature set
 * of the rows side by side (negative where the larger model predicts worse); below, the baseline's own r.
 * NaN values are left out. Throws when a feature set lacks a ROI.
 */
export function uniqueContribution(rows: readonly PredictionRow[]): Figure {
  const rois = roisOf(rows);
  const features = [...new Set(rows.map((row) => row.features))];
  const slots = predictionSlots("uniqueContribution", rows, features);
  return figure({
    data: [
      ...features.map((set) => gains(slots.filter(({ row }) => row.features === set))),
      baseline(rois, slots),
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
    caption: `Unique contribution by ROI: gain in held-out r over the baseline alone (above), r of the baseline (below); ${features.join(" and ")}.`,
  });
}

function gains(slots: PredictionSlot[]): PlotlyTrace {
  const set: FeatureSet = slots[0].row.features;
  return {
    type: "bar",
    name: set,
    x: slots.map(({ centre }) => centre),
    y: slots.map(({ row }) => row.delta_r),
    width: slots[0].width * 0.92,
    marker: { color: FEATURE_COLOUR[set] },
    text: slots.map(({ row }) => `${literalText(row.roi)}, ${set}<br>ΔR² = ${row.delta_r2.toFixed(4)}`),
    textposition: "none",
    hovertemplate: "%{text}<br>Δr = %{y:.4f}<extra></extra>",
  };
}

function baseline(rois: string[], slots: PredictionSlot[]): PlotlyTrace {
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
