/**
 * A failure that a person can act on. Its message is one clear sentence and is shown as it is;
 * every other error is a fault of ours.
 */
export class PlainError extends Error {}

/** The text a person is shown for any thrown value: never a stack trace, unless asked for. */
export function sentence(error) {
  if (error instanceof PlainError) return error.message;
  if (process.env.SYNCLINE_DEBUG && error instanceof Error) return error.stack;
  const text = error instanceof Error ? error.message : String(error);
  return `Something went wrong inside Syncline's own scripts: ${text} (SYNCLINE_DEBUG=1 shows where)`;
}
