/** Which cell is running here: follows the cell through awaits, timers and callbacks, also after it has ended. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Request } from "./io-port";
import type { Header } from "./wire";

const storage = new AsyncLocalStorage<Request>();
let latest: Request | undefined;

/** Runs `body` so that everything it prints, now or later, is output of `request`: a cell or a message to a comm. */
export function runAsRequest<T>(request: Request, body: () => T): T {
  if (request.header.msg_type === "execute_request") latest = request;
  return storage.run(request, body);
}

/** The request that this code belongs to, if it is known. */
export function requestOfThisCode(): Request | undefined {
  return storage.getStore();
}

/** The cell that this code belongs to; for code of no cell, the latest one. */
export function currentRequest(): Request | undefined {
  return storage.getStore() ?? latest;
}

/** Header under which output of this code is sent. */
export function currentParent(): Partial<Header> {
  return currentRequest()?.header ?? {};
}
