import type { Progress } from "../store";

/** What a command may use besides its options: where it tells of progress and speaks, and what stops it. */
export interface CommandMeans {
  onProgress: Progress;
  onMessage: (message: string) => void;
  signal: AbortSignal;
}
