/** The main thread of the kernel: puts the parts together and hands each message to the part that answers it. */
import { createRequire } from "node:module";
import { inspect } from "node:util";
import { createCellCompiler } from "./cell-compiler";
import { installCellGlobals } from "./cell-globals";
import { createCellRunner } from "./cell-runner";
import { completeReply, inspectReply, isCompleteReply } from "./code-questions";
import { installComms } from "./comms";
import { keepCompiledTypeScript } from "./compiled-typescript.cjs";
import { currentParent, runAsRequest } from "./current-request";
import { createExecutionQueue } from "./execution-queue";
import { thrownFailure } from "./failure";
import { createHistory } from "./history";
import { installInterruptibleTimers } from "./interruptible-timers";
import { installStopButton, interruptRequest, isInterrupted } from "./interruption";
import type { Request } from "./io-port";
import { createModuleLoader } from "./module-loader";
import { flags, info, io } from "./opened-io";
import { historyDir } from "./places";
import { capturePrintedOutput } from "./printed-output";
import { createSession } from "./session";
import { interruptPending, loopTurned } from "./shared-flags";
import { installStackTraces } from "./stack-trace";
import { tellSupervisorEnding } from "./supervised.cjs";
import { allowTermination } from "./termination";
import type { Content } from "./wire";

const keepCompiledAfterMs = 3000;

capturePrintedOutput(io);
installStackTraces();
installStopButton();
installInterruptibleTimers();

const compiler = createCellCompiler();

const loader = createModuleLoader((line) => io.print("stderr", `${line}\n`, currentParent()));
const runner = createCellRunner(loader, flags);
const session = createSession({ compiler, loader, runner, flags });
const globals = installCellGlobals(io);
const comms = installComms(io);
const history = createHistory(historyDir);
const queue = createExecutionQueue({
  io,
  session,
  globals,
  history,
  flags,
  interruptCell: (cell) => {
    runner.interrupt();
    interruptRequest(cell);
  },
  help: (name, detail_level) => {
    const { found, data } = inspectReply(session, { code: name, cursor_pos: name.length, detail_level });
    return found ? (data as Content) : { "text/plain": `nothing is known about ${name}` };
  },
});

const answers: Record<string, (content: Content) => Content> = {
  kernel_info_request: () => info,
  complete_request: (content) => completeReply(session, content),
  inspect_request: (content) => inspectReply(session, content),
  is_complete_request: (content) => isCompleteReply(compiler.ts, content),
  history_request: (content) => history.answer(content),
  comm_info_request: (content) => comms.info(content),
};

allowTermination(flags, queue.noteTermination);

let isShuttingDown = false;

io.onMessage((message) => {
  if (message.kind === "ping") {
    Atomics.store(flags, loopTurned, 1);
    queue.interrupt();
  } else if (message.kind === "terminated") {
    queue.endTerminated();
  } else if (message.kind === "shutdown") {
    isShuttingDown = true;
    // Nobody is left to end a process that waits for its native threads. Registered last, so it runs last.
    if (message.isOrphan) process.on("exit", () => process.kill(process.pid, "SIGKILL"));
    process.exit(0);
  } else if (message.channel === "stdin") {
    globals.giveInput(String(message.message.content.value ?? ""));
  } else if (message.message.header.msg_type === "execute_request") {
    queue.add(message.message);
  } else if (/^comm_(open|msg|close)$/.test(message.message.header.msg_type)) {
    takeCommMessage(message.message);
  } else {
    answer(message.message);
  }
});

/** What the listener prints, shows or throws belongs to the message. */
async function takeCommMessage(request: Request) {
  const status = (state: string) => io.publish("status", { execution_state: state }, request.header);
  status("busy");
  await runAsRequest(request, () => comms.take(request).catch(report));
  status("idle");
}

function answer(request: Request) {
  const type = request.header.msg_type;
  const answerOf = answers[type];
  if (!answerOf) return;
  let content: Content;
  try {
    content = answerOf(request.content);
  } catch (error) {
    content = { status: "error", ...thrownFailure(error) };
  }
  io.answer(request, type.replace("_request", "_reply"), content);
}

/** tslab's own display API (`import * as tslab from "tslab"`) goes through this variable of its Jupyter module. */
function connectTslabDisplay() {
  const jupyter = createRequire(require.resolve("tslab/package.json"))("./dist/jupyter.js");
  jupyter.lastWriteDisplayData = (content: Content, isUpdate: boolean) =>
    io.publish(isUpdate ? "update_display_data" : "display_data", content, currentParent());
}

process.on("SIGINT", () => {
  Atomics.store(flags, interruptPending, 1);
  queue.interrupt();
});
process.on("uncaughtException", report);
process.on("unhandledRejection", report);
process.on("exit", (code) => {
  tellSupervisorEnding();
  const cell = queue.running();
  if (cell && !isShuttingDown) {
    const evalue = `process.exit(${code}) ended the kernel; its variables are lost`;
    queue.failRunning({ ename: "Exit", evalue, traceback: [`Exit: ${evalue}`] });
  }
  io.close();
});

/** An error that no cell awaited, for instance in a timer: shown under the cell that it came from. */
function report(error: unknown) {
  if (Atomics.load(flags, interruptPending) || isInterrupted(error)) return;
  const text = error instanceof Error ? thrownFailure(error).traceback.join("\n") : inspect(error);
  process.stderr.write(`Uncaught ${text}\n`);
}

connectTslabDisplay();
io.ready();
setTimeout(keepCompiledTypeScript, keepCompiledAfterMs).unref();
