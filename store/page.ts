import type { OutcomeCounts } from '../core/names';
import type { Checkpoint, TakenPull } from './begin';
import type { Database } from './database';
import type { PageColumns } from './page-columns';

/** A record that failed mapping. */
export interface PageReject {
  readonly platformId: string | null;
  readonly rawHash: string;
  readonly rawJson: string;
  readonly path: string;
  readonly reason: string;
}

export interface Page {
  readonly columns: PageColumns;
  readonly rejects: readonly PageReject[];
  /** Fetched items that a later one of the same page replaced. */
  readonly repeated: number;
  /** Ids confirmed gone (sweep). */
  readonly gone: readonly string[];
  /** Where the pull stands once this page is stored. */
  readonly next: Checkpoint;
  /** How many of the listing's pages this is, and after how many; null for sweeps and parts of pages. */
  readonly listed: { readonly from: number; readonly pages: number } | null;
  /** The earlier of the platform's clock and ours, at this listing's first answer. */
  readonly firstDate: Date | null;
  readonly connectorVersion: number;
  readonly unreadableIds: boolean;
}

/** `null` = fenced off: another attempt has gone on, or the pull has ended. Nothing was stored. */
export type PageStored = {
  readonly counts: Pick<OutcomeCounts, 'inserted' | 'changed' | 'unchanged' | 'revived'>;
  /** A person's incremental waits that would be taken in this pull's place. */
  readonly interactiveWaits: boolean;
  /** A tick, or another pull, waits that would be taken in this pull's place. */
  readonly otherWaits: boolean;
} | null;

/**
 * Stores one or more platform pages in **one** statement: the fence is held, the rows are classified and written in
 * `platform_id` order, the ids are noted for open sweeps, and the cursor and counts are saved. All of it or nothing.
 */
export async function storePage(db: Database, pull: TakenPull, page: Page): Promise<PageStored> {
  const { columns } = page;
  const result = await db.pool.query<{
    inserted: string;
    changed: string;
    unchanged: string;
    revived: string;
    interactive_waits: boolean;
    other_waits: boolean;
  }>({
    name: 'store-page',
    text: STORE_PAGE,
    values: [
      pull.id.toString(),
      pull.fence.toString(),
      pull.connection.id.toString(),
      pull.connection.company_id.toString(),
      pull.dataModel,
      JSON.stringify(columns.ids),
      rejectsJson(page.rejects),
      JSON.stringify(page.gone),
      page.next.phase,
      page.next.cursor === null ? null : JSON.stringify(page.next.cursor),
      page.next.sweepAfter,
      page.listed === null ? 0 : page.listed.from + page.listed.pages,
      page.firstDate,
      page.repeated,
      page.connectorVersion,
      page.unreadableIds,
      page.listed?.pages ?? 0,
      columns.hashes,
      columns.rawHashes,
      columns.updatedAt,
      columns.data,
      columns.raw,
    ],
  });
  const row = result.rows[0];
  if (row === undefined) return null;
  return {
    counts: {
      inserted: Number(row.inserted),
      changed: Number(row.changed),
      unchanged: Number(row.unchanged),
      revived: Number(row.revived),
    },
    interactiveWaits: row.interactive_waits,
    otherWaits: row.other_waits,
  };
}

function rejectsJson(rejects: readonly PageReject[]): string {
  const rows = rejects.map((reject) => {
    const key = JSON.stringify(reject.platformId ?? `#${reject.rawHash}`);
    const why = `"p":${JSON.stringify(reject.path)},"m":${JSON.stringify(reject.reason)}`;
    return `{"k":${key},"i":${JSON.stringify(reject.platformId)},${why},"r":${reject.rawJson}}`;
  });
  return `[${rows.join(',')}]`;
}

const STORE_PAGE = `
WITH pull AS (
  SELECT p.id, p.kind, p.phase FROM pulls p
  WHERE p.id = $1::bigint AND p.fence = $2::bigint AND p.state = 'RUNNING'
  FOR NO KEY UPDATE
), incoming AS MATERIALIZED (
  SELECT x.i, x.h, x.w, x.t, x.d, x.r, r.id IS NULL AS is_new, r.deleted_at IS NOT NULL AS was_deleted,
    r.hash IS DISTINCT FROM x.h AS differs, r.raw_hash IS DISTINCT FROM x.w AS raw_differs
  FROM pull, ROWS FROM (
    json_array_elements_text($6::json), unnest(string_to_array($18::text, E'\\x1e')),
    unnest(string_to_array($19::text, E'\\x1e')), unnest(string_to_array($20::text, E'\\x1e', '')),
    unnest(string_to_array($21::text, E'\\x1e')), unnest(string_to_array($22::text, E'\\x1e'))
  ) AS x(i, h, w, t, d, r)
  LEFT JOIN LATERAL (
    -- The limit, which changes nothing, keeps the planner at one look into the index for each row of the page. Without
    -- it a table that has just grown, of which its statistics know nothing, is read as a whole for every page.
    SELECT id, deleted_at, hash, raw_hash FROM records
    WHERE connection_id = $3::bigint AND data_model = $5::text AND platform_id = x.i LIMIT 1
  ) r ON true
), added AS (
  -- No conflict can come up: whoever takes a model fences all its pulls off, and waits for the statement under way.
  INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash,
    platform_updated_at, created_at, updated_at)
  SELECT $3::bigint, $4::bigint, $5::text, n.i, n.d::jsonb, n.r::json, n.h, n.w, n.t::timestamptz(3), syncline_now(),
    syncline_now()
  FROM incoming n WHERE n.is_new
), written AS (
  INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash,
    platform_updated_at, created_at, updated_at)
  SELECT $3::bigint, $4::bigint, $5::text, n.i, n.d::jsonb, n.r::json, n.h, n.w, n.t::timestamptz(3), syncline_now(),
    syncline_now()
  FROM incoming n WHERE NOT n.is_new AND (n.was_deleted OR n.differs OR n.raw_differs)
  ORDER BY n.i
  ON CONFLICT (connection_id, data_model, platform_id) DO UPDATE SET data = excluded.data, raw = excluded.raw,
    hash = excluded.hash, raw_hash = excluded.raw_hash, platform_updated_at = excluded.platform_updated_at,
    updated_at = CASE WHEN records.hash = excluded.hash AND records.deleted_at IS NULL
      THEN records.updated_at ELSE excluded.updated_at END,
    deleted_at = NULL
), rejected AS (
  INSERT INTO quarantined_records (connection_id, data_model, key, platform_id, raw, path, reason, connector_version,
    first_seen_at, last_seen_at)
  -- A record that is JSON's null comes out of the set as SQL's, which the column does not take.
  SELECT DISTINCT ON (q.k) $3::bigint, $5::text, q.k, q.i, coalesce(q.r, 'null'), q.p, q.m, $15::int, syncline_now(), syncline_now()
  FROM pull, jsonb_to_recordset($7::jsonb) AS q(k text, i text, r jsonb, p text, m text)
  ORDER BY q.k
  ON CONFLICT (connection_id, data_model, key) DO UPDATE SET raw = excluded.raw, path = excluded.path,
    reason = excluded.reason, connector_version = excluded.connector_version, last_seen_at = syncline_now()
), cleared AS (
  DELETE FROM quarantined_records q USING incoming n
  WHERE q.connection_id = $3::bigint AND q.data_model = $5::text AND q.key = n.i
), ids AS (
  SELECT coalesce(array_agg(i), '{}') AS seen FROM (
    SELECT i FROM incoming UNION ALL
    SELECT q.i FROM pull, jsonb_to_recordset($7::jsonb) AS q(i text) WHERE q.i IS NOT NULL
  ) each
), noted AS (
  INSERT INTO pull_seen (pull_id, ids)
  SELECT s.id, ids.seen FROM ids, pull, pulls s
  WHERE s.connection_id = $3::bigint AND s.data_model = $5::text AND s.state = 'RUNNING' AND s.sweep
    AND cardinality(ids.seen) > 0
), confirmed AS (
  INSERT INTO pull_seen (pull_id, gone, ids)
  SELECT pull.id, true, g.ids FROM pull,
    (SELECT array_agg(value) AS ids FROM jsonb_array_elements_text($8::jsonb)) g
  WHERE g.ids IS NOT NULL
), tally AS (
  SELECT count(*) FILTER (WHERE is_new) AS inserted,
    count(*) FILTER (WHERE was_deleted) AS revived,
    count(*) FILTER (WHERE NOT is_new AND NOT was_deleted AND differs) AS changed,
    count(*) FILTER (WHERE NOT is_new AND NOT was_deleted AND NOT differs) AS unchanged,
    count(*) AS good
  FROM incoming
)
UPDATE pulls p SET
  phase = $9::text, cursor = $10::jsonb, sweep_after = $11::text,
  cursor_born_at = CASE WHEN $12::int > 0 AND $12::int = $17::int THEN syncline_now() ELSE p.cursor_born_at END,
  listing_page = CASE WHEN l.ends_first THEN 0 WHEN $12::int > 0 THEN $12::int ELSE p.listing_page END,
  furthest_page = CASE WHEN l.ends_first THEN 0 ELSE greatest(p.furthest_page, $12::int) END,
  restarts = CASE WHEN l.ends_first OR $12::int > p.furthest_page THEN 0 ELSE p.restarts END,
  first_date = coalesce(p.first_date, $13::timestamptz),
  pages = p.pages + $17::int,
  attempts = 0, retry_at = NULL, error_code = NULL, error_message = NULL,
  unreadable_ids = p.unreadable_ids OR $16::boolean,
  fetched = p.fetched + t.good + $14::int + jsonb_array_length($7::jsonb),
  inserted = p.inserted + t.inserted, changed = p.changed + t.changed, unchanged = p.unchanged + t.unchanged,
  revived = p.revived + t.revived, repeated = p.repeated + $14::int,
  quarantined = p.quarantined + jsonb_array_length($7::jsonb)
FROM pull, tally t, LATERAL (
  -- The second listing of a pull is one of its own: how far it came is counted anew.
  SELECT pull.phase = 'listing' AND $9::text = 'relisting' AS ends_first
) l
WHERE p.id = pull.id
RETURNING t.inserted, t.changed, t.unchanged, t.revived,
  pull.kind = 'backfill' AND EXISTS (
    SELECT 1 FROM sync_jobs j JOIN model_states m ON m.connection_id = j.connection_id AND m.data_model = j.data_model
    WHERE j.connection_id = $3::bigint AND j.data_model = $5::text AND j.state = 'CREATED'
      AND j.mode = 'incremental' AND j.trigger = 'manual' AND m.watermark IS NOT NULL
  ) AND NOT EXISTS (
    SELECT 1 FROM pulls o WHERE o.connection_id = $3::bigint AND o.data_model = $5::text AND o.state = 'RUNNING'
      AND o.kind = 'incremental' AND (o.retry_at > syncline_now() OR o.resume_at > syncline_now())
  ) AS interactive_waits,
  pull.kind = 'backfill' AND (EXISTS (
    SELECT 1 FROM sync_jobs j WHERE j.connection_id = $3::bigint AND j.data_model = $5::text
      AND j.state = 'CREATED' AND j.trigger = 'auto'
  ) OR EXISTS (
    SELECT 1 FROM pulls o WHERE o.connection_id = $3::bigint AND o.data_model = $5::text AND o.state = 'RUNNING'
      AND o.kind = 'incremental' AND coalesce(o.retry_at, '-infinity') <= syncline_now()
      AND coalesce(o.resume_at, '-infinity') <= syncline_now()
  ) OR EXISTS (
    SELECT 1 FROM model_states m JOIN connections c ON c.id = m.connection_id
    WHERE m.connection_id = $3::bigint AND m.data_model = $5::text AND m.next_fire_at <= syncline_now()
      AND m.watermark IS NOT NULL AND c.status = 'HEALTHY' AND NOT c.paused
  )) AS other_waits`;
