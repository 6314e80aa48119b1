import { fork } from "node:child_process";
import { join } from "node:path";
import type { OnWait } from "../store";
import type { DemoChoices } from "./datasets/demo";
import type { FilmFinding } from "./film/film-results";
import type { FilmStudyRun } from "./film/run-film-study";

/** What the second process is told: the brains, and the study of them where there is more to compute. */
export interface SharedWork {
  demo: DemoChoices;
  demoFolder?: string;
  study: SharedStudy | "none";
}

/** The same study, where its products are kept, and which findings are asked for. */
export type SharedStudy = Pick<FilmStudyRun, "choices" | "subjects" | "modelFolder" | "cacheFolder"> & {
  findings: readonly FilmFinding[] | "all";
};

/** What it answers: the processor's time that it took, or why it ended early. */
export type Answer = { cpuSec: number } | { error: string };

/** A process that works from the other end (`startSecondProcess`). */
export interface SecondProcess {
  pid: number | undefined;
  /** Of its work, once that is done; null before. */
  cpuSec(): number | null;
  stop(): void;
}

/**
 * Another process that makes the same brains and computes the same study from the end, into the same folders: what it finished is there
 * when this process comes to it, and what one is at is waited for by the other. Most of the work is on one core, so that two processes take
 * little more than half the time; what comes out is the same, as both compute with as many threads. When it fails, `onMessage` is told and
 * this process does all by itself; when this process ends, it ends.
 */
export function startSecondProcess(work: SharedWork, onMessage: (message: string) => void): SecondProcess {
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
  child.send(work);
  // It must not keep this process from ending.
  child.unref();
  child.channel?.unref();
  const stop = () => {
    isOver = true;
    child.kill();
  };
  return { pid: child.pid, cpuSec: () => cpuSec, stop };
}

/** Tells who is waited for, unless it is the second process: that the two wait for each other goes without saying. */
export function unlessFor(second: () => SecondProcess | null, tell: (message: string) => void): OnWait {
  return (message, pid) => {
    if (pid === null || pid !== second()?.pid) tell(message);
  };
}
