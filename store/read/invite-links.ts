import type { InviteLinkFacts } from '../../core/invite-link';
import type { ConnectionStatus, IntegrationCategory } from '../../core/names';
import { type SyncConfigEntry, syncConfigList } from '../../core/sync-config';
import { Prisma } from '../../prisma/generated/client';
import type { Database, Tx } from '../database';

/** A link that exists, with the company it is for. */
export interface InviteLinkView extends InviteLinkFacts {
  readonly id: bigint;
  readonly publicId: string;
  readonly organisationId: bigint;
  readonly organisationName: string;
  readonly company: {
    readonly id: bigint;
    readonly name: string;
    readonly createdAt: Date;
    readonly updatedAt: Date;
  };
  /** Empty = every platform of the categories. */
  readonly integrations: readonly string[];
  readonly categories: readonly IntegrationCategory[];
  readonly syncConfig: SyncConfigEntry[] | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly connection: {
    readonly id: bigint;
    readonly integrationType: string;
    readonly status: ConnectionStatus;
    readonly isDeleted: boolean;
  } | null;
}

interface Row extends Omit<InviteLinkView, 'company' | 'connection' | 'syncConfig'> {
  companyId: bigint;
  companyName: string;
  companyCreatedAt: Date;
  companyUpdatedAt: Date;
  syncConfig: unknown;
  connectionId: bigint | null;
  connectionType: string | null;
  connectionStatus: ConnectionStatus | null;
  isConnectionDeleted: boolean | null;
}

const MAX_ID = 9_223_372_036_854_775_807n;

/** A page of links, newest first, one more than `limit` where there are more. */
export function listInviteLinks(
  db: Database,
  input: { organisationId: bigint; before: bigint | null; limit: number },
): Promise<InviteLinkView[]> {
  const { organisationId, before, limit } = input;
  return select(
    db.prisma,
    Prisma.sql`l.organisation_id = ${organisationId} AND l.id < ${before ?? MAX_ID}
      ORDER BY l.id DESC LIMIT ${limit + 1}`,
  );
}

/** Null where the organisation has no such link. */
export async function readInviteLink(
  db: Database,
  input: { organisationId: bigint; publicId: string },
): Promise<InviteLinkView | null> {
  const link = await findInviteLink(db, input.publicId);
  return link?.organisationId === input.organisationId ? link : null;
}

/** For whoever holds the link: its id is all that is asked for. `publicId` must be a UUID. */
export async function findInviteLink(
  db: Database,
  publicId: string,
): Promise<InviteLinkView | null> {
  const [link] = await select(db.prisma, Prisma.sql`l.public_id = ${publicId}::uuid`);
  return link ?? null;
}

/** As a transaction sees it. */
export async function readLinkById(tx: Tx, id: bigint): Promise<InviteLinkView | null> {
  const [link] = await select(tx, Prisma.sql`l.id = ${id}`);
  return link ?? null;
}

/** The newest link of each company. */
export function newestLinksOf(
  db: Database,
  companyIds: readonly bigint[],
): Promise<InviteLinkView[]> {
  return select(
    db.prisma,
    Prisma.sql`l.id IN (
      SELECT (SELECT n.id FROM invite_links n WHERE n.company_id = c.id AND n.deleted_at IS NULL
        ORDER BY n.id DESC LIMIT 1)
      FROM unnest(${[...companyIds]}::bigint[]) AS c(id))`,
  );
}

async function select(client: Tx, which: Prisma.Sql): Promise<InviteLinkView[]> {
  const rows = await client.$queryRaw<Row[]>`
    SELECT l.id, l.public_id::text AS "publicId", l.organisation_id AS "organisationId",
      o.name AS "organisationName", co.id AS "companyId", co.name AS "companyName",
      co.created_at AS "companyCreatedAt", co.updated_at AS "companyUpdatedAt", l.integrations, l.categories,
      l.sync_config AS "syncConfig", l.expires_at AS "expiresAt", l.used_at AS "usedAt",
      l.created_at AS "createdAt", l.updated_at AS "updatedAt",
      coalesce(l.expires_at <= syncline_now(), false) AS "isExpired",
      l.connection_id AS "connectionId", c.integration_type AS "connectionType", c.status AS "connectionStatus",
      c.deleted_at IS NOT NULL AS "isConnectionDeleted"
    FROM invite_links l
    JOIN organisations o ON o.id = l.organisation_id
    -- A link goes with its company.
    JOIN companies co ON co.id = l.company_id AND co.deleted_at IS NULL
    LEFT JOIN connections c ON c.id = l.connection_id
    WHERE l.deleted_at IS NULL AND ${which}`;
  return rows.map(toView);
}

function toView(row: Row): InviteLinkView {
  const { companyId, companyName, companyCreatedAt, companyUpdatedAt, ...rest } = row;
  const { connectionId, connectionType, connectionStatus, isConnectionDeleted, ...link } = rest;
  return {
    ...link,
    company: {
      id: companyId,
      name: companyName,
      createdAt: companyCreatedAt,
      updatedAt: companyUpdatedAt,
    },
    syncConfig: row.syncConfig === null ? null : syncConfigList.parse(row.syncConfig),
    connection:
      connectionId === null
        ? null
        : {
            id: connectionId,
            integrationType: connectionType ?? '',
            // A deleted connection's row goes when its records have gone.
            status: connectionStatus ?? 'DISCONNECTED',
            isDeleted: connectionStatus === null || isConnectionDeleted === true,
          },
  };
}
