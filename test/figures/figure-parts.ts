import type { Figure, PlotlyTrace } from "../../src/figures";

/** An attribute of a trace or a layout by its path; undefined where the path leads nowhere. */
export function attribute(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (part as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

/** The first trace of a name. */
export function traceNamed(figure: Figure, name: string): PlotlyTrace {
  const found = figure.data.find((trace) => trace.name === name);
  if (!found) throw new Error(`traceNamed: missing trace: "${name}"; expected one of the figure's names.`);
  return found;
}
