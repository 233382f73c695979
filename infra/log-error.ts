/** Fields of errors that tell what broke and never with what: codes, kinds and names of ours, of Node and of PostgreSQL. */
const TELLING = ['code', 'kind', 'status', 'constraint', 'table'] as const;
const DEEPEST_CAUSE = 5;

/**
 * An error as it may be logged: its words, where it happened, and its causes. Other fields are left out, whatever they
 * are: PostgreSQL puts the whole row that it refuses into `detail`, and HTTP libraries the bytes that they could not
 * read. What is no error is left as it is.
 */
export function loggedError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const logged: Record<string, unknown> = { type: error.name, message: error.message };
  for (const field of TELLING) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'string' || typeof value === 'number') logged[field] = value;
  }
  if (error.stack !== undefined) logged['stack'] = error.stack;
  if (error.cause instanceof Error && depth < DEEPEST_CAUSE) {
    logged['cause'] = loggedError(error.cause, depth + 1);
  }
  return logged;
}
