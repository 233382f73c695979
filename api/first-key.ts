import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashApiKey, newApiKey, shownPrefix } from '../infra/api-keys';
import { addApiKey } from '../store/api-keys';
import type { Database } from '../store/database';
import { ensureFirstOrganisation } from '../store/organisations';

const ORGANISATION_NAME = 'Demo';

export interface FirstKey {
  readonly organisationId: bigint;
  readonly keyFile: string;
  /** The key, where it was made just now. */
  readonly newKey: string | null;
}

/**
 * Makes an installation usable, once and again at every start: the first organisation, its API key in
 * `<home>/api-key`, and the key of `SYNCLINE_API_KEY` where one is set.
 */
export async function ensureFirstKey(
  db: Database,
  config: { home: string; bootstrapApiKey: string | null },
): Promise<FirstKey> {
  const { organisation } = await ensureFirstOrganisation(db, ORGANISATION_NAME);
  const keyFile = path.join(config.home, 'api-key');
  const kept = readKey(keyFile);
  const key = kept ?? newApiKey();
  // A kept key that the database does not know: the home was kept and the database made anew.
  await addKey(db, organisation.id, key, 'First key');
  if (kept === null) writeKey(keyFile, key);
  if (config.bootstrapApiKey !== null) {
    await addKey(db, organisation.id, config.bootstrapApiKey, 'SYNCLINE_API_KEY');
  }
  return { organisationId: organisation.id, keyFile, newKey: kept === null ? key : null };
}

async function addKey(db: Database, organisationId: bigint, key: string, name: string) {
  await addApiKey(db, { organisationId, name, prefix: shownPrefix(key), hash: hashApiKey(key) });
}

function readKey(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

/** Whole or not at all, and readable by its owner alone from the first moment. */
function writeKey(file: string, key: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${key}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}
