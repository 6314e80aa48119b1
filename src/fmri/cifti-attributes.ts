import type { XmlElement } from "./xml-tree";

/** What is read, for messages. */
export interface XmlSource {
  readonly caller: string;
  readonly label: string;
}

export const INDEX_TYPE = "CIFTI_INDEX_TYPE_";

/** An attribute as a finite number. */
export function numberOf(element: XmlElement, name: string, source: XmlSource): number {
  const value = element.attributes[name];
  if (value !== undefined && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  throw failure(source, `${name} of <${element.name}>`, `"${value ?? ""}"`, "a number");
}

/** An attribute as a whole number that is not negative. */
export function indexOf(element: XmlElement, name: string, source: XmlSource): number {
  const value = numberOf(element, name, source);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw failure(source, `${name} of <${element.name}>`, `${value}`, "a whole number that is not negative");
}

export function failure(
  { caller, label }: XmlSource,
  noun: string,
  got: string,
  expected: string,
  remedy = "The file is damaged: copy it again.",
): Error {
  return new Error(`${caller}: invalid ${noun} of ${label}: ${got}; expected ${expected}. ${remedy}`);
}
