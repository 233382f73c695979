/**
 * A migration that cannot be carried out for a reason a person can act on. The message is one clear
 * sentence, safe to show: it names hosts, databases and migrations, never a password or a statement.
 */
export class MigrationError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'MigrationError';
  }
}
