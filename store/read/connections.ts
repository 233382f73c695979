import type { ConnectionStatus, IntegrationCategory } from '../../core/names';
import type { QuotaState } from '../../core/quota';
import { type SyncConfigEntry, syncConfigList } from '../../core/sync-config';
import type { DataModel } from '../../core/unified/models';
import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';
import { defaultEntries } from '../sync-configs';
import { isAsleep } from './sleeping';

/** A live connection with what is going on in it. */
export interface ConnectionView {
  readonly id: bigint;
  readonly companyId: bigint;
  readonly integrationType: string;
  readonly category: IntegrationCategory;
  readonly status: ConnectionStatus;
  readonly paused: boolean;
  readonly account: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSynced: Date | null;
  readonly hasOpenPull: boolean;
  readonly hasQueuedJob: boolean;
  /** The earliest end of its waits for quota; null when none waits. */
  readonly resumeAt: Date | null;
  /** The list that holds: its own, else the organisation's; models its platform lacks are left out. */
  readonly entries: SyncConfigEntry[];
  readonly followsOrganisation: boolean;
  /** The quota ledger of its account; null before the first call. */
  readonly quota: QuotaState | null;
  /** The database's clock. */
  readonly now: Date;
}

interface Row extends Omit<ConnectionView, 'entries' | 'followsOrganisation'> {
  ownEntries: unknown;
  sharedEntries: unknown;
  models: DataModel[];
}

/** Live connections of an organisation by id; those that do not exist are left out. */
export function readConnections(
  db: Database,
  input: { organisationId: bigint; connectionIds: readonly bigint[] },
): Promise<ConnectionView[]> {
  return select(
    db,
    Prisma.sql`c.organisation_id = ${input.organisationId} AND c.id = ANY(${[...input.connectionIds]}::bigint[])`,
  );
}

/** Live connections of some companies, oldest first. */
export function readConnectionsOfCompanies(
  db: Database,
  input: { organisationId: bigint; companyIds: readonly bigint[] },
): Promise<ConnectionView[]> {
  return select(
    db,
    Prisma.sql`c.organisation_id = ${input.organisationId} AND c.company_id = ANY(${[...input.companyIds]}::bigint[])`,
  );
}

/** A page of live connections, newest first, one more than `limit` where there are more. */
export async function listConnections(
  db: Database,
  input: {
    organisationId: bigint;
    companyId: bigint | undefined;
    before: bigint | null;
    limit: number;
  },
): Promise<ConnectionView[]> {
  const rows = await db.prisma.connection.findMany({
    where: {
      organisationId: input.organisationId,
      deletedAt: null,
      ...(input.companyId === undefined ? {} : { companyId: input.companyId }),
      ...(input.before === null ? {} : { id: { lt: input.before } }),
    },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: input.limit + 1,
  });
  const connectionIds = rows.map((row) => row.id);
  const views = await readConnections(db, { ...input, connectionIds });
  return views.reverse();
}

/** The live connection of a company to a platform; null when there is none, or no such company. */
export async function findConnectionOfCompany(
  db: Database,
  input: { organisationId: bigint; companyId: bigint; integrationType: string },
): Promise<bigint | null> {
  const found = await db.prisma.connection.findFirst({
    where: { ...input, deletedAt: null },
    select: { id: true },
  });
  return found?.id ?? null;
}

/** What a connection `c` does now, in columns. */
export const WHAT_IT_DOES = Prisma.sql`
  EXISTS (SELECT 1 FROM pulls p WHERE p.connection_id = c.id AND p.state = 'RUNNING') AS "hasOpenPull",
  EXISTS (SELECT 1 FROM sync_jobs j WHERE j.connection_id = c.id AND j.state = 'CREATED') AS "hasQueuedJob",
  (SELECT min(p.resume_at) FROM pulls p
    WHERE p.connection_id = c.id AND p.state = 'RUNNING' AND ${isAsleep}) AS "resumeAt"`;

async function select(db: Database, which: Prisma.Sql): Promise<ConnectionView[]> {
  const rows = await db.prisma.$queryRaw<Row[]>`
    SELECT c.id, c.company_id AS "companyId", c.integration_type AS "integrationType", c.category, c.status,
      c.paused, c.account, c.created_at AS "createdAt", c.updated_at AS "updatedAt",
      m.last_synced AS "lastSynced", coalesce(m.models, '{}') AS models,
      ${WHAT_IT_DOES},
      own.entries AS "ownEntries", shared.entries AS "sharedEntries", q.state AS quota, syncline_now() AS now
    FROM connections c
    LEFT JOIN LATERAL (
      SELECT max(last_success_at) AS last_synced, array_agg(data_model) AS models
      FROM model_states WHERE connection_id = c.id
    ) m ON true
    LEFT JOIN sync_configs own ON own.connection_id = c.id
    LEFT JOIN sync_configs shared ON shared.connection_id IS NULL
      AND shared.organisation_id = c.organisation_id AND shared.category = c.category
    LEFT JOIN quota_accounts q ON q.account = c.integration_type || ':' || c.account
    WHERE c.deleted_at IS NULL AND ${which}
    ORDER BY c.id`;
  return rows.map(toView);
}

function toView({ ownEntries, sharedEntries, models, ...row }: Row): ConnectionView {
  const list = ownEntries ?? sharedEntries;
  const entries = list === null ? defaultEntries(row.category) : syncConfigList.parse(list);
  const supported = new Set(models);
  return {
    ...row,
    entries: entries.filter((entry) => supported.has(entry.data_model)),
    followsOrganisation: ownEntries === null,
  };
}
