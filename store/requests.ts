import { AppError, invalid, notFound } from '../core/errors';
import type { SyncMode } from '../core/names';
import { isReadable } from '../core/sync-config';
import type { DataModel } from '../core/unified/models';
import { Prisma } from '../prisma/generated/client';
import { type Database, inTransaction, type Tx } from './database';
import { failPulls } from './end-pull';
import { failJobs, insertSync, type NewJob } from './jobs';
import { lockConnectionShared, lockModels, one, readModels } from './locks';
import type { ConnectionRow, ModelRow } from './rows';

export interface SyncRequest {
  readonly organisationId: bigint;
  readonly connectionId: bigint;
  readonly mode: SyncMode;
  /** null = all enabled models. A model with `since` is read from that date. */
  readonly models: readonly { readonly dataModel: DataModel; readonly since: Date | null }[] | null;
  readonly allowMassDelete: boolean;
  readonly trigger: 'manual';
  readonly idempotency: {
    readonly path: string;
    readonly key: string;
    readonly bodyHash: string;
  } | null;
}

export interface RequestedSync {
  readonly syncId: string;
  readonly connectionId: bigint;
  readonly platform: string;
  /** True where an earlier request with the same key was answered again. */
  readonly replayed: boolean;
  readonly dataModels: readonly DataModel[];
}

/** Longest an idempotency key is remembered. */
const KEY_LIFE = '24 hours';

/**
 * Writes one sync with a job for each data model, and has their workflows look. A busy connection is never an error:
 * jobs queue. Throws `AppError`: 404 no such connection, 403 when its status takes no sync, 400 naming the model at
 * fault, 409 when the idempotency key was used with another body.
 */
export function requestSync(db: Database, request: SyncRequest): Promise<RequestedSync> {
  return inTransaction(db, async (tx) => {
    const connection = await lockConnectionShared(tx, request.connectionId);
    if (
      connection === null ||
      connection.deleted_at !== null ||
      connection.organisation_id !== request.organisationId
    ) {
      throw notFound('connection', 'connection_id');
    }
    const replayed = await replay(tx, request);
    if (replayed !== null) {
      return {
        ...replayed,
        connectionId: connection.id,
        platform: connection.integration_type,
        replayed: true,
      };
    }
    refuseUnlessHealthy(connection);
    const jobs = jobsFor(request, await readModels(tx, connection.id));
    const { syncId } = await insertSync(tx, connection, {
      mode: request.mode,
      trigger: request.trigger,
      dueAt: null,
      jobs,
    });
    if (request.idempotency !== null) await remember(tx, request, syncId);
    return {
      syncId,
      connectionId: connection.id,
      platform: connection.integration_type,
      replayed: false,
      dataModels: jobs.map((job) => job.dataModel),
    };
  });
}

/**
 * Ends a sync's open jobs, and those of its pulls that no other job needs. An ended sync is left as it is. Null when
 * there is no such sync.
 */
export function cancelSync(
  db: Database,
  input: { organisationId: bigint; syncId: string },
): Promise<{ connectionId: bigint; platform: string } | null> {
  return inTransaction(db, async (tx) => {
    const sync = await one(
      tx.$queryRaw<
        { id: bigint; connection_id: bigint; integration_type: string; data_models: DataModel[] }[]
      >`
        SELECT s.id, s.connection_id, s.integration_type, s.data_models FROM syncs s
        JOIN connections c ON c.id = s.connection_id AND c.deleted_at IS NULL
        WHERE s.sync_id = ${input.syncId} AND s.organisation_id = ${input.organisationId}`,
    );
    if (sync === null) return null;
    await lockModels(tx, sync.connection_id, sync.data_models);
    const error = { code: 'cancelled', message: 'Cancelled on request.' } as const;
    await failPulls(
      tx,
      Prisma.sql`EXISTS (SELECT 1 FROM sync_jobs j WHERE j.pull_id = p.id AND j.sync_id = ${sync.id} AND j.state = 'RUNNING')
        AND NOT EXISTS (SELECT 1 FROM sync_jobs j WHERE j.pull_id = p.id AND j.sync_id <> ${sync.id} AND j.state = 'RUNNING')`,
      error,
    );
    await failJobs(tx, Prisma.sql`j.sync_id = ${sync.id}`, error);
    await tx.$executeRaw`
      UPDATE model_states SET wake_at = syncline_now()
      WHERE connection_id = ${sync.connection_id} AND data_model = ANY(${sync.data_models}::text[]) AND enabled`;
    return { connectionId: sync.connection_id, platform: sync.integration_type };
  });
}

function refuseUnlessHealthy(connection: ConnectionRow): void {
  switch (connection.status) {
    case 'HEALTHY':
      return;
    case 'EXPIRED':
      throw new AppError(
        'operation-denied',
        'Operation Denied: the connection is EXPIRED, the platform no longer accepts its credentials. Reconnect it first.',
        { field: 'integration_type' },
      );
    case 'DISCONNECTED':
    case 'PENDING':
      throw new AppError(
        'operation-denied',
        `Operation Denied: the connection is ${connection.status}. Reconnect it first.`,
        { field: 'integration_type' },
      );
  }
}

function jobsFor(request: SyncRequest, models: readonly ModelRow[]): NewJob[] {
  const job = (dataModel: DataModel, since: Date | null): NewJob => ({
    dataModel,
    mode: since === null ? request.mode : 'from_date',
    since,
    allowMassDelete: request.allowMassDelete,
    missedTicks: 0,
  });
  if (request.models === null || request.models.length === 0) {
    const enabled = models.filter((model) => model.enabled);
    if (enabled.length === 0) {
      throw invalid('data_models_to_sync', 'No data model of this connection is enabled.');
    }
    return enabled.map((model) => job(model.data_model, null));
  }
  return request.models.map(({ dataModel, since }) => {
    const model = models.find((row) => row.data_model === dataModel);
    if (model === undefined) {
      throw invalid('data_models_to_sync', `${dataModel} is not a data model of this platform.`);
    }
    if (!isReadable(model.config)) {
      throw invalid('data_models_to_sync', `${dataModel} may not be read by its scope_access.`);
    }
    if (!model.enabled) {
      throw invalid('data_models_to_sync', `${dataModel} is disabled in the sync config.`);
    }
    return job(dataModel, since);
  });
}

async function replay(
  tx: Tx,
  request: SyncRequest,
): Promise<{ syncId: string; dataModels: DataModel[] } | null> {
  const { idempotency } = request;
  if (idempotency === null) return null;
  // Two requests with one key at one instant: the second waits here until the first has written its sync.
  await tx.$queryRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(${`${request.organisationId} ${idempotency.path} ${idempotency.key}`}, 0))::text`;
  const known = await one(
    tx.$queryRaw<{ body_hash: string; sync_id: string; data_models: DataModel[] }[]>`
      SELECT k.body_hash, k.sync_id, s.data_models FROM idempotency_keys k JOIN syncs s ON s.sync_id = k.sync_id
      WHERE k.organisation_id = ${request.organisationId} AND k.path = ${idempotency.path}
        AND k.key = ${idempotency.key} AND k.created_at > syncline_now() - ${KEY_LIFE}::interval`,
  );
  if (known === null) return null;
  if (known.body_hash !== idempotency.bodyHash) {
    throw new AppError(
      'conflict',
      'This Idempotency-Key was used with another body within 24 hours.',
      {
        field: 'Idempotency-Key',
      },
    );
  }
  return { syncId: known.sync_id, dataModels: known.data_models };
}

async function remember(tx: Tx, request: SyncRequest, syncId: string): Promise<void> {
  const { idempotency } = request;
  if (idempotency === null) return;
  await tx.$executeRaw`
    INSERT INTO idempotency_keys (organisation_id, path, key, body_hash, sync_id, created_at)
    VALUES (${request.organisationId}, ${idempotency.path}, ${idempotency.key}, ${idempotency.bodyHash}, ${syncId},
      syncline_now())
    ON CONFLICT (organisation_id, path, key) DO UPDATE
      SET body_hash = excluded.body_hash, sync_id = excluded.sync_id, created_at = excluded.created_at`;
}
