import type { Database } from './database';

/** Writer of api_keys. Only hashes come here: what a key itself looks like is `infra/api-keys.ts`'s business. */

export interface ApiKeyRow {
  readonly id: bigint;
  readonly organisationId: bigint;
  readonly hash: string;
}

/**
 * The key with this SHA-256 (hex) that has not been revoked. Through the pool itself, as every request begins with it.
 */
export async function findApiKey(db: Database, hash: string): Promise<ApiKeyRow | null> {
  const { rows } = await db.pool.query<{ id: string; organisation_id: string; hash: string }>({
    name: 'find-api-key',
    text: 'SELECT id, organisation_id, hash FROM api_keys WHERE hash = $1 AND revoked_at IS NULL',
    values: [hash],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return { id: BigInt(row.id), organisationId: BigInt(row.organisation_id), hash: row.hash };
}

/** Adds a key; false where this key exists already, revoked or not, for whatever organisation. */
export async function addApiKey(
  db: Database,
  key: { organisationId: bigint; name: string; prefix: string; hash: string },
): Promise<boolean> {
  const { count } = await db.prisma.apiKey.createMany({ data: [key], skipDuplicates: true });
  return count === 1;
}

/** What may be shown of a key. */
export interface ShownApiKey {
  readonly id: bigint;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const SHOWN = {
  id: true,
  name: true,
  prefix: true,
  createdAt: true,
  lastUsedAt: true,
  revokedAt: true,
} as const;

/** The keys of an organisation, newest first. */
export function listApiKeys(db: Database, organisationId: bigint): Promise<ShownApiKey[]> {
  return db.prisma.apiKey.findMany({
    where: { organisationId },
    orderBy: { id: 'desc' },
    select: SHOWN,
  });
}

/** Adds a key that was made just now, so that nobody can have it yet. */
export function createApiKey(
  db: Database,
  key: { organisationId: bigint; name: string; prefix: string; hash: string },
): Promise<ShownApiKey> {
  return db.prisma.apiKey.create({ data: key, select: SHOWN });
}

/** Revokes a key; one that was revoked stays as it is. False where the organisation has no such key. */
export async function revokeApiKey(
  db: Database,
  { organisationId, keyId }: { organisationId: bigint; keyId: bigint },
): Promise<boolean> {
  const count = await db.prisma.$executeRaw`
    UPDATE api_keys SET revoked_at = coalesce(revoked_at, syncline_now())
    WHERE id = ${keyId} AND organisation_id = ${organisationId}`;
  return count === 1;
}

/** Notes that a key was used just now. */
export async function touchApiKey(db: Database, id: bigint): Promise<void> {
  await db.prisma.$executeRaw`UPDATE api_keys SET last_used_at = syncline_now() WHERE id = ${id}`;
}
