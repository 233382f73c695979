/**
 * A failure that a person can act on. Its message is one clear sentence and is shown as it is;
 * every other error is a fault of ours and is shown with where its details are.
 */
export class PlainError extends Error {
  name = 'PlainError';
}

/** Runs a script's main function; ends the process with code 1 and one sentence when it fails. */
export async function runMain(main) {
  try {
    const code = await main();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    process.exitCode = 1;
    console.error(`\n✗ ${sentence(error)}`);
    if (!(error instanceof PlainError) && process.env.SYNCLINE_DEBUG) console.error(error);
  }
}

/** The text a person is shown for any thrown value: never a stack trace. */
export function sentence(error) {
  if (error instanceof PlainError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return `Something went wrong inside Syncline's own scripts: ${text} (SYNCLINE_DEBUG=1 shows where)`;
}
