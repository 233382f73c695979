import type { TakenPull } from './begin';
import { type Database, inTransaction, type Tx } from './database';
import { lockModels } from './locks';
import type { PageReject } from './page';
import type { PageRecord } from './page-columns';

/** A quarantined record that an older version of its connector failed to map. */
export interface OldReject {
  readonly key: string;
  readonly raw: unknown;
}

/** What has become of one of them; known by its key, as a record that had no readable id may have one now. */
export type Remapped =
  | { readonly key: string; readonly record: PageRecord }
  | { readonly key: string; readonly reject: Pick<PageReject, 'path' | 'reason'> };

/** Some of the model's quarantined records of versions before `version`; none when all have been through it. */
export async function oldRejects(
  db: Database,
  pull: TakenPull,
  input: { version: number; limit: number },
): Promise<OldReject[]> {
  return db.prisma.$queryRaw<OldReject[]>`
    SELECT key, raw FROM quarantined_records
    WHERE connection_id = ${pull.connection.id} AND data_model = ${pull.dataModel}
      AND connector_version < ${input.version}
    ORDER BY key LIMIT ${input.limit}`;
}

/**
 * Stores quarantined records that have been mapped again: those that fit now leave the quarantine, the others stay with
 * their new reason and `version`. What the platform has shown since wins: a row is rewritten only by a record of its
 * own id, or a newer one, and a tombstone is lifted only by what was seen after it. Nothing of it counts as fetched.
 * False when fenced off.
 */
export function storeRemapped(
  db: Database,
  pull: TakenPull,
  input: { remapped: readonly Remapped[]; version: number },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [model] = await lockModels(tx, pull.connection.id, [pull.dataModel]);
    // Whoever takes or ends a pull holds the model's row, so both stay true until the commit.
    if (model?.fence !== pull.fence || !(await isOpen(tx, pull))) return false;
    await keepRejects(tx, pull, input);
    await writeRecords(tx, pull, input.remapped);
    return true;
  });
}

async function isOpen(tx: Tx, pull: TakenPull): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM pulls WHERE id = ${pull.id} AND state = 'RUNNING'`;
  return rows.length > 0;
}

async function keepRejects(
  tx: Tx,
  pull: TakenPull,
  { remapped, version }: { remapped: readonly Remapped[]; version: number },
): Promise<void> {
  const rows = remapped.flatMap((each) =>
    'reject' in each ? [{ k: each.key, p: each.reject.path, m: each.reject.reason }] : [],
  );
  await tx.$executeRaw`
    UPDATE quarantined_records q SET connector_version = ${version}, path = x.p, reason = x.m
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x(k text, p text, m text)
    WHERE q.connection_id = ${pull.connection.id} AND q.data_model = ${pull.dataModel} AND q.key = x.k`;
}

async function writeRecords(tx: Tx, pull: TakenPull, remapped: readonly Remapped[]): Promise<void> {
  const rows = remapped.flatMap((each) => ('record' in each ? [recordJson(each)] : []));
  if (rows.length === 0) return;
  await tx.$executeRaw`
    WITH left_quarantine AS (
      DELETE FROM quarantined_records q
      USING jsonb_to_recordset(${`[${rows.join(',')}]`}::jsonb)
        AS x(k text, i text, h text, w text, t timestamptz(3), d jsonb, r jsonb)
      WHERE q.connection_id = ${pull.connection.id} AND q.data_model = ${pull.dataModel} AND q.key = x.k
      RETURNING x.*, q.last_seen_at
    ), incoming AS MATERIALIZED (
      SELECT DISTINCT ON (n.i) n.*, s.id IS NULL AS is_new, s.deleted_at IS NOT NULL AS was_deleted
      FROM left_quarantine n
      LEFT JOIN records s ON s.connection_id = ${pull.connection.id} AND s.data_model = ${pull.dataModel}
        AND s.platform_id = n.i
      WHERE s.id IS NULL OR ((n.k = n.i OR n.t > s.platform_updated_at)
        AND (s.deleted_at IS NULL OR n.last_seen_at > s.deleted_at))
      ORDER BY n.i, n.last_seen_at DESC
    ), written AS (
      INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash,
        platform_updated_at, created_at, updated_at)
      SELECT ${pull.connection.id}, ${pull.connection.company_id}, ${pull.dataModel}, n.i, n.d, n.r, n.h, n.w, n.t,
        syncline_now(), syncline_now()
      FROM incoming n ORDER BY n.i
      ON CONFLICT (connection_id, data_model, platform_id) DO UPDATE SET data = excluded.data, raw = excluded.raw,
        hash = excluded.hash, raw_hash = excluded.raw_hash, platform_updated_at = excluded.platform_updated_at,
        updated_at = CASE WHEN records.hash = excluded.hash AND records.deleted_at IS NULL
          THEN records.updated_at ELSE excluded.updated_at END,
        deleted_at = NULL
    )
    UPDATE model_states m SET live_records = m.live_records + t.live, deleted_records = m.deleted_records - t.revived
    FROM (
      SELECT count(*) FILTER (WHERE is_new OR was_deleted) AS live, count(*) FILTER (WHERE was_deleted) AS revived
      FROM incoming
    ) t
    WHERE m.connection_id = ${pull.connection.id} AND m.data_model = ${pull.dataModel}`;
}

function recordJson({ key, record }: { key: string; record: PageRecord }): string {
  const at =
    record.platformUpdatedAt === null ? 'null' : `"${record.platformUpdatedAt.toISOString()}"`;
  return `{"k":${JSON.stringify(key)},"i":${JSON.stringify(record.platformId)},"h":"${record.hash}","w":"${record.rawHash}","t":${at},"d":${record.dataJson},"r":${record.rawJson}}`;
}
