import type { DataModel } from '../core/unified/models';
import type { Database } from './database';
import { pruneOAuthStates } from './oauth-states';
import { pruneRequests, purgeRequests } from './request-log';

/** What the repairer finds and removes. */

export interface Overdue {
  readonly connectionId: bigint;
  readonly platform: string;
  readonly dataModel: DataModel;
  /** True after so many wake-ups in a row without an answer that its workflow must be started anew. */
  readonly stuck: boolean;
}

/** Overdue by this much: the signal was lost, or the workflow is gone. With a round each 30 s, heard within a minute. */
const OVERDUE = '20 seconds';
/** Wake-ups in a row, one each 30 s, after which a workflow is taken for dead: 5 minutes. */
const STUCK_WAKE_UPS = 10;

/** Models that should have looked by now, the longest overdue first; each is counted as woken once more. */
export async function takeOverdue(db: Database, limit: number): Promise<Overdue[]> {
  const rows = await db.prisma.$queryRaw<
    { connection_id: bigint; integration_type: string; data_model: DataModel; wake_ups: number }[]
  >`
    UPDATE model_states m SET wake_ups = m.wake_ups + 1
    FROM (
      SELECT connection_id, data_model FROM model_states
      WHERE wake_at < syncline_now() - ${OVERDUE}::interval
      ORDER BY wake_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ) late, connections c
    WHERE m.connection_id = late.connection_id AND m.data_model = late.data_model AND c.id = m.connection_id
    RETURNING m.connection_id, c.integration_type, m.data_model, m.wake_ups`;
  return rows.map((row) => ({
    connectionId: row.connection_id,
    platform: row.integration_type,
    dataModel: row.data_model,
    stuck: row.wake_ups > STUCK_WAKE_UPS,
  }));
}

/** Rows removed in one statement: small enough never to hold others up. */
const BATCH = 5_000;

/**
 * Removes what deleted connections left, in batches, records first and the connection's own row last; so an
 * interrupted purge goes on where it was. Stops at `deadline`. Answers how many rows went.
 */
export async function purgeDeleted(db: Database, deadline: number): Promise<number> {
  let removed = 0;
  const gone = await db.prisma.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM connections WHERE deleted_at IS NOT NULL ORDER BY id LIMIT 100`;
  for (const { id } of gone) {
    const left = await purgeConnection(db, id, deadline);
    removed += left.removed;
    if (!left.done) return removed;
  }
  removed += await db.prisma.$executeRaw`
    DELETE FROM companies c WHERE c.deleted_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM connections x WHERE x.company_id = c.id)`;
  return removed;
}

async function purgeConnection(
  db: Database,
  id: bigint,
  deadline: number,
): Promise<{ removed: number; done: boolean }> {
  const batches = [
    () => db.prisma.$executeRaw`
      DELETE FROM records WHERE id IN (SELECT id FROM records WHERE connection_id = ${id} LIMIT ${BATCH})`,
    () => db.prisma.$executeRaw`
      DELETE FROM quarantined_records WHERE ctid IN (
        SELECT ctid FROM quarantined_records WHERE connection_id = ${id} LIMIT ${BATCH})`,
    () => db.prisma.$executeRaw`
      DELETE FROM pull_seen WHERE pull_id IN (SELECT p.id FROM pulls p JOIN pull_seen s ON s.pull_id = p.id
        WHERE p.connection_id = ${id} LIMIT ${BATCH})`,
    () => purgeRequests(db, id),
    // Jobs go with their syncs: an index finds them by sync, and not by connection.
    () => db.prisma.$executeRaw`
      WITH batch AS (SELECT id FROM syncs WHERE connection_id = ${id} LIMIT ${BATCH}),
        jobs AS (DELETE FROM sync_jobs j USING batch WHERE j.sync_id = batch.id)
      DELETE FROM syncs s USING batch WHERE s.id = batch.id`,
    () => db.prisma.$executeRaw`
      DELETE FROM pulls WHERE id IN (SELECT id FROM pulls WHERE connection_id = ${id} LIMIT ${BATCH})`,
  ];
  let removed = 0;
  for (const batch of batches) {
    for (let rows = await batch(); rows > 0; rows = await batch()) {
      removed += rows;
      if (Date.now() > deadline) return { removed, done: false };
    }
  }
  const [last] = await db.prisma.$transaction([
    db.prisma.connection.deleteMany({ where: { id } }),
    db.prisma.modelState.deleteMany({ where: { connectionId: id } }),
    db.prisma.credential.deleteMany({ where: { connectionId: id } }),
    db.prisma.syncConfig.deleteMany({ where: { connectionId: id } }),
  ]);
  return { removed: removed + last.count, done: true };
}

export interface Retention {
  /** Auto syncs that changed nothing. */
  readonly quietDays: number;
  /** All other syncs. */
  readonly allDays: number;
  /** The log of calls to platforms. */
  readonly requestLogDays: number;
}

/**
 * Removes old syncs with their jobs and pulls, old idempotency keys and OAuth states, seen ids without a
 * pull, and old lines of the log of platform calls; a batch of each.
 */
export async function prune(db: Database, keep: Retention): Promise<number> {
  const jobs = await db.prisma.$executeRaw`
    WITH old AS (
      SELECT s.id FROM syncs s
      WHERE s.ended_at IS NOT NULL AND (
        s.ended_at < syncline_now() - ${keep.allDays} * interval '1 day'
        OR (s.trigger = 'auto' AND s.status = 'SUCCESS' AND s.ended_at < syncline_now() - ${keep.quietDays} * interval '1 day'
          AND NOT EXISTS (SELECT 1 FROM sync_jobs j WHERE j.sync_id = s.id AND (
            (j.counts->>'inserted')::bigint + (j.counts->>'changed')::bigint + (j.counts->>'revived')::bigint
            + (j.counts->>'deleted')::bigint + (j.counts->>'quarantined')::bigint > 0))))
      ORDER BY s.id LIMIT ${BATCH}
    ), gone AS (DELETE FROM syncs s USING old WHERE s.id = old.id)
    DELETE FROM sync_jobs j USING old WHERE j.sync_id = old.id`;
  const pulls = await db.prisma.$executeRaw`
    DELETE FROM pulls WHERE id IN (
      SELECT p.id FROM pulls p WHERE p.state <> 'RUNNING' AND p.ended_at < syncline_now() - interval '2 days'
        AND NOT EXISTS (SELECT 1 FROM sync_jobs j WHERE j.pull_id = p.id)
      ORDER BY p.id LIMIT ${BATCH})`;
  const keys = await db.prisma.$executeRaw`
    DELETE FROM idempotency_keys WHERE ctid IN (
      SELECT ctid FROM idempotency_keys WHERE created_at < syncline_now() - interval '24 hours' LIMIT ${BATCH})`;
  const seen = await db.prisma.$executeRaw`
    DELETE FROM pull_seen WHERE ctid IN (
      SELECT s.ctid FROM pull_seen s WHERE NOT EXISTS (SELECT 1 FROM pulls p WHERE p.id = s.pull_id) LIMIT ${BATCH})`;
  const states = await pruneOAuthStates(db, BATCH);
  const requests = await pruneRequests(db, keep.requestLogDays);
  return jobs + pulls + keys + seen + states + requests;
}
