/** A label of an atlas: its number in the values, its name and its colour. */
export interface Label {
  readonly key: number;
  readonly name: string;
  /** 0 to 1 each. */
  readonly rgba: readonly [red: number, green: number, blue: number, alpha: number];
}

/** The labels whose names are given, in that order. Throws, with the names there are, when one is missing or there twice. */
export function findLabels(labels: readonly Label[], names: readonly string[], atlas: string): Label[] {
  return names.map((name) => {
    const found = labels.filter((label) => label.name === name);
    if (found.length === 1) return found[0];
    const known = labels.slice(0, 40).map((label) => `"${label.name}"`);
    const more = labels.length > known.length ? `, … (${labels.length})` : "";
    throw new Error(
      `findLabels: ${found.length === 0 ? "unknown" : "ambiguous"} label of ${atlas}: "${name}"${found.length > 1 ? `, which stands for ${found.length} numbers` : ""}; expected one of ${known.join(", ")}${more}. Names are compared letter by letter.`,
    );
  });
}
