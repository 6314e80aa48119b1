import { numberOfCell, readTsv } from "./table-file";

/** Something that was shown or done during a run. */
export interface BidsEvent {
  /** From the start of the first TR of the file. */
  readonly onsetSec: number;
  /** NaN where the table says n/a. */
  readonly durationSec: number;
  /** trial_type; "" where the table has none. */
  readonly trialType: string;
  /** All other columns as text. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Reads an _events.tsv table, in the order of onsets. Throws, naming file and line, when onset or duration is missing or no
 * number. Source: BIDS specification 1.10, task events.
 */
export function readEvents(path: string): BidsEvent[] {
  const caller = "readEvents";
  const { columns, rows } = readTsv(path, caller);
  for (const needed of ["onset", "duration"]) {
    if (columns.includes(needed)) continue;
    throw new Error(
      `${caller}: missing column of ${path}: "${needed}"; expected onset and duration among ${columns.join(", ")}. Name the columns as BIDS does.`,
    );
  }
  const events = rows.map((cells, i) => {
    const cell = (name: string) => cells[columns.indexOf(name)] ?? "";
    const place = (name: string) => `line ${i + 2}, column ${name} of ${path}`;
    const onsetSec = numberOfCell(cell("onset"), place("onset"), caller);
    if (Number.isNaN(onsetSec)) {
      throw new Error(
        `${caller}: missing onset in ${place("onset")}: n/a; expected seconds. Leave the event out or give its time.`,
      );
    }
    const others = columns.flatMap((name, j) =>
      ["onset", "duration", "trial_type"].includes(name) ? [] : [[name, cells[j]] as const],
    );
    return {
      onsetSec,
      durationSec: numberOfCell(cell("duration"), place("duration"), caller),
      trialType: cell("trial_type") === "n/a" ? "" : cell("trial_type"),
      columns: Object.fromEntries(others),
    };
  });
  return events.sort((a, b) => a.onsetSec - b.onsetSec);
}
