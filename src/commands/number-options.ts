import { InvalidArgumentError } from "commander";
import { logSpacedAlphas } from "../encoding";

// Numbers of a command line; commander shows the message beside the option.

/** A whole number from `least` on. */
export function wholeNumberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text.trim()) && value >= least) return value;
    throw new InvalidArgumentError(
      least === 1
        ? `expected a whole number above 0, got "${text}".`
        : `expected a whole number from ${least}, got "${text}".`,
    );
  };
}

export const wholeNumber = wholeNumberFrom(1);

/** Of an option that takes several. */
export function severalSeeds(text: string, earlier: number[] | undefined): number[] {
  return [...(earlier ?? []), wholeNumberFrom(0)(text)];
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`expected a number above 0, got "${text}".`);
}

export function numberFromZero(text: string): number {
  return Number(text) === 0 && text.trim() !== "" ? 0 : positiveNumber(text);
}

/** "1e-1:1e5:20": so many penalties from the first to the second, evenly spaced in their logarithm. */
export function alphaGrid(text: string): Float64Array {
  const parts = text.split(":");
  const [from, to, nAlphas] = parts.map(Number);
  if (parts.length === 3 && from > 0 && to > from && Number.isFinite(to) && Number.isInteger(nAlphas)) {
    if (nAlphas >= 2) return logSpacedAlphas({ from: Math.log10(from), to: Math.log10(to), nAlphas });
  }
  throw new InvalidArgumentError(
    `expected SMALLEST:LARGEST:COUNT with 0 < SMALLEST < LARGEST and at least 2, for instance 1e-1:1e5:20, got "${text}".`,
  );
}
