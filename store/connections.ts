import { AppError, type JobError, notFound } from '../core/errors';
import type { SyncConfigEntry } from '../core/sync-config';
import type { DataModel } from '../core/unified/models';
import type { Sealed } from '../infra/secrets';
import { Prisma } from '../prisma/generated/client';
import { recordActivity } from './activity-log';
import { applyConfig, insertModels } from './apply-config';
import { companyFor } from './companies';
import { type Database, inTransaction, type ModelTx } from './database';
import { failPulls } from './end-pull';
import { type LinkUse, noteLinkUsed, takeLink } from './invite-links';
import { failJobs } from './jobs';
import { lockConnection, lockModels, one } from './locks';
import type { ConnectionRow } from './rows';
import { sqlState } from './sql-state';
import { effectiveList, storeOwnList } from './sync-configs';
import { queueOwed } from './ticks';

/** Writer of connections: every change of a connection's status or existence, with all that follows from it. */

export interface NewConnection {
  readonly organisationId: bigint;
  readonly company: { readonly id: bigint } | { readonly name: string };
  readonly integrationType: string;
  readonly category: string;
  readonly account: string;
  readonly settings: Prisma.InputJsonObject;
  readonly expiresAt: Date | null;
  /** Seals the secrets for the row they will stand in. */
  readonly seal: (connectionId: bigint) => Sealed;
  /** The models the connector can read. */
  readonly readableModels: readonly DataModel[];
  /** The connection's own list; null = it follows the organisation's. */
  readonly syncConfig: readonly SyncConfigEntry[] | null;
  /** The invite link it is made through. */
  readonly through?: LinkUse;
}

type Named = { readonly organisationId: bigint; readonly connectionId: bigint };

/** Makes a HEALTHY connection (and its company, given a name), and queues its initial sync. 409 where a live one exists. */
export async function createConnection(
  db: Database,
  input: NewConnection,
): Promise<{ connectionId: bigint; companyId: bigint }> {
  try {
    return await inTransaction(db, (tx) => insertConnection(tx, input));
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new AppError(
        'conflict',
        `The company already has a live ${input.integrationType} connection. Reconnect or delete that one.`,
        { field: 'integration_type', cause: error },
      );
    }
    throw error;
  }
}

/** No new ticks; queued and open jobs finish. */
export function pauseConnection(db: Database, named: Named): Promise<{ platform: string }> {
  return change(db, named, async (tx, connection) => {
    if (connection.paused) return;
    await tx.$executeRaw`
      UPDATE connections SET paused = true, updated_at = syncline_now() WHERE id = ${connection.id}`;
    await wakeAll(tx, connection.id);
  });
}

/** Ticks again; what is overdue is due at once, and the time of the pause does not count as missed. */
export function resumeConnection(db: Database, named: Named): Promise<{ platform: string }> {
  return change(db, named, async (tx, connection) => {
    if (!connection.paused) return;
    await tx.$executeRaw`
      UPDATE connections SET paused = false, updated_at = syncline_now() WHERE id = ${connection.id}`;
    await goOn(tx, { ...connection, paused: false });
  });
}

/** Removes the credentials and ends what is open; the records stay. Undone by reconnecting. */
export function disconnectConnection(db: Database, named: Named): Promise<{ platform: string }> {
  return change(db, named, async (tx, connection) => {
    if (connection.status === 'DISCONNECTED') return;
    await setStatus(tx, connection, 'DISCONNECTED', null);
    await stopWork(tx, connection, {
      code: 'disconnected',
      message: 'The connection was disconnected.',
    });
    await tx.$executeRaw`DELETE FROM credentials WHERE connection_id = ${connection.id}`;
    await recordActivity(tx, activity(connection, 'CONNECTION_DISCONNECTED'));
  });
}

/** New credentials for the same platform account: HEALTHY again. 409 `different-account` for another one. */
export function reconnectConnection(
  db: Database,
  input: Named & {
    readonly account: string;
    readonly expiresAt: Date | null;
    readonly sealed: Sealed;
    /** The invite link it is reconnected through. */
    readonly through?: LinkUse;
  },
): Promise<{ platform: string }> {
  const { through } = input;
  const first = through === undefined ? undefined : (tx: ModelTx) => takeLink(tx, through);
  const act = async (tx: ModelTx, connection: ConnectionRow) => {
    if (connection.account !== input.account) {
      throw new AppError(
        'different-account',
        'These credentials reach another account at the platform. Connect it as a connection of its own.',
        { field: 'credentials' },
      );
    }
    await storeCredentials(tx, connection.id, input.sealed, input.expiresAt);
    await setStatus(tx, connection, 'HEALTHY', null);
    await goOn(tx, { ...connection, status: 'HEALTHY' });
    if (through !== undefined) await noteLinkUsed(tx, through.linkId, connection.id);
  };
  return change(db, input, act, first);
}

/**
 * The platform no longer accepts the credentials of version `version`: EXPIRED, and in the same transaction open jobs
 * and pulls fail. Does nothing where the credentials have changed since.
 */
export async function expireConnection(
  db: Database,
  input: { connectionId: bigint; version: bigint; reason: string },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const connection = await lockConnection(tx, input.connectionId);
    if (connection === null || connection.deleted_at !== null) return false;
    const current = await one(
      tx.$queryRaw<{ version: bigint }[]>`
        SELECT version FROM credentials WHERE connection_id = ${input.connectionId}`,
    );
    if (connection.status !== 'HEALTHY' || current?.version !== input.version) return false;
    await setStatus(tx, connection, 'EXPIRED', input.reason);
    await stopWork(tx, connection, {
      code: 'credentials-expired',
      message: 'The platform no longer accepts the credentials; the customer must reconnect.',
    });
    await recordActivity(tx, activity(connection, 'CONNECTION_EXPIRED'));
    return true;
  });
}

/** Vanishes from reads at once and can store nothing more; the repairer removes its rows in batches. */
export function deleteConnection(db: Database, named: Named): Promise<{ platform: string }> {
  return change(db, named, (tx, connection) => markDeleted(tx, connection));
}

/** Deletes a company with its connections. Answers the connections to wake. */
export async function deleteCompany(
  db: Database,
  input: { organisationId: bigint; companyId: bigint },
): Promise<{ connectionId: bigint; platform: string }[]> {
  return inTransaction(db, async (tx) => {
    // Locked first: connecting holds the company's row too, so none can be added to a company that is going.
    const company = await one(
      tx.$queryRaw<{ id: bigint }[]>`
        SELECT id FROM companies WHERE id = ${input.companyId} AND organisation_id = ${input.organisationId}
          AND deleted_at IS NULL FOR NO KEY UPDATE`,
    );
    if (company === null) throw notFound('company', 'company_id');
    await tx.$executeRaw`
      UPDATE companies SET deleted_at = syncline_now(), updated_at = syncline_now() WHERE id = ${company.id}`;
    const live = await tx.$queryRaw<{ id: bigint }[]>`
      SELECT id FROM connections WHERE company_id = ${company.id} AND deleted_at IS NULL ORDER BY id`;
    const woken: { connectionId: bigint; platform: string }[] = [];
    for (const { id } of live) {
      const connection = await lockConnection(tx, id);
      if (connection === null || connection.deleted_at !== null) continue;
      await markDeleted(tx, connection);
      woken.push({ connectionId: id, platform: connection.integration_type });
    }
    await recordActivity(tx, {
      organisationId: input.organisationId,
      companyId: company.id,
      connectionId: null,
      activityType: 'COMPANY_DELETED',
    });
    return woken;
  });
}

/** Writes credentials over what was there, as a new version. */
export async function storeCredentials(
  tx: ModelTx,
  connectionId: bigint,
  sealed: Sealed,
  expiresAt: Date | null,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO credentials (connection_id, key_id, iv, tag, ciphertext, expires_at, updated_at)
    VALUES (${connectionId}, ${sealed.keyId}, ${sealed.iv}, ${sealed.tag}, ${sealed.ciphertext}, ${expiresAt},
      syncline_now())
    ON CONFLICT (connection_id) DO UPDATE SET version = nextval('credential_versions'), key_id = excluded.key_id,
      iv = excluded.iv, tag = excluded.tag, ciphertext = excluded.ciphertext, expires_at = excluded.expires_at,
      renew_owner = NULL, renew_until = NULL, updated_at = syncline_now()`;
}

async function insertConnection(
  tx: ModelTx,
  input: NewConnection,
): Promise<{ connectionId: bigint; companyId: bigint }> {
  if (input.through !== undefined) await takeLink(tx, input.through);
  const companyId = await companyFor(tx, input);
  const created = await one(
    tx.$queryRaw<{ id: bigint }[]>`
      INSERT INTO connections (organisation_id, company_id, integration_type, category, status, account, settings,
        created_at, updated_at)
      VALUES (${input.organisationId}, ${companyId}, ${input.integrationType}, ${input.category}, 'HEALTHY',
        ${input.account}, ${JSON.stringify(input.settings)}::jsonb, syncline_now(), syncline_now())
      RETURNING id`,
  );
  const connection = created === null ? null : await lockConnection(tx, created.id);
  if (connection === null) throw new Error('The connection was not written');
  await storeCredentials(tx, connection.id, input.seal(connection.id), input.expiresAt);
  await insertModels(tx, connection.id, input.readableModels);
  if (input.syncConfig !== null) await storeOwnList(tx, connection, input.syncConfig);
  await applyConfig(tx, connection, await effectiveList(tx, connection));
  await recordActivity(tx, activity(connection, 'CONNECTION_CREATED'));
  if (input.through !== undefined) await noteLinkUsed(tx, input.through.linkId, connection.id);
  return { connectionId: connection.id, companyId };
}

function change(
  db: Database,
  named: Named,
  act: (tx: ModelTx, connection: ConnectionRow) => Promise<void>,
  first?: (tx: ModelTx) => Promise<void>,
): Promise<{ platform: string }> {
  return inTransaction(db, async (tx) => {
    await first?.(tx);
    const connection = await lockConnection(tx, named.connectionId);
    if (
      connection === null ||
      connection.deleted_at !== null ||
      connection.organisation_id !== named.organisationId
    ) {
      throw notFound('connection', 'connection_id');
    }
    await act(tx, connection);
    return { platform: connection.integration_type };
  });
}

async function markDeleted(tx: ModelTx, connection: ConnectionRow): Promise<void> {
  await tx.$executeRaw`
    UPDATE connections SET deleted_at = syncline_now(), updated_at = syncline_now() WHERE id = ${connection.id}`;
  await stopWork(tx, connection, {
    code: 'connection-deleted',
    message: 'The connection was deleted.',
  });
  await recordActivity(tx, activity(connection, 'CONNECTION_DELETED'));
}

/** Ends every open pull and job of a connection, and has its workflows look. The caller holds the connection's row. */
async function stopWork(tx: ModelTx, connection: ConnectionRow, error: JobError): Promise<void> {
  await lockModels(tx, connection.id);
  await failPulls(tx, Prisma.sql`p.connection_id = ${connection.id}`, error);
  await failJobs(tx, Prisma.sql`j.connection_id = ${connection.id}`, error);
  await wakeAll(tx, connection.id);
}

/** After a pause or a reconnect: overdue models are due at one instant, now; owed history is queued. */
async function goOn(tx: ModelTx, connection: ConnectionRow): Promise<void> {
  const models = await lockModels(tx, connection.id);
  await tx.$executeRaw`
    UPDATE model_states SET next_fire_at = syncline_now()
    WHERE connection_id = ${connection.id} AND enabled AND next_fire_at < syncline_now()`;
  await wakeAll(tx, connection.id);
  await queueOwed(tx, connection, models);
}

async function wakeAll(tx: ModelTx, connectionId: bigint): Promise<void> {
  await lockModels(tx, connectionId);
  await tx.$executeRaw`
    UPDATE model_states SET wake_at = syncline_now() WHERE connection_id = ${connectionId} AND enabled`;
}

async function setStatus(
  tx: ModelTx,
  connection: ConnectionRow,
  status: ConnectionRow['status'],
  reason: string | null,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE connections SET status = ${status}, status_reason = ${reason}, updated_at = syncline_now()
    WHERE id = ${connection.id}`;
}

function activity(
  connection: ConnectionRow,
  activityType:
    | 'CONNECTION_CREATED'
    | 'CONNECTION_EXPIRED'
    | 'CONNECTION_DISCONNECTED'
    | 'CONNECTION_DELETED',
) {
  return {
    organisationId: connection.organisation_id,
    companyId: connection.company_id,
    connectionId: connection.id,
    activityType,
    detail: connection.integration_type,
  };
}

function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}
