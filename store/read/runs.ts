import type { JobErrorCode } from '../../core/errors';
import type { JobState, OutcomeCounts, SyncMode, Trigger } from '../../core/names';
import type { DataModel } from '../../core/unified/models';
import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';
import { isAsleep } from './sleeping';
import { COUNTS_OF_JOB, OPEN_PULL_OF_JOB } from './syncs';

/** A job as one bar of a timeline. */
export interface RunView {
  readonly id: bigint;
  readonly syncId: string;
  readonly dataModel: DataModel;
  readonly mode: SyncMode;
  readonly trigger: Trigger;
  readonly state: JobState;
  readonly dueAt: Date | null;
  readonly missedTicks: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly sleptMs: bigint;
  /** While its pull waits for quota. */
  readonly sleepingUntil: Date | null;
  readonly counts: OutcomeCounts;
  readonly errorCode: JobErrorCode | null;
  readonly errorMessage: string | null;
}

export interface RunQuery {
  readonly organisationId: bigint;
  readonly connectionId: bigint;
  readonly dataModel: DataModel | undefined;
  /** Asked for at or after this instant; those still open are told all the same. */
  readonly from: Date | undefined;
  /** Asked for before this instant. */
  readonly to: Date | undefined;
  /** The run to go on from. */
  readonly before: { readonly at: Date; readonly id: bigint } | null;
  readonly limit: number;
}

/** The jobs of a live connection, newest first, one more than `limit` where there are more. */
export function listRuns(db: Database, query: RunQuery): Promise<RunView[]> {
  const { from } = query;
  const older = [
    Prisma.sql`true`,
    ...(query.to === undefined ? [] : [Prisma.sql`j.created_at < ${query.to}`]),
    ...(query.before === null
      ? []
      : [
          Prisma.sql`(j.created_at, j.id) < (${query.before.at}::timestamptz, ${query.before.id}::bigint)`,
        ]),
  ];
  const within = from === undefined ? older : [...older, Prisma.sql`j.created_at >= ${from}`];
  const stillOpen =
    from === undefined
      ? Prisma.empty
      : Prisma.sql`UNION ALL (${newestOf(
          [...older, Prisma.sql`j.created_at < ${from} AND j.state IN ('CREATED', 'RUNNING')`],
          query.limit,
        )})`;
  return db.prisma.$queryRaw<RunView[]>`
    WITH chosen AS MATERIALIZED (
      SELECT f.id, f.created_at FROM connections c
      JOIN model_states m ON m.connection_id = c.id
      CROSS JOIN LATERAL ((${newestOf(within, query.limit)}) ${stillOpen}) f
      WHERE c.id = ${query.connectionId} AND c.organisation_id = ${query.organisationId} AND c.deleted_at IS NULL
        ${query.dataModel === undefined ? Prisma.empty : Prisma.sql`AND m.data_model = ${query.dataModel}`}
      ORDER BY f.created_at DESC, f.id DESC LIMIT ${query.limit + 1}
    )
    SELECT j.id, s.sync_id AS "syncId", j.data_model AS "dataModel", j.mode, j.trigger, j.state,
      j.due_at AS "dueAt", j.missed_ticks AS "missedTicks", j.created_at AS "createdAt", j.started_at AS "startedAt",
      j.ended_at AS "endedAt", coalesce(p.slept_ms, j.slept_ms) AS "sleptMs",
      CASE WHEN ${isAsleep} THEN p.resume_at END AS "sleepingUntil",
      j.error_code AS "errorCode", j.error_message AS "errorMessage", ${COUNTS_OF_JOB} AS counts
    FROM chosen JOIN sync_jobs j ON j.id = chosen.id JOIN syncs s ON s.id = j.sync_id ${OPEN_PULL_OF_JOB}
    ORDER BY chosen.created_at DESC, chosen.id DESC`;
}

/** Of one data model `m`, by the index in that order. */
function newestOf(conditions: readonly Prisma.Sql[], limit: number): Prisma.Sql {
  return Prisma.sql`
    SELECT j.id, j.created_at FROM sync_jobs j
    WHERE j.connection_id = m.connection_id AND j.data_model = m.data_model AND ${Prisma.join([...conditions], ' AND ')}
    ORDER BY j.created_at DESC, j.id DESC LIMIT ${limit + 1}`;
}
