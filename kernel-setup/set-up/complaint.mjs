/** A reason why set-up cannot go on, in words for the person at the keyboard: no stack trace is shown for it. */
export class Complaint extends Error {}

/**
 * Runs a program's main function; a complaint is printed as a sentence, and the exit status says that it failed.
 *
 * @param {() => Promise<void>} main
 */
export async function runOrComplain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
