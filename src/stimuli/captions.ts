import { extname } from "node:path";
import { captionsOfJson, captionsOfTable } from "./caption-tables";
import { captionsOfSubtitles } from "./subtitles";

/** A text that describes a stretch of a stimulus; times in seconds of the stimulus' clock, half-open. */
export interface Caption {
  text: string;
  onsetSec: number;
  offsetSec: number;
}

/** A caption as a file gives it, with its place there for messages: "line 3". */
export interface PlacedCaption extends Caption {
  place: string;
}

/** Two tools that round a shared boundary apart are forgiven this much overlap (s); no caption is that short. */
const ROUNDING_SEC = 1e-6;

/**
 * Reads timed captions (UTF-8). The extension says how:
 *
 * .csv, .tsv – a header with the columns onset, offset (seconds) and text, others ignored; CSV quotes as RFC 4180 says, TSV has no
 * quotes; .json – an array of {"onset", "offset", "text"}; .srt, .vtt – cues, whose lines are joined by a space and whose
 * markup (tags, positions, speakers) is dropped. White space around a text does not count.
 *
 * Throws, naming the line or entry, for a time that is none, an empty text, an end not after its start, captions that
 * overlap or are out of order, and a file without any.
 */
export function readCaptions(content: Uint8Array | string, source: string): Caption[] {
  const text = decodeText(content, source);
  const captions = parse(text, source);
  if (captions.length === 0) {
    throw new Error(
      `readCaptions: missing captions in ${source}: it has none; expected at least one. Check the file.`,
    );
  }
  captions.forEach((caption, i) => checkCaption(caption, captions[i - 1], source));
  return captions.map(({ text, onsetSec, offsetSec }) => ({ text: text.trim(), onsetSec, offsetSec }));
}

function parse(text: string, source: string): PlacedCaption[] {
  const extension = extname(source).toLowerCase();
  switch (extension) {
    case ".csv":
      return captionsOfTable(text, ",", source);
    case ".tsv":
      return captionsOfTable(text, "\t", source);
    case ".json":
      return captionsOfJson(text, source);
    case ".srt":
    case ".vtt":
      return captionsOfSubtitles(text, extension, source);
    default:
      throw new Error(
        `readCaptions: unknown format of ${source}: "${extension}"; expected .csv, .tsv, .json, .srt or .vtt. Rename or convert it.`,
      );
  }
}

function checkCaption(
  { text, onsetSec, offsetSec, place }: PlacedCaption,
  before: PlacedCaption | undefined,
  source: string,
): void {
  const span = `${JSON.stringify(text.trim().slice(0, 40))} from ${onsetSec} to ${offsetSec} s`;
  const fault = (adjective: string, expected: string, remedy: string) =>
    new Error(
      `readCaptions: ${adjective} caption at ${place} of ${source}: ${span}; expected ${expected}. ${remedy}.`,
    );
  if (!Number.isFinite(onsetSec) || !Number.isFinite(offsetSec) || !(offsetSec > onsetSec)) {
    throw fault("invalid", "times in seconds, the end after the start", "Correct the times");
  }
  if (text.trim() === "") throw fault("empty", "a text", "Leave the caption out: its time is then silent");
  if (before === undefined || onsetSec >= before.offsetSec - ROUNDING_SEC) return;
  const kind = onsetSec < before.onsetSec ? "misplaced" : "overlapping";
  throw fault(
    kind,
    `a start at or after ${before.offsetSec} s, where the caption at ${before.place} ends`,
    kind === "misplaced" ? "Sort the captions by their start" : "End the earlier one sooner, or join the two",
  );
}

function decodeText(content: Uint8Array | string, source: string): string {
  if (typeof content === "string") return content.replace(/^\uFEFF/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (error) {
    throw new Error(
      `readCaptions: invalid text in ${source}: its bytes are no UTF-8; expected a UTF-8 text file. Save it with that encoding.`,
      { cause: error },
    );
  }
}
