import { hashApiKey, newApiKey, shownPrefix } from '../../infra/api-keys';
import { addApiKey } from '../../store/api-keys';
import type { TestDatabase } from './database';

/** A new API key of an organisation, as its owner is shown it once. */
export async function makeApiKey(database: TestDatabase, organisationId: bigint): Promise<string> {
  const apiKey = newApiKey();
  const key = { prefix: shownPrefix(apiKey), hash: hashApiKey(apiKey) };
  await addApiKey(database.db, { organisationId, name: 'Test', ...key });
  return apiKey;
}
