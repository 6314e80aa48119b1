/** Reporter for node's test runner: a line a test, failures and skipped tests again at the end, then the count. */
import path from "node:path";
import { inspect } from "node:util";

/** Node quotes the line that threw, and in minified code that is the whole file. */
const endlessLine = /^(.{300}).+$/gm;

/** @param {AsyncIterable<{ type: string, data: any }>} events */
export default async function* testReporter(events) {
  const failed = [];
  const skipped = [];
  let nPassed = 0;
  let file;
  for await (const { type, data } of events) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message.replace(endlessLine, "$1 …");
    if (type !== "test:pass" && type !== "test:fail") continue;
    // A describe block is counted by its tests; a todo is neither passed nor failed.
    if (data.details?.type === "suite") continue;
    if (data.file && data.file !== file) {
      file = data.file;
      yield `${shortName(file)}\n`;
    }
    const title = `${"  ".repeat(data.nesting + 1)}${data.name}`;
    const duration = `${Math.round(data.details?.duration_ms ?? 0)} ms`;
    if (data.skip !== undefined || data.todo !== undefined) {
      skipped.push(data);
      yield `-${title} (skipped)\n`;
    } else if (type === "test:pass") {
      nPassed++;
      yield `✓${title} (${duration})\n`;
    } else {
      failed.push(data);
      yield `✗${title} (${duration})\n`;
    }
  }
  for (const test of failed)
    yield `\n✗ ${shortName(test.file)}: ${test.name}\n${describeError(test.details.error)}\n`;
  if (skipped.length > 0) yield "\nSkipped:\n";
  for (const { file: of, name, skip, todo } of skipped)
    yield `- ${shortName(of)}: ${name}${reason(skip ?? todo)}\n`;
  yield `\n${nPassed} passed, ${failed.length} failed, ${skipped.length} skipped\n`;
}

function shortName(file) {
  return file ? path.relative(process.cwd(), file) : "";
}

function reason(given) {
  return typeof given === "string" && given !== "" ? ` (${given})` : "";
}

function describeError(error) {
  const cause = error?.cause ?? error;
  return (cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause)).replace(/^/gm, "  ");
}
