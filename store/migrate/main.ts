import { migrate } from './migrate';
import { MigrationError } from './migration-error';

/**
 * `npm run db:migrate`: brings the database of DATABASE_URL up to this code, then ends. Code 1 and
 * one sentence when it cannot. `SYNCLINE_MIGRATE_WAIT_SECONDS` (60) is how long to wait for a server.
 */
async function main(): Promise<void> {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new MigrationError('DATABASE_URL is not set: it says which database to migrate.');
  const { applied, total } = await migrate(url, {
    waitMs: Number(process.env['SYNCLINE_MIGRATE_WAIT_SECONDS'] ?? 60) * 1_000,
    onApply: (name) => process.stdout.write(`Applying ${name}\n`),
  });
  const outcome = applied.length === 0 ? 'up to date' : `${applied.length} applied`;
  process.stdout.write(`Migrations: ${outcome}, ${total} in all.\n`);
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
