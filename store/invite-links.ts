import { notFound } from '../core/errors';
import { refuseClosedLink, UNNAMED_COMPANY } from '../core/invite-link';
import type { SyncConfigEntry } from '../core/sync-config';
import { Prisma } from '../prisma/generated/client';
import { recordActivity } from './activity-log';
import { companyFor } from './companies';
import { type Database, inTransaction, type Tx } from './database';
import { one } from './locks';
import { readLinkById } from './read/invite-links';

/** Writer of invite links. A link's row is locked before its company's and its connection's. */

interface LinkTerms {
  /** Empty = every platform of the categories. */
  readonly integrations: readonly string[];
  readonly categories: readonly string[];
  /** null = the organisation's. */
  readonly syncConfig: readonly SyncConfigEntry[] | null;
  /** From now; null = it never expires. */
  readonly expiresInDays: number | null;
}

export interface NewInviteLink extends LinkTerms {
  readonly organisationId: bigint;
  readonly company: { readonly id: bigint } | { readonly name: string };
  /** The connection it is to reconnect. */
  readonly connectionId: bigint | null;
}

/** Makes a link, and its company where a name is given. Answers its public id. */
export function createInviteLink(db: Database, input: NewInviteLink): Promise<string> {
  return inTransaction(db, async (tx) => {
    const companyId = await companyFor(tx, input);
    const created = await one(
      tx.$queryRaw<{ publicId: string }[]>`
        INSERT INTO invite_links (organisation_id, company_id, connection_id, integrations, categories, sync_config,
          expires_at, created_at, updated_at)
        VALUES (${input.organisationId}, ${companyId}, ${input.connectionId}, ${[...input.integrations]},
          ${[...input.categories]}, ${jsonOrNull(input.syncConfig)}::jsonb, ${expiry(input.expiresInDays)},
          syncline_now(), syncline_now())
        RETURNING public_id::text AS "publicId"`,
    );
    if (created === null) throw new Error('The invite link was not written');
    await recordActivity(tx, {
      organisationId: input.organisationId,
      companyId,
      connectionId: input.connectionId,
      activityType: 'INVITE_LINK_CREATED',
    });
    return created.publicId;
  });
}

/** Changes a link, and its company's name; absent terms stay. False where the organisation has no such link. */
export function updateInviteLink(
  db: Database,
  named: { organisationId: bigint; publicId: string },
  change: { readonly [Term in keyof LinkTerms]: LinkTerms[Term] | undefined } & {
    readonly companyName: string | undefined;
  },
): Promise<boolean> {
  const sets = [
    set('integrations', change.integrations, (names) => Prisma.sql`${[...names]}`),
    set('categories', change.categories, (names) => Prisma.sql`${[...names]}`),
    set('sync_config', change.syncConfig, (list) => Prisma.sql`${jsonOrNull(list)}::jsonb`),
    set('expires_at', change.expiresInDays, expiry),
  ].flatMap((each) => each ?? []);
  return inTransaction(db, async (tx) => {
    const link = await one(
      tx.$queryRaw<{ companyId: bigint }[]>`
        UPDATE invite_links SET ${Prisma.join([...sets, Prisma.sql`updated_at = syncline_now()`])}
        WHERE public_id = ${named.publicId}::uuid AND organisation_id = ${named.organisationId}
          AND deleted_at IS NULL
        RETURNING company_id AS "companyId"`,
    );
    if (link === null) return false;
    const { companyName } = change;
    if (companyName !== undefined) {
      await tx.$executeRaw`
        UPDATE companies SET name = ${companyName}, updated_at = syncline_now() WHERE id = ${link.companyId}`;
    }
    return true;
  });
}

/** The link opens nothing any more; its company and connection stay. False where there is no such link. */
export async function deleteInviteLink(
  db: Database,
  named: { organisationId: bigint; publicId: string },
): Promise<boolean> {
  const count = await db.prisma.$executeRaw`
    UPDATE invite_links SET deleted_at = syncline_now(), updated_at = syncline_now()
    WHERE public_id = ${named.publicId}::uuid AND organisation_id = ${named.organisationId} AND deleted_at IS NULL`;
  return count === 1;
}

/** A customer's use of a link. */
export interface LinkUse {
  readonly linkId: bigint;
  /** What the customer calls the company; counts only while nobody has named it. */
  readonly companyName: string | null;
}

/**
 * Takes a link, before anything is connected through it: others who hold it wait. Throws `AppError`: 404 for one that
 * is gone, 409 for one that is used or has expired.
 */
export async function takeLink(tx: Tx, { linkId, companyName }: LinkUse): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM invite_links WHERE id = ${linkId} FOR NO KEY UPDATE`;
  // Read after the lock: whoever held it may have connected meanwhile.
  const link = await readLinkById(tx, linkId);
  if (link === null) throw notFound('invite link', 'invite_link_id');
  refuseClosedLink(link);
  if (companyName === null) return;
  await tx.$executeRaw`
    UPDATE companies SET name = ${companyName}, updated_at = syncline_now()
    WHERE id = ${link.company.id} AND name = ${UNNAMED_COMPANY}`;
}

/** Notes that a taken link has connected, in the same transaction. */
export async function noteLinkUsed(tx: Tx, linkId: bigint, connectionId: bigint): Promise<void> {
  await tx.$executeRaw`
    UPDATE invite_links SET connection_id = ${connectionId}, used_at = syncline_now(), updated_at = syncline_now()
    WHERE id = ${linkId}`;
}

function expiry(days: number | null): Prisma.Sql {
  return days === null
    ? Prisma.sql`NULL`
    : Prisma.sql`syncline_now() + ${days}::int * interval '1 day'`;
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function set<T>(
  column: string,
  value: T | undefined,
  toSql: (value: T) => Prisma.Sql,
): Prisma.Sql | null {
  return value === undefined ? null : Prisma.sql`${Prisma.raw(`"${column}"`)} = ${toSql(value)}`;
}
