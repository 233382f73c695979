import type { Role } from '../../core/roles';
import { Prisma } from '../../prisma/generated/client';
import type { Database, Tx } from '../database';
import { one } from '../locks';

export interface UserRow {
  readonly id: bigint;
  readonly organisationId: bigint;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSignInAt: Date | null;
}

/** The columns of a `UserRow`. */
export const USER_COLUMNS = Prisma.sql`
  id, organisation_id AS "organisationId", email, name, role, created_at AS "createdAt", updated_at AS "updatedAt",
  last_sign_in_at AS "lastSignInAt"`;

/** The users of an organisation, oldest first. */
export function listUsers(db: Database, organisationId: bigint): Promise<UserRow[]> {
  return db.prisma.$queryRaw<UserRow[]>`
    SELECT ${USER_COLUMNS} FROM users WHERE organisation_id = ${organisationId} ORDER BY id`;
}

/** Whoever signs in with this address (lower case), and the hash of their password. */
export function findUser(
  db: Database,
  email: string,
): Promise<(UserRow & { readonly passwordHash: string }) | null> {
  return one(
    db.prisma.$queryRaw<(UserRow & { passwordHash: string })[]>`
      SELECT ${USER_COLUMNS}, password_hash AS "passwordHash" FROM users WHERE email = ${email}`,
  );
}

/** The oldest admin there is, of whatever organisation. */
export function findFirstAdmin(db: Database): Promise<UserRow | null> {
  return one(
    db.prisma.$queryRaw<UserRow[]>`
      SELECT ${USER_COLUMNS} FROM users WHERE role = 'admin' ORDER BY id LIMIT 1`,
  );
}

/** The hash of a user's password. */
export async function passwordHashOf(db: Database, userId: bigint): Promise<string | null> {
  const row = await one(
    db.prisma.$queryRaw<{ hash: string }[]>`
      SELECT password_hash AS hash FROM users WHERE id = ${userId}`,
  );
  return row?.hash ?? null;
}

/** A user with what a signed-in browser is told of their organisation. */
export function readSignedIn(
  db: Database,
  userId: bigint,
): Promise<(UserRow & { readonly organisationName: string }) | null> {
  return one(
    db.prisma.$queryRaw<(UserRow & { organisationName: string })[]>`
      SELECT ${USER_COLUMNS}, (SELECT name FROM organisations o WHERE o.id = organisation_id) AS "organisationName"
      FROM users WHERE id = ${userId}`,
  );
}

/** Whether an organisation has any user. */
export async function hasUsers(db: Database | Tx, organisationId: bigint): Promise<boolean> {
  const client = 'prisma' in db ? db.prisma : db;
  const found = await client.$queryRaw<unknown[]>`
    SELECT 1 FROM users WHERE organisation_id = ${organisationId} LIMIT 1`;
  return found.length > 0;
}
