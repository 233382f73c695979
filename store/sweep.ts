import { isHeld } from '../core/deletions';
import type { SyncMode } from '../core/names';
import { sweepAsked } from '../core/pull';
import type { TakenPull } from './begin';
import { type Database, inTransaction, type Tx } from './database';
import { forgetHeldLists } from './end-pull';
import { one } from './locks';

/**
 * Live rows the listing did not show, in id order after `after`: candidates for deletion. Not among them: rows that
 * something else wrote since the pull started, and rows older than the pull's own `since`.
 *
 * EXCEPT is hashed or sorted whatever the server believes of its tables. NOT EXISTS may become each row against each id,
 * which takes hours: right after a first load, before they were analysed, it believes that there are a handful.
 */
export async function sweepCandidates(
  db: Database,
  pull: TakenPull,
  input: { after: string; limit: number },
): Promise<string[]> {
  const rows = await db.prisma.$queryRaw<{ platform_id: string }[]>`
    SELECT platform_id FROM (
      SELECT r.platform_id FROM records r
      WHERE r.connection_id = ${pull.connection.id} AND r.data_model = ${pull.dataModel} AND r.deleted_at IS NULL
        AND r.platform_id > ${input.after} AND r.updated_at < ${pull.startedAt}
        AND (${pull.window.since}::timestamptz IS NULL OR r.platform_updated_at >= ${pull.window.since})
      EXCEPT SELECT unnest(ids) FROM pull_seen WHERE pull_id = ${pull.id}
    ) unseen
    ORDER BY platform_id LIMIT ${input.limit}`;
  return rows.map((row) => row.platform_id);
}

/**
 * Whether a live job of the pull still asks for a sweep, and whether what is under way is permitted: an ordinary
 * deletion is, a mass deletion only while a live job allows it. Read before each batch.
 */
export async function sweepWanted(
  db: Database | Tx,
  pull: TakenPull,
): Promise<{ wanted: boolean; massDeleteAllowed: boolean; permitted: boolean }> {
  const client = 'prisma' in db ? db.prisma : db;
  const jobs = await client.$queryRaw<{ mode: SyncMode; allowMassDelete: boolean; held: number }[]>`
    SELECT j.mode, j.allow_mass_delete AS "allowMassDelete", p.deletions_held AS held
    FROM sync_jobs j JOIN pulls p ON p.id = j.pull_id WHERE j.pull_id = ${pull.id} AND j.state = 'RUNNING'`;
  const asked = sweepAsked(jobs);
  const isMassDeletion = jobs.some((job) => job.held > 0);
  return { ...asked, permitted: asked.massDeleteAllowed || !isMassDeletion };
}

export type SweepDecision = 'fenced' | 'nothing' | 'held' | 'delete';

/**
 * When all candidates have been asked for: decides whether the deletion is held. While a mass deletion is carried out
 * by permission, `deletions_held` keeps its size, so that a batch after the permission is withdrawn stops.
 */
export function decideSweep(db: Database, pull: TakenPull): Promise<SweepDecision> {
  return inTransaction(db, async (tx) => {
    const held = await one(
      tx.$queryRaw<{ id: bigint }[]>`
        SELECT id FROM pulls WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING'
        FOR NO KEY UPDATE`,
    );
    if (held === null) return 'fenced';
    await forgetHeldLists(tx, pull.id);
    const { gone: goneRows, live } = await countWhatGoes(tx, pull);
    if (goneRows === 0) return 'nothing';
    const needsPermission = isHeld({ gone: goneRows, live, allowed: false });
    const { massDeleteAllowed } = await sweepWanted(tx, pull);
    const isHeldNow = needsPermission && !massDeleteAllowed;
    await tx.$executeRaw`
      UPDATE pulls SET deletions_held = ${needsPermission ? goneRows : 0},
        phase = ${isHeldNow ? 'confirming' : 'tombstoning'}, sweep_after = ''
      WHERE id = ${pull.id}`;
    return isHeldNow ? 'held' : 'delete';
  });
}

/** How many rows the tombstones would hit, were they set now, and how many live ones there are. */
async function countWhatGoes(tx: Tx, pull: TakenPull): Promise<{ gone: number; live: number }> {
  const [row] = await tx.$queryRaw<{ gone: bigint; live: bigint }[]>`
    WITH going AS MATERIALIZED (
      SELECT unnest(ids) AS platform_id FROM pull_seen WHERE pull_id = ${pull.id} AND gone
      EXCEPT SELECT unnest(ids) FROM pull_seen WHERE pull_id = ${pull.id} AND NOT gone
    )
    SELECT (
      SELECT count(*) FROM going, LATERAL (
        SELECT FROM records r WHERE r.connection_id = ${pull.connection.id} AND r.data_model = ${pull.dataModel}
          AND r.platform_id = going.platform_id AND r.deleted_at IS NULL AND r.updated_at < ${pull.startedAt}
        LIMIT 1
      ) hit
    ) AS gone, (
      SELECT count(*) FROM records r WHERE r.connection_id = ${pull.connection.id}
        AND r.data_model = ${pull.dataModel} AND r.deleted_at IS NULL
    ) AS live`;
  return { gone: Number(row?.gone ?? 0n), live: Number(row?.live ?? 0n) };
}

/**
 * Tombstones the next batch of the rows confirmed gone, checking each one's candidacy once more: a row that came back
 * meanwhile stays. Whether a live job still asks for it, and permits it, is read in the same statement: a batch that
 * begins after a cancel deletes nothing. Answers null when fenced off, else how many ids of the list were passed.
 */
export async function tombstoneBatch(
  db: Database,
  pull: TakenPull,
  input: { after: string; limit: number },
): Promise<{ wanted: boolean; passed: number; after: string } | null> {
  const [row] = await db.prisma.$queryRaw<
    { wanted: boolean; passed: bigint; after: string | null }[]
  >`
    WITH pull AS (
      SELECT id, started_at, deletions_held FROM pulls
      WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING' FOR NO KEY UPDATE
    ), asked AS MATERIALIZED (
      SELECT EXISTS (
        SELECT 1 FROM sync_jobs j WHERE j.pull_id = pull.id AND j.state = 'RUNNING' AND j.mode = 'full'
      ) AND (pull.deletions_held = 0 OR EXISTS (
        SELECT 1 FROM sync_jobs j
        WHERE j.pull_id = pull.id AND j.state = 'RUNNING' AND j.mode = 'full' AND j.allow_mass_delete
      )) AS wanted FROM pull
    ), batch AS MATERIALIZED (
      SELECT g.platform_id FROM pull, asked, LATERAL (
        SELECT unnest(s.ids) AS platform_id FROM pull_seen s WHERE s.pull_id = pull.id AND s.gone
      ) g
      WHERE asked.wanted AND g.platform_id > ${input.after} ORDER BY g.platform_id LIMIT ${input.limit}
    ), going AS MATERIALIZED (
      SELECT r.id FROM (
        SELECT platform_id FROM batch EXCEPT SELECT unnest(ids) FROM pull_seen WHERE pull_id = ${pull.id} AND NOT gone
      ) unseen, LATERAL (
        SELECT id FROM records WHERE connection_id = ${pull.connection.id} AND data_model = ${pull.dataModel}
          AND platform_id = unseen.platform_id LIMIT 1
      ) r
    ), dead AS (
      UPDATE records r SET deleted_at = syncline_now(), updated_at = syncline_now()
      FROM pull, going WHERE r.id = going.id AND r.deleted_at IS NULL AND r.updated_at < pull.started_at
      RETURNING 1
    )
    UPDATE pulls p SET deleted = p.deleted + (SELECT count(*) FROM dead), attempts = 0,
      sweep_after = coalesce((SELECT max(platform_id) FROM batch), p.sweep_after)
    FROM pull, asked WHERE p.id = pull.id
    RETURNING asked.wanted, (SELECT count(*) FROM batch) AS passed, p.sweep_after AS after`;
  if (row === undefined) return null;
  return { wanted: row.wanted, passed: Number(row.passed), after: row.after ?? '' };
}
