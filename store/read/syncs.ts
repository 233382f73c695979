import type { JobErrorCode } from '../../core/errors';
import type { OpenPullFacts } from '../../core/explain';
import type { JobState, OutcomeCounts, SyncMode, Trigger } from '../../core/names';
import type { DataModel } from '../../core/unified/models';
import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';

interface Detail {
  readonly id: bigint;
  readonly companyId: bigint;
  readonly connectionId: bigint;
  readonly integrationType: string;
  readonly syncId: string;
  readonly mode: SyncMode;
  readonly trigger: Trigger;
  readonly dueAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly missedTicks: number;
  readonly deletionsHeld: number;
  readonly sweepSkipped: boolean;
  /** Of an open job: what its pull has counted so far. */
  readonly counts: OutcomeCounts;
}

export interface SyncView extends Detail {
  readonly dataModels: DataModel[];
  readonly status: JobState;
  /** Number of its jobs by state. */
  readonly jobs: Readonly<Record<JobState, number>>;
}

export interface JobView extends Detail {
  readonly dataModel: DataModel;
  readonly state: JobState;
  readonly since: Date | null;
  readonly pages: number;
  readonly sleptMs: bigint;
  readonly retries: number;
  readonly priority: number;
  readonly errorCode: JobErrorCode | null;
  readonly errorMessage: string | null;
  /** Its pull while it runs. */
  readonly pull: (OpenPullFacts & { readonly continues: boolean }) | null;
  /** Whether the pull reads everything there is. */
  readonly readsAll: boolean;
  /** Live records of the data model when its last pull ended. */
  readonly liveRecords: bigint;
  /** The database's clock. */
  readonly now: Date;
}

/** Read in SQL as one JSON object, so that eight columns are named once. A job's own counts are written when it ends. */
export const COUNTS_OF_JOB = Prisma.sql`coalesce(j.counts, jsonb_build_object('fetched', coalesce(p.fetched, 0),
  'inserted', coalesce(p.inserted, 0), 'changed', coalesce(p.changed, 0), 'unchanged', coalesce(p.unchanged, 0),
  'revived', coalesce(p.revived, 0), 'repeated', coalesce(p.repeated, 0), 'quarantined', coalesce(p.quarantined, 0),
  'deleted', coalesce(p.deleted, 0)))`;

/** The pull `p` of a job `j` while it runs; its figures go before those the job has kept. */
export const OPEN_PULL_OF_JOB = Prisma.sql`LEFT JOIN pulls p ON p.id = j.pull_id AND j.state = 'RUNNING'`;

/** Syncs of deleted connections have vanished with them. */
const SYNCS = Prisma.sql`syncs s JOIN connections c ON c.id = s.connection_id AND c.deleted_at IS NULL`;

export async function readSync(
  db: Database,
  input: { organisationId: bigint; syncId: string },
): Promise<SyncView | null> {
  const rows = await selectSyncs(
    db,
    Prisma.sql`s.organisation_id = ${input.organisationId} AND s.sync_id = ${input.syncId}`,
    { isOldestFirst: false, limit: 1 },
  );
  return rows[0] ?? null;
}

/** A page of syncs, newest first, or the page before a cursor, oldest first; one more than `limit` where there are more. */
export function listSyncs(
  db: Database,
  input: {
    organisationId: bigint;
    companyId: bigint | undefined;
    connectionId?: bigint | undefined;
    status?: JobState | undefined;
    trigger?: Trigger | undefined;
    place: { id: bigint; towards: 'older' | 'newer' } | null;
    limit: number;
  },
): Promise<SyncView[]> {
  const isBackwards = input.place?.towards === 'newer';
  const conditions = [
    Prisma.sql`s.organisation_id = ${input.organisationId}`,
    ...(input.companyId === undefined ? [] : [Prisma.sql`s.company_id = ${input.companyId}`]),
    ...(input.connectionId === undefined
      ? []
      : [Prisma.sql`s.connection_id = ${input.connectionId}`]),
    ...(input.trigger === undefined ? [] : [Prisma.sql`s.trigger = ${input.trigger}`]),
    ...(input.status === undefined ? [] : [hasStatus(input.status)]),
    ...(input.place === null
      ? []
      : [
          isBackwards ? Prisma.sql`s.id > ${input.place.id}` : Prisma.sql`s.id < ${input.place.id}`,
        ]),
  ];
  return selectSyncs(db, Prisma.join(conditions, ' AND '), {
    isOldestFirst: isBackwards,
    limit: input.limit + 1,
  });
}

/** Open syncs are found by their open jobs, which are few, however many syncs there are. */
function hasStatus(status: JobState): Prisma.Sql {
  const isIt = Prisma.sql`s.status = ${status}`;
  if (status === 'SUCCESS' || status === 'FAILED') return isIt;
  return Prisma.sql`${isIt} AND s.id IN (SELECT sync_id FROM sync_jobs WHERE state IN ('CREATED', 'RUNNING'))`;
}

/** Jobs of a sync in the order they were made, from after `after` on; one more than `limit` where there are more. */
export function listJobs(
  db: Database,
  input: { organisationId: bigint; syncId: string; after: bigint | null; limit: number },
): Promise<JobView[]> {
  return selectJobs(
    db,
    Prisma.sql`s.organisation_id = ${input.organisationId} AND s.sync_id = ${input.syncId}
      AND j.id > ${input.after ?? 0n}`,
    input.limit + 1,
  );
}

export async function readJob(
  db: Database,
  input: { organisationId: bigint; jobId: bigint },
): Promise<JobView | null> {
  const rows = await selectJobs(
    db,
    Prisma.sql`s.organisation_id = ${input.organisationId} AND j.id = ${input.jobId}`,
    1,
  );
  return rows[0] ?? null;
}

function selectSyncs(
  db: Database,
  which: Prisma.Sql,
  page: { isOldestFirst: boolean; limit: number },
): Promise<SyncView[]> {
  const order = Prisma.sql`ORDER BY s.id ${page.isOldestFirst ? Prisma.sql`ASC` : Prisma.sql`DESC`}`;
  return db.prisma.$queryRaw<SyncView[]>`
    WITH chosen AS (SELECT s.* FROM ${SYNCS} WHERE ${which} ${order} LIMIT ${page.limit})
    SELECT s.id, s.company_id AS "companyId", s.connection_id AS "connectionId",
      s.integration_type AS "integrationType", s.sync_id AS "syncId", s.mode, s.trigger, s.due_at AS "dueAt",
      s.created_at AS "createdAt", s.updated_at AS "updatedAt", s.started_at AS "startedAt", s.ended_at AS "endedAt",
      s.data_models AS "dataModels", s.status, t."missedTicks", t."deletionsHeld", t."sweepSkipped", t.counts, t.jobs
    FROM chosen s
    CROSS JOIN LATERAL (
      SELECT coalesce(max(j.missed_ticks), 0)::int AS "missedTicks",
        coalesce(sum(coalesce(p.deletions_held, j.deletions_held)), 0)::int AS "deletionsHeld",
        coalesce(bool_or(coalesce(p.sweep_skipped, j.sweep_skipped)), false) AS "sweepSkipped",
        jsonb_build_object('CREATED', count(*) FILTER (WHERE j.state = 'CREATED'),
          'RUNNING', count(*) FILTER (WHERE j.state = 'RUNNING'),
          'SUCCESS', count(*) FILTER (WHERE j.state = 'SUCCESS'),
          'FAILED', count(*) FILTER (WHERE j.state = 'FAILED')) AS jobs,
        jsonb_build_object(${Prisma.join(
          COUNTED.map(
            (name) =>
              Prisma.sql`${name}::text, coalesce(sum((${COUNTS_OF_JOB} ->> ${name})::bigint), 0)`,
          ),
        )}) AS counts
      FROM sync_jobs j ${OPEN_PULL_OF_JOB} WHERE j.sync_id = s.id
    ) t
    ${order}`;
}

const COUNTED = [
  'fetched',
  'inserted',
  'changed',
  'unchanged',
  'revived',
  'repeated',
  'quarantined',
  'deleted',
] as const satisfies readonly (keyof OutcomeCounts)[];

interface JobRow extends Omit<JobView, 'pull'> {
  kind: OpenPullFacts['kind'] | null;
  phase: OpenPullFacts['phase'] | null;
  lane: OpenPullFacts['lane'] | null;
  pullStartedAt: Date | null;
  attempts: number | null;
  fetched: bigint | null;
  retryAt: Date | null;
  retryReason: string | null;
  resumeAt: Date | null;
  resumeReason: string | null;
  continues: boolean | null;
}

async function selectJobs(db: Database, which: Prisma.Sql, limit: number): Promise<JobView[]> {
  const rows = await db.prisma.$queryRaw<JobRow[]>`
    SELECT j.id, s.company_id AS "companyId", s.connection_id AS "connectionId",
      s.integration_type AS "integrationType", s.sync_id AS "syncId", j.mode, j.trigger, j.due_at AS "dueAt",
      j.created_at AS "createdAt", j.updated_at AS "updatedAt", j.started_at AS "startedAt", j.ended_at AS "endedAt",
      j.data_model AS "dataModel", j.state, j.since, j.missed_ticks AS "missedTicks",
      coalesce(p.deletions_held, j.deletions_held) AS "deletionsHeld",
      coalesce(p.sweep_skipped, j.sweep_skipped) AS "sweepSkipped",
      coalesce(p.pages, j.pages) AS pages, coalesce(p.slept_ms, j.slept_ms) AS "sleptMs",
      coalesce(p.retries, j.retries) AS retries, coalesce((m.config ->> 'priority')::int, 5) AS priority,
      j.error_code AS "errorCode", j.error_message AS "errorMessage", ${COUNTS_OF_JOB} AS counts,
      p.kind, p.phase, p.lane, p.started_at AS "pullStartedAt", p.attempts, p.fetched, p.retry_at AS "retryAt",
      p.error_message AS "retryReason", p.resume_at AS "resumeAt", p.resume_reason AS "resumeReason", p.continues,
      coalesce(p.sweep OR p.since IS NULL, false) AS "readsAll",
      coalesce(m.live_records, 0) AS "liveRecords", syncline_now() AS now
    FROM ${SYNCS} JOIN sync_jobs j ON j.sync_id = s.id ${OPEN_PULL_OF_JOB}
    LEFT JOIN model_states m ON m.connection_id = j.connection_id AND m.data_model = j.data_model
    WHERE ${which} ORDER BY j.id LIMIT ${limit}`;
  return rows.map(({ kind, phase, lane, pullStartedAt, attempts, fetched, continues, ...row }) => ({
    ...row,
    pull:
      kind === null || phase === null || lane === null || pullStartedAt === null
        ? null
        : {
            kind,
            phase,
            lane,
            startedAt: pullStartedAt,
            attempts: attempts ?? 0,
            pages: row.pages,
            fetched: Number(fetched ?? 0n),
            retryAt: row.retryAt,
            retryReason: row.retryReason,
            resumeAt: row.resumeAt,
            resumeReason: row.resumeReason,
            continues: continues ?? false,
          },
  }));
}
