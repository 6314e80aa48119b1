import type { Request } from "./io-port";

/** What the supervisor knows of the cell that was begun last. */
export interface SupervisedCell {
  header: Request["header"];
  /** In hexadecimal. */
  idents: string[];
  executionCount: number;
}

export const supervisorVariable: string;
export function tellSupervisorCell(request: Request, executionCount: number): void;
export function tellSupervisorEnding(): void;
