import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { FilmStudyRun } from "./run-film-study";

/** What the second process is told: the same study, and where its products are kept. */
export type SharedStudy = Pick<FilmStudyRun, "demo" | "choices" | "subjects" | "modelFolder" | "cacheFolder">;

/** What it answers: the processor's time that it took, or why it ended early. */
export type Answer = { cpuSec: number } | { error: string };

export interface SecondProcess {
  /** Of its work, once that is done; null before. */
  cpuSec(): number | null;
  stop(): void;
}

/**
 * Another process that computes the same study from its end, into the same store: products that it finished are there when this process comes
 * to them, and those that one is at are waited for by the other. Most of the work is on one core, so that two processes take little more than half
 * the time; what comes out is the same. When it fails, this process does all by itself; when this process ends, it ends.
 */
export function startSecondProcess(study: SharedStudy, onMessage: (message: string) => void): SecondProcess {
  let cpuSec: number | null = null;
  const child: ChildProcess = fork(join(__dirname, "work-backwards.ts"), {
    // One core is this process's.
    env: { ...process.env, OPENBLAS_NUM_THREADS: "1" },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const failed = (why: string) =>
    onMessage(`the second process ended early (${why}); this one goes on alone`);
  child.on("error", (error) => failed(error.message));
  child.on("message", (answer: Answer) => {
    if ("error" in answer) failed(answer.error);
    else cpuSec = answer.cpuSec;
  });
  child.send(study satisfies SharedStudy);
  // It must not keep this process from ending.
  child.unref();
  child.channel?.unref();
  return { cpuSec: () => cpuSec, stop: () => void child.kill() };
}
