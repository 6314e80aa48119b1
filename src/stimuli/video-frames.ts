import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { throwIfAborted } from "../store";
import { inputArguments, runProgram } from "./ffmpeg";
import { filmReader, tooShort } from "./film-reader";
import type { FrameSource } from "./frames";

/** How YUV becomes RGB: rounded right, every pixel with its own chroma, the same bytes on every processor. */
const COLOURS = "scale=sws_flags=accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,format=rgb24";

/**
 * Opens a film (mp4, mkv, avi) as one frame a TR: the picture on the screen at the middle of the TR, that is the last frame
 * whose time is not after startSec + (tr + ½) · trSec, seconds since the film's start. The first frame stands for the time before it.
 *
 * Decoding is by the system's ffmpeg: local files alone, no shell; colours by the matrix the file names, BT.601 where it
 * names none. Indices that are read must not descend: ffmpeg goes through the film once, and waits between reads that follow
 * each other. A read that starts elsewhere decodes from the film's start, since only that is exact in every file.
 *
 * Throws when ffmpeg is not installed, when the file is missing, damaged or without pictures, and when the film is over
 * before the middle of the last TR. A TR must have whole milliseconds.
 */
export async function openVideo(
  path: string,
  options: { trSec: number; nTrs: number; startSec: number; signal?: AbortSignal },
): Promise<FrameSource> {
  const { trSec, nTrs, startSec, signal } = options;
  const trMs = Math.round(trSec * 1000);
  if (!(trMs > 0) || Math.abs(trMs - trSec * 1000) > 1e-6) {
    throw new Error(
      `openVideo: invalid trSec: ${trSec}; expected a positive number of whole milliseconds. Pass the repetition time of the scan.`,
    );
  }
  if (!Number.isInteger(nTrs) || nTrs < 1 || !(startSec >= 0)) {
    throw new Error(
      `openVideo: invalid nTrs or startSec: ${nTrs}, ${startSec}; expected a positive integer and a time of at least 0 s. Pass how many TRs the film fills and where in it the first one starts.`,
    );
  }
  const middleSec = (tr: number) => startSec + (tr + 0.5) * trSec;
  const { durationSec, version } = await probe(path, signal);
  if (durationSec !== null && middleSec(nTrs - 1) >= durationSec) {
    throw tooShort({ path, nTrs, neededSec: middleSec(nTrs - 1), got: `it lasts ${durationSec} s` });
  }
  const parts = [await hashFile(path, signal), version, COLOURS, trMs, startSec, nTrs];

  return {
    source: path,
    names: Array.from({ length: nTrs }, (_, tr) => `${Math.round(middleSec(tr) * 1e6) / 1e6} s`),
    sha256: createHash("sha256").update(JSON.stringify(parts)).digest("hex"),
    read: filmReader({ path, colours: COLOURS, trMs, nTrs, middleSec }),
  };
}

/** The length of the film's pictures, null where the file does not say, and the version of ffmpeg. */
async function probe(
  path: string,
  signal?: AbortSignal,
): Promise<{ durationSec: number | null; version: string }> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(`openVideo: missing video: ${path}; expected an mp4, mkv or avi file. Check the path.`);
  }
  const shown = "stream=duration:format=duration:program_version=version";
  const args = ["-select_streams", "V:0", "-show_program_version", "-show_entries", shown, "-of", "json"];
  const chunks: Buffer[] = [];
  const written = runProgram("ffprobe", [...args, ...inputArguments(path)], {
    caller: "openVideo",
    path,
    signal,
  });
  for await (const chunk of written) chunks.push(chunk);
  const { streams, format, program_version } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
    streams?: { duration?: string }[];
    format?: { duration?: string };
    program_version?: { version?: string };
  };
  if (streams?.[0] === undefined) {
    throw new Error(
      `openVideo: missing frames in ${path}: it has no stream of pictures; expected a film. Pass the video file, not its sound.`,
    );
  }
  const seconds = Number(streams[0].duration ?? format?.duration);
  return {
    durationSec: Number.isFinite(seconds) ? seconds : null,
    version: program_version?.version ?? "unknown",
  };
}

async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) {
    throwIfAborted(signal, "openVideo");
    hash.update(chunk);
  }
  return hash.digest("hex");
}
