import type { PlacedCaption } from "./captions";

/** "00:01:02,500 --> 00:01:04,000" with SRT's comma or WebVTT's point, which may leave out the hours and add settings. */
const TIMING =
  /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:\s.*)?$/;

/** WebVTT's blocks that are no cues. */
const NO_CUE = /^(NOTE|STYLE|REGION)(\s|$)/;

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", nbsp: " ", lrm: "", rlm: "" },
};

/**
 * The cues of an SRT or WebVTT file: blocks between empty lines, a line of times with an optional name before it. Throws, naming
 * the line, for a block without times; and for a .vtt file that does not start with WEBVTT. Source: W3C, WebVTT.
 */
export function captionsOfSubtitles(
  text: string,
  extension: ".srt" | ".vtt",
  source: string,
): PlacedCaption[] {
  const blocks = splitBlocks(text);
  if (extension === ".vtt") {
    const header = blocks.shift();
    if (header === undefined || !/^WEBVTT(\s|$)/.test(header.lines[0])) {
      throw new Error(
        `readCaptions: invalid WebVTT ${source}: it starts with ${JSON.stringify(text.slice(0, 20))}; expected WEBVTT in the first line. Save it as WebVTT, or name it .srt if it is SubRip.`,
      );
    }
  }
  const captions: PlacedCaption[] = [];
  for (const { lines, line } of blocks) {
    if (extension === ".vtt" && NO_CUE.test(lines[0])) continue;
    const at = lines.slice(0, 2).findIndex((candidate) => TIMING.test(candidate));
    if (at < 0) {
      throw new Error(
        `readCaptions: missing times at line ${line} of ${source}: ${JSON.stringify(lines[0].slice(0, 40))}; expected a line such as "00:00:01,000 --> 00:00:02,500". Correct the cue.`,
      );
    }
    const [, onset, offset] = TIMING.exec(lines[at]) as RegExpExecArray;
    captions.push({
      text: plainText(lines.slice(at + 1).join(" ")),
      onsetSec: seconds(onset),
      offsetSec: seconds(offset),
      place: `line ${line + at}`,
    });
  }
  return captions;
}

function splitBlocks(text: string): { lines: string[]; line: number }[] {
  const blocks: { lines: string[]; line: number }[] = [];
  let isOpen = false;
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === "") {
      isOpen = false;
      continue;
    }
    if (isOpen) blocks[blocks.length - 1].lines.push(line);
    else blocks.push({ lines: [line], line: i + 1 });
    isOpen = true;
  }
  return blocks;
}

/** Without tags (<i>, <v Alice>, <00:01.000>), SubRip's positions ({\an8}) and entities. */
function plainText(markup: string): string {
  return markup
    .replace(/<\/?[a-zA-Z0-9][^<>]*>|\{\\[^{}]*\}/g, "")
    .replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replace(/\s+/g, " ")
    .trim();
}

function seconds(time: string): number {
  const [whole, fraction] = time.split(/[.,]/);
  const wholeSec = whole.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(`${wholeSec}.${fraction}`); // written out, so that 62.5 s is 62.5 and no sum of fractions
}
