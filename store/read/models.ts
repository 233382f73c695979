import type { JobErrorCode } from '../../core/errors';
import type { ModelFacts, OpenPullFacts } from '../../core/explain';
import type { ConnectionStatus } from '../../core/names';
import type { SyncConfigEntry } from '../../core/sync-config';
import type { DataModel } from '../../core/unified/models';
import type { Database } from '../database';
import { IS_HELD } from './held-deletions';

/** What is known of one data model of a connection. */
export interface ModelView extends ModelFacts {
  readonly dataModel: DataModel;
  readonly config: SyncConfigEntry;
  readonly watermark: Date | null;
  readonly coveredFrom: Date | null;
  readonly owedSince: Date | null;
  readonly liveRecords: bigint;
  readonly deletedRecords: bigint;
  readonly quarantinedRecords: bigint;
  /** Of the last pull that ended. */
  readonly lastError: {
    readonly code: JobErrorCode;
    readonly message: string;
    readonly at: Date;
  } | null;
  /** By the last sweep that came to a decision. */
  readonly deletionsHeld: number;
}

interface Row {
  dataModel: DataModel;
  enabled: boolean;
  config: SyncConfigEntry;
  watermark: Date | null;
  coveredFrom: Date | null;
  owedSince: Date | null;
  nextFireAt: Date | null;
  wakeAt: Date | null;
  lastSuccessAt: Date | null;
  liveRecords: bigint;
  deletedRecords: bigint;
  quarantinedRecords: bigint;
  status: ConnectionStatus;
  paused: boolean;
  updatedAt: Date;
  now: Date;
  queuedJobs: number;
  queuedSince: Date | null;
  lastErrorCode: JobErrorCode | null;
  lastErrorMessage: string | null;
  lastEndedAt: Date | null;
  deletionsHeld: number | null;
}

interface PullRow extends Omit<OpenPullFacts, 'fetched'> {
  dataModel: DataModel;
  fetched: bigint;
}

/** A mapper that fails on everything must not make every look at its connection slow. */
const QUARANTINED_COUNTED = 100_000;

/** The data models of a live connection by name; null where the organisation has no such connection. */
export async function readModels(
  db: Database,
  input: { organisationId: bigint; connectionId: bigint },
): Promise<ModelView[] | null> {
  const rows = await db.prisma.$queryRaw<Row[]>`
    SELECT m.data_model AS "dataModel", m.enabled, m.config, m.watermark, m.covered_from AS "coveredFrom",
      m.owed_since AS "owedSince", m.next_fire_at AS "nextFireAt", m.wake_at AS "wakeAt",
      m.last_success_at AS "lastSuccessAt", m.live_records AS "liveRecords", m.deleted_records AS "deletedRecords",
      (SELECT count(*) FROM (
        SELECT 1 FROM quarantined_records q
        WHERE q.connection_id = m.connection_id AND q.data_model = m.data_model LIMIT ${QUARANTINED_COUNTED}
      ) AS counted) AS "quarantinedRecords",
      c.status, c.paused, c.updated_at AS "updatedAt", syncline_now() AS now,
      j.queued::int AS "queuedJobs", j.since AS "queuedSince",
      e.error_code AS "lastErrorCode", e.error_message AS "lastErrorMessage", e.ended_at AS "lastEndedAt",
      h.deletions_held AS "deletionsHeld"
    FROM connections c
    JOIN model_states m ON m.connection_id = c.id
    CROSS JOIN LATERAL (
      SELECT count(*) AS queued, min(j.created_at) AS since FROM sync_jobs j
      WHERE j.connection_id = m.connection_id AND j.data_model = m.data_model AND j.state = 'CREATED'
    ) j
    LEFT JOIN LATERAL (
      SELECT p.error_code, p.error_message, p.ended_at FROM pulls p
      WHERE p.connection_id = m.connection_id AND p.data_model = m.data_model AND p.state <> 'RUNNING'
      ORDER BY p.id DESC LIMIT 1
    ) e ON true
    LEFT JOIN LATERAL (
      SELECT p.deletions_held FROM pulls p
      WHERE p.connection_id = m.connection_id AND p.data_model = m.data_model AND ${IS_HELD}
      ORDER BY p.id DESC LIMIT 1
    ) h ON true
    WHERE c.id = ${input.connectionId} AND c.organisation_id = ${input.organisationId} AND c.deleted_at IS NULL
    ORDER BY m.data_model`;
  if (rows.length === 0) return (await connectionExists(db, input)) ? [] : null;
  const pulls = await readOpenPulls(db, input.connectionId);
  return rows.map((row) =>
    toView(
      row,
      pulls.filter((pull) => pull.dataModel === row.dataModel),
    ),
  );
}

/** Whether the organisation has this live connection. */
export async function connectionExists(
  db: Database,
  input: { organisationId: bigint; connectionId: bigint },
): Promise<boolean> {
  const { organisationId, connectionId: id } = input;
  return (await db.prisma.connection.count({ where: { id, organisationId, deletedAt: null } })) > 0;
}

/** Incremental before backfill, as they are served. */
function readOpenPulls(db: Database, connectionId: bigint): Promise<PullRow[]> {
  return db.prisma.$queryRaw<PullRow[]>`
    SELECT data_model AS "dataModel", kind, phase, lane, started_at AS "startedAt", attempts, pages, fetched,
      retry_at AS "retryAt", error_message AS "retryReason", resume_at AS "resumeAt",
      resume_reason AS "resumeReason"
    FROM pulls WHERE connection_id = ${connectionId} AND state = 'RUNNING' ORDER BY kind DESC`;
}

function toView(row: Row, pulls: readonly PullRow[]): ModelView {
  const { status, paused, updatedAt, queuedJobs, queuedSince, ...rest } = row;
  return {
    ...rest,
    connection: { status, paused, updatedAt },
    openPulls: pulls.map((pull) => ({ ...pull, fetched: Number(pull.fetched) })),
    queued: queuedSince === null ? null : { jobs: queuedJobs, since: queuedSince },
    lastError: lastErrorOf(row),
    deletionsHeld: row.deletionsHeld ?? 0,
  };
}

function lastErrorOf(row: Row): ModelView['lastError'] {
  if (row.lastErrorCode === null || row.lastEndedAt === null) return null;
  return { code: row.lastErrorCode, message: row.lastErrorMessage ?? '', at: row.lastEndedAt };
}
