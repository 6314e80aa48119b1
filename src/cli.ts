import { createProgram } from "./commands";
import { terminalProgress } from "./store";

const say = (message: string) => void process.stderr.write(`${message}\n`);
const stopping = new AbortController();
const program = createProgram({
  onProgress: terminalProgress(process.stderr),
  onMessage: say,
  signal: stopping.signal,
});

// The first Ctrl-C stops at the next safe point and keeps what is finished; a second one ends at once. One Ctrl-C can arrive
// twice, from the terminal and from the launcher.
let askedMs: number | null = null;
process.on("SIGINT", () => {
  if (askedMs !== null && Date.now() - askedMs > 500) process.exit(130);
  if (askedMs === null) say("\nstopping; press Ctrl-C again to end at once");
  askedMs ??= Date.now();
  stopping.abort();
});

program.parseAsync().catch((error: Error) => {
  say(process.env.BRAINLENS_DEBUG ? String(error.stack) : error.message);
  process.exitCode = error.name === "AbortError" ? 130 : 1;
});
