import type { FeatureSet } from "../findings";

/** What places a row. */
export interface SlotRow {
  features: FeatureSet;
  roi: string;
}

/** The place of one row in a figure by ROI: ROIs are 1 apart on the x axis, the feature sets side by side about each. */
export interface PredictionSlot<Row extends SlotRow> {
  row: Row;
  centre: number;
  width: number;
}

/** How much of the distance between two ROIs is drawn on. */
export const ROI_WIDTH = 0.86;

/** The ROIs of a table in the order of their first row. */
export function roisOf(rows: readonly SlotRow[]): string[] {
  return [...new Set(rows.map((row) => row.roi))];
}

/** The slots of one or more feature sets, set by set. `caller` names the figure in the error for a row that is not there. */
export function predictionSlots<Row extends SlotRow>(
  caller: string,
  rows: readonly Row[],
  features: readonly FeatureSet[],
): PredictionSlot<Row>[] {
  const width = ROI_WIDTH / features.length;
  return features.flatMap((set, k) =>
    roisOf(rows).map((roi, i) => {
      const row = rows.find((candidate) => candidate.features === set && candidate.roi === roi);
      if (!row) {
        const got = `no row with features "${set}" and roi "${roi}"`;
        throw new Error(
          `${caller}: missing row: ${got}; expected one. Ask only for features that were fitted.`,
        );
      }
      return { row, centre: i - ROI_WIDTH / 2 + (k + 0.5) * width, width };
    }),
  );
}
