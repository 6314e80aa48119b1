/** Which subjects a study is of: the first so many, or these by name; "all" there are. */
export type SubjectSelection = "all" | number | readonly string[];

/** A selection as it is written on the command line: a whole number, or names with commas between them. Throws for an empty one. */
export function parseSubjects(text: string): SubjectSelection {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.some((part) => part === "") || /^0+$/.test(text.trim())) {
    throw new Error(
      `parseSubjects: invalid subjects: "${text}"; expected a number above 0, or names with commas between them. For instance 4, or sub-01,sub-03.`,
    );
  }
  return /^\d+$/.test(text.trim()) ? Number(text) : parts;
}

/** A selection as a file of choices holds it. Throws for anything else. */
export function checkSubjects(value: unknown): SubjectSelection {
  if (value === "all" || (Number.isInteger(value) && Number(value) > 0)) return value as SubjectSelection;
  if (Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === "string")) return value;
  throw new Error(
    `checkSubjects: invalid subjects: ${JSON.stringify(value)}; expected "all", a number above 0, or a list of names. For instance 4, or ["sub-01", "sub-03"].`,
  );
}

/** The subjects of a selection, in the order in which the data set has them. Throws for names that are not there, twice the same, and too large a number. */
export function selectSubjects<Subject extends { id: string }>(
  subjects: readonly Subject[],
  wanted: SubjectSelection,
): Subject[] {
  if (wanted === "all") return [...subjects];
  const ids = subjects.map(({ id }) => id);
  if (typeof wanted === "number") {
    if (wanted >= 1 && wanted <= subjects.length) return subjects.slice(0, wanted);
    throw new Error(
      `selectSubjects: invalid number of subjects: ${wanted}; expected 1 to ${subjects.length}. Ask for no more than there are.`,
    );
  }
  const odd = wanted.find((id, i) => !ids.includes(id) || wanted.indexOf(id) !== i);
  if (odd !== undefined) {
    throw new Error(
      `selectSubjects: ${ids.includes(odd) ? "invalid" : "unknown"} subject: "${odd}"${ids.includes(odd) ? " twice" : ""}; expected some of ${ids.join(", ")}. Name each once.`,
    );
  }
  return subjects.filter(({ id }) => wanted.includes(id));
}
