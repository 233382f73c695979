import { apiConfig, configOrExit } from '../infra/config';
import { createDatabase } from '../store/database';
import { ensureFirstKey } from './first-key';

/** One-shot at every start: prepares the first organisation, and prints where its API key is (the key only when new). */
async function main(): Promise<void> {
  const config = configOrExit(apiConfig);
  const db = createDatabase(config.database.url, { max: 2 });
  try {
    const { keyFile, newKey } = await ensureFirstKey(db, config);
    process.stdout.write(`API key: ${keyFile}\n`);
    if (newKey !== null) process.stdout.write(`New API key: ${newKey}\n`);
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
