import { AppError } from '../core/errors';
import type { Role } from '../core/roles';
import { type Database, inTransaction, type Tx } from './database';
import { one } from './locks';
import { hasUsers, USER_COLUMNS, type UserRow } from './read/users';
import { endSessionsOf } from './sessions';

/** Writer of users. Only hashes come here: what a password itself looks like is `infra/passwords.ts`'s business. */

export interface NewUser {
  readonly organisationId: bigint;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** Adds a user; null where somebody has this address already. */
export function createUser(db: Database | Tx, user: NewUser): Promise<UserRow | null> {
  const client = 'prisma' in db ? db.prisma : db;
  return one(
    client.$queryRaw<UserRow[]>`
      INSERT INTO users (organisation_id, email, name, role, password_hash, created_at, updated_at)
      VALUES (${user.organisationId}, ${user.email}, ${user.name}, ${user.role}, ${user.passwordHash},
        syncline_now(), syncline_now())
      ON CONFLICT (email) DO NOTHING
      RETURNING ${USER_COLUMNS}`,
  );
}

interface Named {
  readonly organisationId: bigint;
  readonly userId: bigint;
}

/**
 * Changes a user; what is absent stays. Another role or password ends their sessions. Null where the organisation has no
 * such user; throws `AppError` (409) where it would be left without an admin.
 */
export function updateUser(
  db: Database,
  named: Named,
  change: { name: string | undefined; role: Role | undefined; passwordHash: string | undefined },
): Promise<UserRow | null> {
  return inTransaction(db, async (tx) => {
    const user = await lockUser(tx, named);
    if (user === null) return null;
    const isLowered = user.role === 'admin' && change.role !== undefined && change.role !== 'admin';
    if (isLowered) await refuseLastAdmin(tx, user);
    const hasNewRole = change.role !== undefined && change.role !== user.role;
    if (hasNewRole || change.passwordHash !== undefined) await endSessionsOf(tx, user.id);
    return one(
      tx.$queryRaw<UserRow[]>`
        UPDATE users
        SET name = coalesce(${change.name ?? null}, name), role = coalesce(${change.role ?? null}, role),
          password_hash = coalesce(${change.passwordHash ?? null}, password_hash), updated_at = syncline_now()
        WHERE id = ${user.id}
        RETURNING ${USER_COLUMNS}`,
    );
  });
}

/** Gives a user another password, and ends all their sessions but the one it came from. */
export function changePassword(
  db: Database,
  { userId, sessionId, passwordHash }: { userId: bigint; sessionId: bigint; passwordHash: string },
): Promise<void> {
  return inTransaction(db, async (tx) => {
    await tx.$executeRaw`
      UPDATE users SET password_hash = ${passwordHash}, updated_at = syncline_now() WHERE id = ${userId}`;
    await endSessionsOf(tx, userId, sessionId);
  });
}

/** Removes a user and ends their sessions. False where the organisation has no such user; throws as `updateUser`. */
export function removeUser(db: Database, named: Named): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const user = await lockUser(tx, named);
    if (user === null) return false;
    if (user.role === 'admin') await refuseLastAdmin(tx, user);
    await endSessionsOf(tx, user.id);
    await tx.$executeRaw`DELETE FROM users WHERE id = ${user.id}`;
    return true;
  });
}

/** Locks a user, and with them all admins, by id: of two who lower one another the second sees what the first did. */
async function lockUser(tx: Tx, { organisationId, userId }: Named): Promise<UserRow | null> {
  const locked = await tx.$queryRaw<UserRow[]>`
    SELECT ${USER_COLUMNS} FROM users
    WHERE organisation_id = ${organisationId} AND (id = ${userId} OR role = 'admin')
    ORDER BY id FOR UPDATE`;
  return locked.find((user) => user.id === userId) ?? null;
}

async function refuseLastAdmin(tx: Tx, user: UserRow): Promise<void> {
  const others = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM users
    WHERE organisation_id = ${user.organisationId} AND role = 'admin' AND id <> ${user.id} LIMIT 1`;
  if (others.length > 0) return;
  throw new AppError('conflict', 'This is the last admin: make somebody else one first.', {
    field: 'role',
  });
}

/** Advisory lock of whoever makes the first admin, so that two processes of a new home make one. */
const FIRST_ADMIN_LOCK = 7_501_002;

/** Adds a user where the organisation has none; null where it has. */
export function createFirstUser(db: Database, user: NewUser): Promise<UserRow | null> {
  return inTransaction(db, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_ADMIN_LOCK})`;
    if (await hasUsers(tx, user.organisationId)) return null;
    return createUser(tx, user);
  });
}
