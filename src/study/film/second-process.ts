import { fork } from "node:child_process";
import { join } from "node:path";
import type { FilmStudyRun } from "./run-film-study";

/** What the second process is told: the same study, and where its products are kept. */
export type SharedStudy = Pick<FilmStudyRun, "demo" | "choices" | "subjects" | "modelFolder" | "cacheFolder">;

/** What it answers: the processor's time that it took, or why it ended early. */
export type Answer = { cpuSec: number } | { error: string };

export interface SecondProcess {
  pid: number | undefined;
  /** Of its work, once that is done; null before. */
  cpuSec(): number | null;
  stop(): void;
}

/**
 * Another process that computes the same study from its end, into the same store: products that it finished are there when this process comes
 * to them, and those that one is at are waited for by the other. Most of the work is on one core, so that two processes take little more than half
 * the time; what comes out is the same. When it fails, `onMessage` is told and this process does all by itself; when this process ends, it ends.
 */
export function startSecondProcess(study: SharedStudy, onMessage: (message: string) => void): SecondProcess {
  let cpuSec: number | null = null;
  let isOver = false;
  const child = fork(join(__dirname, "work-backwards.ts"), {
    // Not those of a notebook's kernel.
    execArgv: ["--require", require.resolve("tsx/cjs"), "--conditions=import"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const failed = (why: string) => {
    if (!isOver) onMessage(`the second process ended early (${why}); this one goes on alone`);
    isOver = true;
  };
  child.on("error", (error) => failed(error.message));
  child.on("exit", (code, signal) => failed(signal ?? `exit ${code}`));
  child.on("message", (answer: Answer) => {
    if ("error" in answer) return failed(answer.error);
    cpuSec = answer.cpuSec;
    isOver = true;
  });
  const { demo, choices, subjects, modelFolder, cacheFolder } = study;
  child.send({ demo, choices, subjects, modelFolder, cacheFolder } satisfies SharedStudy);
  // It must not keep this process from ending.
  child.unref();
  child.channel?.unref();
  const stop = () => {
    isOver = true;
    child.kill();
  };
  return { pid: child.pid, cpuSec: () => cpuSec, stop };
}
