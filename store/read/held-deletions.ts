import type { DataModel } from '../../core/unified/models';
import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';

/** A full pull that found too many records gone to believe it. */
export interface HeldPull {
  readonly id: bigint;
  readonly startedAt: Date;
  readonly heldAt: Date;
  readonly held: number;
  readonly syncId: string | null;
}

export interface HeldDeletion {
  readonly platformId: string;
  readonly id: bigint;
  /** A name for people; null where the record has none. */
  readonly label: string | null;
  readonly updatedAt: Date;
}

/** Place in a held pull's list. */
export interface HeldPlace {
  readonly seq: bigint;
  readonly at: bigint;
}

/** A condition on `pulls p`: held until the next sweep answers anew, whatever is pulled meanwhile, as long as its list is kept. */
export const IS_HELD = Prisma.sql`p.state = 'SUCCESS' AND p.deletions_held > 0
  AND EXISTS (SELECT 1 FROM pull_seen s WHERE s.pull_id = p.id AND s.gone)`;

/** What the data model's last sweep holds; null where it holds nothing. The caller has seen the connection. */
export async function readHeldPull(
  db: Database,
  model: { connectionId: bigint; dataModel: DataModel },
): Promise<HeldPull | null> {
  const rows = await db.prisma.$queryRaw<HeldPull[]>`
    SELECT p.id, p.started_at AS "startedAt", p.ended_at AS "heldAt", p.deletions_held AS held, (
        SELECT s.sync_id FROM sync_jobs j JOIN syncs s ON s.id = j.sync_id
        WHERE j.pull_id = p.id ORDER BY j.mode = 'full' DESC, j.id LIMIT 1
      ) AS "syncId"
    FROM pulls p
    WHERE p.connection_id = ${model.connectionId} AND p.data_model = ${model.dataModel}
      AND ${IS_HELD}
    ORDER BY p.id DESC LIMIT 1`;
  return rows[0] ?? null;
}

interface Row {
  seq: bigint;
  at: bigint;
  platformId: string;
  id: bigint | null;
  label: string | null;
  updatedAt: Date | null;
}

/**
 * A page of a held pull's list, in the order of platform ids. Only the records on the page are looked up, each by its
 * key; those that have come back or gone since are left out, so that a page can be short and yet not be the last.
 */
export async function listHeldDeletions(
  db: Database,
  model: { connectionId: bigint; dataModel: DataModel },
  page: { pull: HeldPull; after: HeldPlace | null; limit: number },
): Promise<{ records: HeldDeletion[]; next: HeldPlace | null }> {
  const { pull, limit } = page;
  const after = page.after ?? { seq: 0n, at: 0n };
  const rows = await db.prisma.$queryRaw<Row[]>`
    WITH listed AS MATERIALIZED (
      SELECT s.seq, u.at, u.platform_id
      FROM pull_seen s CROSS JOIN LATERAL unnest(s.ids) WITH ORDINALITY AS u(platform_id, at)
      WHERE s.pull_id = ${pull.id} AND s.gone AND s.seq >= ${after.seq} AND (s.seq, u.at) > (${after.seq}, ${after.at})
      ORDER BY s.seq, u.at LIMIT ${limit + 1}
    )
    SELECT l.seq, l.at, l.platform_id AS "platformId", r.id, r.updated_at AS "updatedAt",
      left(coalesce(nullif(r.data ->> 'name', ''), nullif(r.data ->> 'contact_name', ''),
        nullif(r.data ->> 'document_number', ''), nullif(r.data ->> 'account_name', ''), nullif(r.data ->> 'code', ''),
        nullif(r.data ->> 'description', ''), nullif(r.data ->> 'memo', '')), 200) AS label
    FROM listed l
    LEFT JOIN records r ON r.connection_id = ${model.connectionId} AND r.data_model = ${model.dataModel}
      AND r.platform_id = l.platform_id AND r.deleted_at IS NULL AND r.updated_at < ${pull.startedAt}
    ORDER BY l.seq, l.at`;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    records: shown.flatMap(({ platformId, id, label, updatedAt }) =>
      id === null || updatedAt === null ? [] : [{ platformId, id, label, updatedAt }],
    ),
    next: rows.length > limit && last !== undefined ? { seq: last.seq, at: last.at } : null,
  };
}
