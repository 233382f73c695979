import type { ApiConfig } from '../infra/config';
import type { Database } from '../store/database';
import { ensureFirstAdmin, FIRST_ADMIN } from './first-admin';
import { ensureFirstKey } from './first-key';
import { oneShot } from './one-shot';

/**
 * One-shot at every start: prepares the first organisation, and prints where its API key is, and the key and the admin's
 * password where they were made just now.
 */
async function bootstrap(db: Database, config: ApiConfig): Promise<void> {
  const { organisationId, keyFile, newKey } = await ensureFirstKey(db, config);
  const { newPassword } = await ensureFirstAdmin(db, organisationId, config);
  process.stdout.write(`API key: ${keyFile}\n`);
  if (newKey !== null) process.stdout.write(`New API key: ${newKey}\n`);
  if (newPassword !== null) {
    process.stdout.write(`New admin: ${FIRST_ADMIN}, password ${newPassword}\n`);
  }
}

void oneShot(bootstrap);
