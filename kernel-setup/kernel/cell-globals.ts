/** The globals that cells have without an import: display, clearOutput, input, password, notebookDir (globals.d.ts). */
import { randomUUID } from "node:crypto";
import { currentParent, currentRequest } from "./current-request";
import { type Bundle, bundleAs, bundleOf, textBundle } from "./display-bundle";
import type { IoPort, Request } from "./io-port";
import { notebookDir } from "./places";

interface DisplayOptions {
  as?: string;
  id?: string;
}

export interface CellGlobals {
  /** Resolves when every display that the request began is drawn. */
  drawn(request: Request): Promise<unknown>;
  /** Hands a line that the reader typed to the cell that waits for it. */
  giveInput(text: string): void;
}

export function installCellGlobals(io: IoPort): CellGlobals {
  const shownIds = new Set<string>();
  const drawing = new Map<Request, Set<Promise<void>>>();
  let takeInput: ((text: string) => void) | undefined;

  function show(value: unknown, id: string, as?: string) {
    const request = currentRequest();
    const parent = currentParent();
    const put = (data: Bundle) => {
      const type = shownIds.has(id) ? "update_display_data" : "display_data";
      shownIds.add(id);
      io.publish(type, { data, metadata: {}, transient: { display_id: id } }, parent);
    };
    const warn = (reason: string) => io.print("stderr", `display: ${reason}\n`, parent);
    const bundle = as === undefined ? bundleOf(value, warn) : bundleAs(as, value);
    if (!(bundle instanceof Promise)) return put(bundle);
    // The text takes the figure's place among the cell's outputs until the figure is drawn.
    if (!shownIds.has(id)) put(textBundle(value));
    const drawn = bundle.then(put);
    if (request) track(request, drawn);
  }

  function track(request: Request, promise: Promise<void>) {
    const pending = drawing.get(request) ?? new Set();
    drawing.set(request, pending.add(promise));
    promise.finally(() => {
      pending.delete(promise);
      if (pending.size === 0) drawing.delete(request);
    });
  }

  function ask(prompt: string, isPassword: boolean): Promise<string> {
    const request = currentRequest();
    if (!request?.content.allow_stdin) {
      const name = isPassword ? "password" : "input";
      throw new Error(
        `${name}: this front end cannot ask for input. Run the cell in JupyterLab or in a console.`,
      );
    }
    return new Promise((resolve) => {
      takeInput = resolve;
      io.askForInput(request, prompt, isPassword);
    });
  }

  Object.assign(globalThis, {
    notebookDir,
    display(value: unknown, { as, id = randomUUID() }: DisplayOptions = {}) {
      show(value, id, as);
      return { id, update: (next: unknown, options: { as?: string } = {}) => show(next, id, options.as) };
    },
    clearOutput(wait = false) {
      io.publish("clear_output", { wait }, currentParent());
    },
    input: (prompt = "") => ask(String(prompt), false),
    password: (prompt = "") => ask(String(prompt), true),
  });

  return {
    drawn: (request) => Promise.all(drawing.get(request) ?? []),
    giveInput(text) {
      takeInput?.(text);
      takeInput = undefined;
    },
  };
}
