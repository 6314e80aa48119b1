import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { resolve } from "node:path";
import { throwIfAborted } from "../store";

/** A program that says nothing for this long has hung; seeking to the end of a long film takes less. */
const LONGEST_SILENCE_SEC = 120;

/** The end of what a program said that a message repeats. */
const SAID_LENGTH = 300;

/**
 * What ffmpeg and ffprobe are told before any other option: only local files, only the containers of mp4, mkv and avi (a
 * playlist could name other files), no colours in messages.
 */
export function inputArguments(path: string): string[] {
  return [
    ...["-v", "error", "-protocol_whitelist", "file", "-format_whitelist", "mov,matroska,avi"],
    // With its protocol and folders in front no name is taken for an option or an address.
    ...["-i", `file:${resolve(path)}`],
  ];
}

/**
 * Starts ffmpeg or ffprobe without a shell and gives what it writes, as it comes. The program is stopped when the reader
 * stops, when `signal` aborts and when it is silent for too long. Throws, naming `caller` and `path`, when the program is
 * not installed, hangs or fails.
 */
export async function* runProgram(
  program: "ffmpeg" | "ffprobe",
  args: readonly string[],
  options: { caller: string; path: string; signal?: AbortSignal; silenceSec?: number },
): AsyncGenerator<Buffer> {
  const { caller, path, signal, silenceSec = LONGEST_SILENCE_SEC } = options;
  throwIfAborted(signal, caller);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-SAID_LENGTH);
  });
  const ended = new Promise<number | Error>((done) => {
    child.on("error", done);
    child.on("close", (code) => done(code ?? -1));
  });
  const stop = () => child.kill("SIGKILL");
  // A program that waits for its reader must not keep this process from ending.
  const handles = [child, child.stdout as Socket, child.stderr as Socket];
  signal?.addEventListener("abort", stop);
  let hasHung = false;
  const hangs = () => {
    hasHung = true;
    stop();
  };
  let timer = setTimeout(hangs, silenceSec * 1000);
  try {
    for await (const chunk of child.stdout) {
      clearTimeout(timer);
      for (const handle of handles) handle.unref();
      yield chunk as Buffer;
      for (const handle of handles) handle.ref();
      timer = setTimeout(hangs, silenceSec * 1000); // the reader's own time does not count
    }
    const code = await ended;
    throwIfAborted(signal, caller);
    if (code instanceof Error) throw missingProgram(program, caller, code);
    if (hasHung) {
      throw new Error(
        `${caller}: interrupted ${program}: it was silent for ${silenceSec} s over ${path}; expected it to go on. Try the file in a player.`,
      );
    }
    if (code !== 0) {
      throw new Error(
        `${caller}: invalid video ${path}: ${program} says ${JSON.stringify(said.trim())}; expected a whole mp4, mkv or avi file that ${program} decodes. Download it again or convert it.`,
      );
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    if (child.exitCode === null) stop();
  }
}

function missingProgram(program: string, caller: string, error: Error): Error {
  return new Error(
    `${caller}: missing program: ${program} (${(error as NodeJS.ErrnoException).code}); expected FFmpeg on the PATH. Install it ("apt install ffmpeg", "brew install ffmpeg", "winget install ffmpeg"), or pass the frames as a folder of pictures.`,
    { cause: error },
  );
}
