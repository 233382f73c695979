import type { Sealed } from '../infra/secrets';
import { Prisma } from '../prisma/generated/client';
import type { Database } from './database';

/** A connection's secrets as stored. */
export interface StoredCredentials {
  readonly version: bigint;
  readonly sealed: Sealed;
  readonly expiresAt: Date | null;
  readonly expired: boolean;
}

/** Counted as expired this long before the platform says so, so that a call does not set out with a dying token. */
const EXPIRY_MARGIN = '60 seconds';

/** Longer than the longest token call: a lease that outlives it was left by a crash. */
const RENEW_LEASE = '60 seconds';

/** What `credentialsOf` is made of. */
export interface CredentialsRow {
  version: bigint;
  key_id: string;
  iv: Uint8Array<ArrayBuffer>;
  tag: Uint8Array<ArrayBuffer>;
  ciphertext: Uint8Array<ArrayBuffer>;
  expires_at: Date | null;
  expired: boolean;
}

/** Of `credentials c`. */
export const CREDENTIALS_COLUMNS = Prisma.sql`
  c.version, c.key_id, c.iv, c.tag, c.ciphertext, c.expires_at,
  coalesce(c.expires_at < syncline_now() + ${EXPIRY_MARGIN}::interval, false) AS expired`;

/** Null when the connection has none (disconnected, deleted). */
export async function readCredentials(
  db: Database,
  connectionId: bigint,
): Promise<StoredCredentials | null> {
  const [row] = await db.prisma.$queryRaw<CredentialsRow[]>`
    SELECT ${CREDENTIALS_COLUMNS} FROM credentials c WHERE c.connection_id = ${connectionId}`;
  return row === undefined ? null : credentialsOf(row);
}

export function credentialsOf(row: CredentialsRow): StoredCredentials {
  return {
    version: row.version,
    sealed: { keyId: row.key_id, iv: row.iv, tag: row.tag, ciphertext: row.ciphertext },
    expiresAt: row.expires_at,
    expired: row.expired,
  };
}

/** Takes the right to renew credentials of this version; false when another has it, or they have changed. */
export async function takeRenewal(
  db: Database,
  input: { connectionId: bigint; version: bigint; owner: string },
): Promise<boolean> {
  const taken = await db.prisma.$executeRaw`
    UPDATE credentials SET renew_owner = ${input.owner}, renew_until = syncline_now() + ${RENEW_LEASE}::interval
    WHERE connection_id = ${input.connectionId} AND version = ${input.version}
      AND (renew_until IS NULL OR renew_until < syncline_now())`;
  return taken > 0;
}

/** Gives the right back after a renewal that failed. */
export async function releaseRenewal(
  db: Database,
  input: { connectionId: bigint; owner: string },
): Promise<void> {
  await db.prisma.$executeRaw`
    UPDATE credentials SET renew_owner = NULL, renew_until = NULL
    WHERE connection_id = ${input.connectionId} AND renew_owner = ${input.owner}`;
}

/** Writes renewed credentials, only over the version that was read. False when they have changed since (a reconnect). */
export async function storeRenewed(
  db: Database,
  input: { connectionId: bigint; version: bigint; sealed: Sealed; expiresAt: Date | null },
): Promise<boolean> {
  const written = await db.prisma.$executeRaw`
    UPDATE credentials SET version = nextval('credential_versions'), key_id = ${input.sealed.keyId}, iv = ${input.sealed.iv},
      tag = ${input.sealed.tag}, ciphertext = ${input.sealed.ciphertext}, expires_at = ${input.expiresAt},
      renew_owner = NULL, renew_until = NULL, updated_at = syncline_now()
    WHERE connection_id = ${input.connectionId} AND version = ${input.version}`;
  return written > 0;
}
