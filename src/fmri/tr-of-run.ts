/** A header's TR may have been rounded to milliseconds by the scanner's software. */
const TR_TOLERANCE_SEC = 1e-3;

/**
 * The TR on which file and caller agree: the caller's where both say, the one that says, else null. Throws when they differ by more than 1 ms.
 */
export function reconcileTr(
  fileSec: number | null,
  statedSec: number | null,
  source: { caller: string; label: string },
): number | null {
  if (statedSec !== null && !(statedSec > 0 && Number.isFinite(statedSec))) {
    throw new Error(
      `${source.caller}: invalid trSec for ${source.label}: ${statedSec}; expected a positive number of seconds, or null to take the file's. Look it up in the scan's protocol.`,
    );
  }
  if (fileSec !== null && statedSec !== null && Math.abs(fileSec - statedSec) > TR_TOLERANCE_SEC) {
    throw new Error(
      `${source.caller}: mismatched TR of ${source.label}: ${fileSec} s in its header, ${statedSec} s as stated; expected the same within 1 ms. Correct whichever is wrong: events would drift against BOLD.`,
    );
  }
  return statedSec ?? fileSec;
}
