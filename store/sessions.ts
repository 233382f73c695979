import type { Role } from '../core/roles';
import { type Database, inTransaction, type Tx } from './database';
import { one } from './locks';

/** Writer of sessions. Only hashes of their tokens come here. */

/** A session ends when nobody has used it for this long, … */
const IDLE_DAYS = 7;
/** … and, however much it is used, this long after its beginning. */
const LONGEST_DAYS = 30;
/** It is prolonged at most this often: a write for each request would be one too many. */
const RENEW_AFTER_HOURS = 1;

export interface SessionRow {
  readonly id: bigint;
  readonly csrfToken: string;
  readonly expiresAt: Date;
  /** By the database's clock. */
  readonly expiresInMs: number;
  /** Whether it was not prolonged for a while. */
  readonly isStale: boolean;
  readonly organisationId: bigint;
  readonly userId: bigint;
  readonly role: Role;
}

/**
 * Begins a session of a user. Null where the user is gone, or has another password than the one that was checked
 * (null = none was).
 */
export function createSession(
  db: Database,
  session: {
    userId: bigint;
    checkedHash: string | null;
    tokenHash: string;
    csrfToken: string;
  },
): Promise<{ readonly id: bigint } | null> {
  return inTransaction(db, async (tx) => {
    await tx.$executeRaw`DELETE FROM sessions WHERE expires_at <= syncline_now()`;
    const user = await one(
      tx.$queryRaw<{ id: bigint }[]>`
        UPDATE users SET last_sign_in_at = syncline_now()
        WHERE id = ${session.userId} AND password_hash = coalesce(${session.checkedHash}, password_hash)
        RETURNING id`,
    );
    if (user === null) return null;
    return one(
      tx.$queryRaw<{ id: bigint }[]>`
        INSERT INTO sessions (user_id, token_hash, csrf_token, created_at, expires_at)
        VALUES (${user.id}, ${session.tokenHash}, ${session.csrfToken}, syncline_now(),
          syncline_now() + make_interval(days => ${IDLE_DAYS}::int))
        RETURNING id`,
    );
  });
}

/** The live session with this hash. */
export function findSession(db: Database, tokenHash: string): Promise<SessionRow | null> {
  return one(
    db.prisma.$queryRaw<SessionRow[]>`
      SELECT s.id, s.csrf_token AS "csrfToken", s.expires_at AS "expiresAt",
        (extract(epoch FROM s.expires_at - syncline_now()) * 1000)::float8 AS "expiresInMs",
        s.expires_at < least(
          syncline_now() + make_interval(days => ${IDLE_DAYS}::int, hours => ${-RENEW_AFTER_HOURS}::int),
          s.created_at + make_interval(days => ${LONGEST_DAYS}::int)) AS "isStale",
        u.organisation_id AS "organisationId", u.id AS "userId", u.role
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.token_hash = ${tokenHash} AND s.expires_at > syncline_now()`,
  );
}

/** Prolongs a session. Answers how long it lives from now, in milliseconds. */
export async function renewSession(db: Database, id: bigint): Promise<number> {
  const renewed = await one(
    db.prisma.$queryRaw<{ ms: number }[]>`
      UPDATE sessions
      SET expires_at = least(syncline_now() + make_interval(days => ${IDLE_DAYS}::int),
        created_at + make_interval(days => ${LONGEST_DAYS}::int))
      WHERE id = ${id}
      RETURNING (extract(epoch FROM expires_at - syncline_now()) * 1000)::float8 AS ms`,
  );
  return renewed?.ms ?? 0;
}

export async function endSession(db: Database, id: bigint): Promise<void> {
  await db.prisma.$executeRaw`DELETE FROM sessions WHERE id = ${id}`;
}

/** Ends all sessions of a user, or all but one. */
export async function endSessionsOf(tx: Tx, userId: bigint, except?: bigint): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM sessions WHERE user_id = ${userId} AND id IS DISTINCT FROM ${except ?? null}::bigint`;
}
