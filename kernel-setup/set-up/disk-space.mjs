import { statfsSync } from "node:fs";
import { Complaint } from "./complaint.mjs";
import { checkoutDir } from "./places.mjs";

const gigabyte = 1e9;

/**
 * @param {number} neededBytes
 * @param {number} freeBytes
 * @throws {Complaint} when there is too little room
 */
export function requireDiskSpace(neededBytes, freeBytes = freeDiskSpace()) {
  if (freeBytes >= neededBytes) return;
  const asGigabytes = (bytes) => (bytes / gigabyte).toFixed(1);
  throw new Complaint(
    `Set-up needs ${asGigabytes(neededBytes)} GB on the disk of ${checkoutDir}, and ${asGigabytes(freeBytes)} GB are free. Make room and start again.`,
  );
}

function freeDiskSpace() {
  const { bavail, bsize } = statfsSync(checkoutDir);
  return bavail * bsize;
}
