import { apiConfig, configOrExit } from '../infra/config';
import { createDatabase } from '../store/database';
import { ensureFirstAdmin, FIRST_ADMIN } from './first-admin';
import { ensureFirstKey } from './first-key';

/**
 * One-shot at every start: prepares the first organisation, and prints where its API key is, and the key and the admin's
 * password where they were made just now.
 */
async function main(): Promise<void> {
  const config = configOrExit(apiConfig);
  const db = createDatabase(config.database.url, { max: 2 });
  try {
    const { organisationId, keyFile, newKey } = await ensureFirstKey(db, config);
    const { newPassword } = await ensureFirstAdmin(db, organisationId, config);
    process.stdout.write(`API key: ${keyFile}\n`);
    if (newKey !== null) process.stdout.write(`New API key: ${newKey}\n`);
    if (newPassword !== null) {
      process.stdout.write(`New admin: ${FIRST_ADMIN}, password ${newPassword}\n`);
    }
  } catch {
    process.stderr.write(
      'The database of DATABASE_URL cannot be used: see that it runs and is migrated (npm run db:migrate).\n',
    );
    process.exitCode = 1;
  } finally {
    await db.close();
  }
}

void main();
