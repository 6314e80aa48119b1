// What cells may use without an import. The kernel adds this file to every cell's program.

interface DisplayOptions {
  /** MIME type that `value` is already in: "text/markdown", "text/html", "text/latex", "image/svg+xml", "image/png", … */
  as?: string;
  /** A display with an id used before is updated in place. */
  id?: string;
}

interface DisplayHandle {
  readonly id: string;
  /** Shows another value in place of the one shown before. */
  update(value: unknown, options?: { as?: string }): void;
}

/** Shows a value under the cell, as the last expression of a cell is shown. */
declare function display(value: unknown, options?: DisplayOptions): DisplayHandle;

/** Removes what the cell has put out; with `wait`, when the next output comes, which does not flicker. */
declare function clearOutput(wait?: boolean): void;

/** Asks the reader for a line of text. */
declare function input(prompt?: string): Promise<string>;

/** Asks the reader for a line of text that is not shown while it is typed. */
declare function password(prompt?: string): Promise<string>;

/** Folder of the notebook: imports and file names in cells are relative to it. */
declare const notebookDir: string;

/** A line between this kernel and code in the front end (a widget, an extension) that knows the same target name. */
interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends data that JSON can hold, and binary buffers beside it. */
  send(data: unknown, options?: CommOptions): void;
  /** Calls `listener` for each message from the front end. */
  onMessage(listener: (message: CommMessage) => void | Promise<void>): void;
  /** Calls `listener` once, when the front end closes the comm. */
  onClose(listener: (message: CommMessage) => void | Promise<void>): void;
  /** Tells the front end that no more will come. */
  close(data?: unknown): void;
}

interface CommMessage {
  data: unknown;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

interface CommOptions {
  metadata?: Record<string, unknown>;
  buffers?: Uint8Array[];
}

/** Opens a comm to the front end. */
declare function openComm(target: string, data?: unknown, options?: CommOptions): Comm;

/** Calls `listener` with each comm that the front end opens to `target`, and with what it sent along. */
declare function onComm(
  target: string,
  listener: (comm: Comm, opening: CommMessage) => void | Promise<void>,
): void;
