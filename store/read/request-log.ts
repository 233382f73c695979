import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';
import type { RequestEntry } from '../request-log';

/** A call to a platform. */
export interface RequestView extends Omit<RequestEntry, 'connectionId' | 'pullId' | 'bytes'> {
  readonly id: bigint;
  readonly bytes: bigint | null;
}

/** The pull that serves a job, or has served it; null where none has claimed it yet, undefined where there is no such job. */
export async function readPullOfJob(
  db: Database,
  input: { organisationId: bigint; jobId: bigint },
): Promise<{ connectionId: bigint; pullId: bigint } | null | undefined> {
  const [job] = await db.prisma.$queryRaw<{ connectionId: bigint; pullId: bigint | null }[]>`
    SELECT j.connection_id AS "connectionId", j.pull_id AS "pullId"
    FROM sync_jobs j JOIN syncs s ON s.id = j.sync_id
    JOIN connections c ON c.id = s.connection_id AND c.deleted_at IS NULL
    WHERE j.id = ${input.jobId} AND s.organisation_id = ${input.organisationId}`;
  if (job === undefined) return undefined;
  const { connectionId, pullId } = job;
  return pullId === null ? null : { connectionId, pullId };
}

/** What a pull has asked of its platform, newest first, one more than `limit` where there are more. */
export function listRequests(
  db: Database,
  input: {
    connectionId: bigint;
    pullId: bigint;
    /** Only calls that failed. */
    failed: boolean;
    before: bigint | null;
    limit: number;
  },
): Promise<RequestView[]> {
  const { before, failed } = input;
  return db.prisma.$queryRaw<RequestView[]>`
    SELECT id, at, method, path, status, ms, quota_remaining AS "quotaRemaining", bytes, error,
      body_start AS "bodyStart"
    FROM platform_requests
    WHERE connection_id = ${input.connectionId} AND pull_id = ${input.pullId}
      ${before === null ? Prisma.empty : Prisma.sql`AND id < ${before}`}
      ${failed ? Prisma.sql`AND error IS NOT NULL` : Prisma.empty}
    ORDER BY id DESC LIMIT ${input.limit + 1}`;
}
