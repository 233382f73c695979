import { notFound } from '../core/errors';
import { type SyncConfigEntry, syncConfigList } from '../core/sync-config';
import { CATEGORY_OF } from '../core/unified/models';
import { READABLE_MODELS } from '../core/unified/tables';
import { applyConfig } from './apply-config';
import { type Database, inTransaction, type Tx } from './database';
import { lockConnection, one } from './locks';
import type { ConnectionRow } from './rows';

/** A list of entries, and its version: equal versions are the same list. Version 0 is the product's default. */
export interface ConfigList {
  readonly entries: SyncConfigEntry[];
  readonly version: bigint;
}

/** Every model that can be read, once a day: what an organisation starts with. */
export function defaultEntries(category: string): SyncConfigEntry[] {
  return READABLE_MODELS.filter((dataModel) => CATEGORY_OF[dataModel] === category).map(
    (dataModel) => ({
      data_model: dataModel,
      category: CATEGORY_OF[dataModel],
      enabled: true,
      frequency: 'DAILY',
      interval: 1,
      scope_access: { READ: true },
    }),
  );
}

/** The organisation's list for a category. */
export async function getOrganisationConfig(
  db: Database,
  input: { organisationId: bigint; category: string },
): Promise<ConfigList> {
  return organisationList(db.prisma, input.organisationId, input.category);
}

/** Replaces the organisation's list. It is applied to each connection that follows it by `applyPendingConfigs`. */
export async function putOrganisationConfig(
  db: Database,
  input: { organisationId: bigint; category: string; entries: readonly SyncConfigEntry[] },
): Promise<void> {
  await db.prisma.$executeRaw`
    INSERT INTO sync_configs (organisation_id, category, entries)
    VALUES (${input.organisationId}, ${input.category}, ${JSON.stringify(input.entries)}::jsonb)
    ON CONFLICT (organisation_id, category) WHERE connection_id IS NULL DO UPDATE
      SET entries = excluded.entries, version = nextval('sync_config_versions'), updated_at = syncline_now()`;
}

/** A connection's list, and whether it is the organisation's. */
export async function getConnectionConfig(
  db: Database,
  input: { organisationId: bigint; connectionId: bigint },
): Promise<{ entries: SyncConfigEntry[]; followsOrganisation: boolean }> {
  const found = await db.prisma.connection.findFirst({
    where: { id: input.connectionId, organisationId: input.organisationId, deletedAt: null },
    select: { id: true, organisationId: true, category: true },
  });
  if (found === null) throw notFound('connection', 'connection_id');
  const connection = {
    id: found.id,
    organisation_id: found.organisationId,
    category: found.category,
  };
  const effective = await effectiveList(db.prisma, connection);
  const models = await db.prisma.modelState.findMany({
    where: { connectionId: connection.id },
    select: { dataModel: true },
  });
  const supported = new Set(models.map((model) => model.dataModel));
  return {
    entries: effective.entries.filter((entry) => supported.has(entry.data_model)),
    followsOrganisation: effective.followsOrganisation,
  };
}

/** Gives a connection its own list, or returns it to the organisation's (`entries: null`), and applies it. */
export function putConnectionConfig(
  db: Database,
  input: {
    organisationId: bigint;
    connectionId: bigint;
    entries: readonly SyncConfigEntry[] | null;
  },
): Promise<{ platform: string }> {
  return inTransaction(db, async (tx) => {
    const connection = await lockConnection(tx, input.connectionId);
    if (
      connection === null ||
      connection.deleted_at !== null ||
      connection.organisation_id !== input.organisationId
    ) {
      throw notFound('connection', 'connection_id');
    }
    await storeOwnList(tx, connection, input.entries);
    await applyConfig(tx, connection, await effectiveList(tx, connection));
    return { platform: connection.integration_type };
  });
}

/**
 * One entry is merged into the list of each live connection of the company (one that follows the organisation gets its
 * own copy first); an array replaces it. Answers the connections touched.
 */
export async function mergeCompanyConfig(
  db: Database,
  input: {
    organisationId: bigint;
    companyId: bigint;
    entries: SyncConfigEntry | readonly SyncConfigEntry[];
  },
): Promise<{ connectionId: bigint; platform: string }[]> {
  const live = await db.prisma.connection.findMany({
    where: { organisationId: input.organisationId, companyId: input.companyId, deletedAt: null },
    select: { id: true, integrationType: true },
    orderBy: { id: 'asc' },
  });
  for (const { id } of live) {
    await inTransaction(db, async (tx) => {
      const connection = await lockConnection(tx, id);
      if (connection === null || connection.deleted_at !== null) return;
      const { entries } = await effectiveList(tx, connection);
      await storeOwnList(tx, connection, merged(entries, input.entries));
      await applyConfig(tx, connection, await effectiveList(tx, connection));
    });
  }
  return live.map(({ id, integrationType }) => ({ connectionId: id, platform: integrationType }));
}

/** Writes a connection's own list without applying it, or removes it (null). */
export async function storeOwnList(
  tx: Tx,
  connection: Pick<ConnectionRow, 'id' | 'organisation_id' | 'category'>,
  entries: readonly SyncConfigEntry[] | null,
): Promise<void> {
  if (entries === null) {
    await tx.$executeRaw`DELETE FROM sync_configs WHERE connection_id = ${connection.id}`;
    return;
  }
  await tx.$executeRaw`
    INSERT INTO sync_configs (organisation_id, category, connection_id, entries)
    VALUES (${connection.organisation_id}, ${connection.category}, ${connection.id}, ${JSON.stringify(entries)}::jsonb)
    ON CONFLICT (connection_id) DO UPDATE
      SET entries = excluded.entries, version = nextval('sync_config_versions'), updated_at = syncline_now()`;
}

/** The list that holds for a connection: its own, else the organisation's. */
export async function effectiveList(
  tx: Pick<Tx, '$queryRaw'>,
  connection: Pick<ConnectionRow, 'id' | 'organisation_id' | 'category'>,
): Promise<ConfigList & { followsOrganisation: boolean }> {
  const own = await one(
    tx.$queryRaw<{ entries: unknown; version: bigint }[]>`
      SELECT entries, version FROM sync_configs WHERE connection_id = ${connection.id}`,
  );
  if (own !== null) return { ...parsed(own), followsOrganisation: false };
  const shared = await organisationList(tx, connection.organisation_id, connection.category);
  return { ...shared, followsOrganisation: true };
}

/** Applies an organisation's changed list to some connections that follow it. Answers those it was applied to. */
export async function applyPendingConfigs(
  db: Database,
  limit: number,
): Promise<{ connectionId: bigint; platform: string }[]> {
  const pending = await db.prisma.$queryRaw<{ id: bigint; integration_type: string }[]>`
    SELECT c.id, c.integration_type FROM connections c
    JOIN sync_configs s ON s.organisation_id = c.organisation_id AND s.category = c.category
      AND s.connection_id IS NULL
    WHERE c.deleted_at IS NULL AND c.applied_config_version <> s.version
      AND NOT EXISTS (SELECT 1 FROM sync_configs own WHERE own.connection_id = c.id)
    ORDER BY c.id LIMIT ${limit}`;
  for (const { id } of pending) {
    await inTransaction(db, async (tx) => {
      const connection = await lockConnection(tx, id);
      if (connection === null || connection.deleted_at !== null) return;
      await applyConfig(tx, connection, await effectiveList(tx, connection));
    });
  }
  return pending.map(({ id, integration_type }) => ({
    connectionId: id,
    platform: integration_type,
  }));
}

async function organisationList(
  tx: Pick<Tx, '$queryRaw'>,
  organisationId: bigint,
  category: string,
): Promise<ConfigList> {
  const row = await one(
    tx.$queryRaw<{ entries: unknown; version: bigint }[]>`
      SELECT entries, version FROM sync_configs
      WHERE organisation_id = ${organisationId} AND category = ${category} AND connection_id IS NULL`,
  );
  return row === null ? { entries: defaultEntries(category), version: 0n } : parsed(row);
}

function parsed(row: { entries: unknown; version: bigint }): ConfigList {
  // Lists were checked when they were put; a sync_from that has since come to lie in the past stays valid.
  return { entries: syncConfigList.parse(row.entries), version: row.version };
}

function merged(
  entries: readonly SyncConfigEntry[],
  change: SyncConfigEntry | readonly SyncConfigEntry[],
): SyncConfigEntry[] {
  if (isList(change)) return [...change];
  const others = entries.filter((entry) => entry.data_model !== change.data_model);
  return [...others, change];
}

function isList(
  change: SyncConfigEntry | readonly SyncConfigEntry[],
): change is readonly SyncConfigEntry[] {
  return Array.isArray(change);
}
