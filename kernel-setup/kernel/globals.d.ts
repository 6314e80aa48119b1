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

/** Folder of the notebook; imports in cells are relative to it, file names to the root of the checkout. */
declare const notebookDir: string;
