import { type ApiConfig, apiConfig, configOrExit } from '../infra/config';
import { createDatabase, type Database } from '../store/database';

/** Runs a command of an operator that works on the database and ends. Where that cannot be used, it says so and fails. */
export async function oneShot(
  run: (db: Database, config: ApiConfig) => Promise<void>,
): Promise<void> {
  const config = configOrExit(apiConfig);
  const db = createDatabase(config.database.url, { max: 2 });
  try {
    await run(db, config);
  } catch {
    process.stderr.write(
      'The database of DATABASE_URL cannot be used: see that it runs and is migrated (npm run db:migrate).\n',
    );
    process.exitCode = 1;
  } finally {
    await db.close();
  }
}
