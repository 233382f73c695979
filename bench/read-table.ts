import type { Pool } from 'pg';

/** The table that the reads benchmark reads: one organisation's invoices, in twenty companies. */
const COMPANIES = 20;
/** Records put in at once: a server that says nothing for many seconds would be taken for lost. */
const BATCH = 20_000;

export interface ReadTable {
  readonly records: number;
  readonly companyIds: readonly string[];
  /** Holds half of the records; the others share the rest. */
  readonly largest: { readonly companyId: string; readonly connectionId: string };
}

/** Fills it as syncs would have: pages of a thousand, one company's after another's, then left alone for a while. */
export async function fillReadTable(
  pool: Pool,
  organisationId: string,
  records: number,
): Promise<ReadTable> {
  const { rows } = await pool.query<{ id: string; company_id: string }>(
    `WITH company AS (
       INSERT INTO companies (organisation_id, name)
       SELECT $1, 'Company ' || n FROM generate_series(1, $2) AS n RETURNING id
     )
     INSERT INTO connections (organisation_id, company_id, integration_type, category, status, account)
     SELECT $1, id, 'ROOTFI_SANDBOX', 'ACCOUNTING', 'HEALTHY', 'reads-' || id FROM company
     RETURNING id, company_id`,
    [organisationId, COMPANIES],
  );
  const [largest] = rows;
  if (largest === undefined) throw new Error('No company was made');
  const ids = [rows.map((row) => row.id), rows.map((row) => row.company_id)];
  for (let from = 0; from < records; from += BATCH) {
    await pool.query(FILL, [...ids, from, Math.min(from + BATCH, records) - 1]);
  }
  await pool.query(
    `INSERT INTO model_states (connection_id, data_model, config, live_records, deleted_records)
     SELECT connection_id, data_model, '{}', count(*) FILTER (WHERE deleted_at IS NULL), count(deleted_at)
     FROM records GROUP BY connection_id, data_model`,
  );
  await pool.query('VACUUM (ANALYZE)');
  await pool.query('CHECKPOINT');
  return {
    records,
    companyIds: rows.map((row) => row.company_id),
    largest: { companyId: largest.company_id, connectionId: largest.id },
  };
}

/**
 * Every second page of a thousand is the largest company's. Three records of ten have changed since they came, two of a
 * hundred are tombstones. A document has about 650 bytes, as has what the platform sent.
 */
const FILL = `
INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash,
  platform_updated_at, created_at, updated_at, deleted_at)
SELECT ($1::bigint[])[1 + at], ($2::bigint[])[1 + at], 'INVOICES', id, d.data,
  d.data || jsonb_build_object('id', id, 'created_at', came, 'updated_at', changed),
  encode(sha256(id::bytea), 'hex'), encode(sha256(('raw ' || id)::bytea), 'hex'),
  changed - interval '5 minutes', came, changed, CASE WHEN n % 50 = 7 THEN changed END
FROM (
  SELECT n, 'inv_' || lpad(n::text, 9, '0') AS id,
    CASE WHEN page % 2 = 0 THEN 0 ELSE 1 + (page / 2) % (cardinality($1::bigint[]) - 1) END AS at,
    came, CASE WHEN (hashint4(n) & 2147483647) % 10 IN (0, 1, 2) THEN came + ((hashint4(n + 1) & 2147483647) % 200) * interval '1 day' ELSE came END AS changed
  FROM (
    SELECT n, n / 1000 AS page, timestamptz '2025-01-01T00:00:00Z' + (n / 1000) * interval '2 hours' AS came
    FROM generate_series($3::int, $4::int) AS n
  ) paged
) placed
CROSS JOIN LATERAL (
  SELECT ((1 + (hashint4(n) & 2147483647) % 90000) / 100.0)::numeric(12, 2)::text AS amount,
    (date '2025-01-01' + n % 300)::text AS posted, to_char(changed, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS changed_text
  OFFSET 0
) v
CROSS JOIN LATERAL (
  SELECT format('{"document_number": "INV-%1$s", "contact_id": "con_%2$s", "currency_id": "USD", "posted_date": "%3$s", '
    '"due_date": "%3$s", "status": "%4$s", "memo": "Monthly retainer %2$s", "sub_total": "%5$s", "tax_amount": "20.5", '
    '"total_discount": "0", "total_amount": "%5$s", "amount_due": "%5$s", "updated_at": "%6$s", "line_items": ['
    '{"platform_id": "%7$s-1", "item_id": "item_%8$s", "quantity": "1", "unit_amount": "%5$s", "total_amount": "%5$s"}, '
    '{"platform_id": "%7$s-2", "item_id": "item_%8$s", "quantity": "2", "unit_amount": "%5$s", "total_amount": "%5$s"}, '
    '{"platform_id": "%7$s-3", "item_id": "item_%8$s", "quantity": "7", "unit_amount": "%5$s", "total_amount": "%5$s"}]}',
    n, n % 997, posted, (ARRAY['PAID', 'SUBMITTED', 'OVERDUE'])[1 + n % 3], amount, changed_text, id, n % 300)::jsonb AS data
  OFFSET 0
) d`;
