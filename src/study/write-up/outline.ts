/** A section of a report: a finding, or what else was written. */
export interface ReportSection {
  title: string;
  /** What may not be concluded; null where nothing is claimed. */
  limit: string | null;
  /** Names of its tables. */
  tables: readonly string[];
  /** Names of its figures, or what they begin with before a hyphen. */
  figures: readonly string[];
}

/** Sections with the names that are there; what belongs to none comes in a last one, so that nothing that was written is left out. */
export function fillOutline(
  outline: readonly ReportSection[],
  written: { tables: readonly string[]; figures: readonly string[] },
): ReportSection[] {
  const takes = ({ figures }: ReportSection, name: string) =>
    figures.some((stem) => name === stem || name.startsWith(`${stem}-`));
  const filled = outline.map((section) => ({
    ...section,
    tables: section.tables.filter((name) => written.tables.includes(name)),
    figures: written.figures.filter((name) => takes(section, name)),
  }));
  const rest = {
    title: "Further tables and figures",
    limit: null,
    tables: written.tables.filter((name) => !outline.some(({ tables }) => tables.includes(name))),
    figures: written.figures.filter((name) => !outline.some((section) => takes(section, name))),
  };
  return [...filled, rest].filter(({ tables, figures }) => tables.length + figures.length > 0);
}
