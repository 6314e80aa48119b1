/** A labelled stretch of time. Labels are as in the file, untrimmed. */
export interface Interval {
  onsetSec: number;
  offsetSec: number;
  label: string;
}

/** A tier of labelled stretches, words for instance, in the order of time and without overlap. */
export interface IntervalTier {
  name: string;
  intervals: Interval[];
}

/** A tier of labelled moments, in the order of the file; times in seconds of the recording's clock. */
export interface PointTier {
  name: string;
  points: { timeSec: number; label: string }[];
}

/** A Praat annotation. `source` names the file in messages. */
export interface TextGrid {
  source: string;
  tiers: (IntervalTier | PointTier)[];
}

/** A spoken word; times in seconds of the recording's clock. */
export interface Word {
  text: string;
  onsetSec: number;
  offsetSec: number;
}

/** Two tools that round a shared boundary apart are forgiven this much overlap (s); no word is that short. */
const ROUNDING_SEC = 1e-6;

/**
 * Reads a Praat TextGrid text file, long or short, from its bytes (UTF-8 or UTF-16 with a byte-order mark) or its text.
 *
 * Praat takes only free-standing numbers, quoted strings ("" is a quote) and flags in angle brackets for content; words
 * such as `xmin =` or `intervals [3]:` are decoration. That is why one reader does both formats.
 *
 * Throws when it is no TextGrid text file, when it ends early, and when a tier's intervals overlap, run backwards or are
 * out of order. Source: Praat manual, "TextGrid file formats".
 */
export function readTextGrid(content: Uint8Array | string, source: string): TextGrid {
  const text = typeof content === "string" ? content.replace(/^\uFEFF/, "") : decodeText(content);
  if (!/^\s*(File type\s*=\s*)?"ooTextFile( short)?"/.test(text) || !/"TextGrid"/.test(text.slice(0, 200))) {
    throw new Error(
      `readTextGrid: invalid TextGrid ${source}: it starts with ${JSON.stringify(text.slice(0, 40))}; expected the file type "ooTextFile" and the object class "TextGrid". Save it from Praat with "Save as text file…".`,
    );
  }
  const items = contentItems(text);
  let position = 2; // after the file type and the object class
  let place = "the header";
  const next = (kind: Item["kind"], noun: string): Item => {
    const item = items[position++];
    if (item?.kind === kind) return item;
    const got = item === undefined ? "the file ends" : `${JSON.stringify(item.value)} stands`;
    throw new Error(
      `readTextGrid: ${item === undefined ? "truncated" : "invalid"} TextGrid ${source}: ${got} in ${place} where ${noun} is due; expected a complete TextGrid. Save or download it again.`,
    );
  };
  const number = (noun: string) => next("number", noun).value as number;
  const string = (noun: string) => next("text", noun).value as string;

  number("its start");
  number("its end");
  const hasTiers = next("flag", "<exists>").value === "exists";
  const nTiers = hasTiers ? number("the number of tiers") : 0;
  const tiers: TextGrid["tiers"] = [];
  for (let t = 1; t <= nTiers; t++) {
    place = `tier ${t} of ${nTiers}`;
    const tierClass = string("the tier's class");
    const name = string("the tier's name");
    number("the tier's start");
    number("the tier's end");
    const nEntries = number("the number of entries");
    const intervals: Interval[] = [];
    const points: PointTier["points"] = [];
    for (let i = 1; i <= nEntries; i++) {
      place = `entry ${i} of ${nEntries} of tier "${name}"`;
      const startSec = number("a time");
      if (tierClass === "IntervalTier") {
        intervals.push({
          onsetSec: startSec,
          offsetSec: number("an end"),
          label: string("a label"),
        });
      } else {
        points.push({ timeSec: startSec, label: string("a label") });
      }
    }
    checkOrder(intervals, name, source);
    tiers.push(tierClass === "IntervalTier" ? { name, intervals } : { name, points });
  }
  return { source, tiers };
}

/**
 * The words of an interval tier in the order of time: labels trimmed; empty labels and those listed in `silence` left out.
 * Throws when the tier is missing, holds points, or has no words.
 */
export function wordsOf(textGrid: TextGrid, options: { tier: string; silence: string[] }): Word[] {
  const { source, tiers } = textGrid;
  const tier = tiers.find(({ name }) => name === options.tier);
  if (tier === undefined || !("intervals" in tier)) {
    const intervalTiers = tiers.flatMap((t) => ("intervals" in t ? [`"${t.name}"`] : []));
    throw new Error(
      `wordsOf: missing interval tier of ${source}: "${options.tier}"; expected one of ${intervalTiers.join(", ") || "(none)"}. Name the tier that holds the words.`,
    );
  }
  const words = tier.intervals
    .map(({ onsetSec, offsetSec, label }) => ({ text: label.trim(), onsetSec, offsetSec }))
    .filter(({ text }) => text !== "" && !options.silence.includes(text));
  if (words.length === 0) {
    throw new Error(
      `wordsOf: missing words in tier "${options.tier}" of ${source}: all ${tier.intervals.length} intervals are silence; expected at least one word. Check the tier and the silence labels (${options.silence.map((s) => `"${s}"`).join(", ")}).`,
    );
  }
  return words;
}

interface Item {
  kind: "number" | "text" | "flag";
  value: number | string;
}

/** The free-standing numbers, strings and flags of a Praat text file; comments run from "!" to the end of the line. */
function contentItems(text: string): Item[] {
  const items: Item[] = [];
  // A lone quote at the end is an unfinished string: it is no item, so the reader finds the file truncated there.
  const pattern = /![^\n]*|"((?:[^"]|"")*)"|"|<(\w+)>|(?<!\S)([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)(?!\S)/g;
  for (const [matched, quoted, flag, digits] of text.matchAll(pattern)) {
    if (matched === '"') break;
    if (quoted !== undefined) items.push({ kind: "text", value: quoted.replaceAll('""', '"') });
    else if (flag !== undefined) items.push({ kind: "flag", value: flag });
    else if (digits !== undefined) items.push({ kind: "number", value: Number(digits) });
  }
  return items;
}

function checkOrder(intervals: Interval[], tier: string, source: string): void {
  intervals.forEach(({ onsetSec, offsetSec, label }, i) => {
    const isBackwards = !(offsetSec > onsetSec);
    if (!isBackwards && (i === 0 || onsetSec >= intervals[i - 1].offsetSec - ROUNDING_SEC)) return;
    const expected = isBackwards
      ? "an end after its start"
      : `a start at or after ${intervals[i - 1].offsetSec} s, where interval ${i} ends`;
    throw new Error(
      `readTextGrid: invalid interval ${i + 1} of tier "${tier}" of ${source}: ${JSON.stringify(label)} from ${onsetSec} to ${offsetSec} s; expected ${expected}. Mend the annotation in Praat.`,
    );
  });
}

function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xfe && second === 0xff ? "utf-16be" : first === 0xff && second === 0xfe ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
