import { Client } from 'pg';
import type { TestDatabase } from '../support/database';

/** So many companies and records that what grows with them is seen to. */
export const CROWD = { companies: 5_000, records: 2_000_000, syncsOfEach: 20 };

/**
 * Fills a database with companies as they are after months: each with a connection, three data models, ended syncs and
 * records; a tenth of all records belong to the first. Their connections are paused, so that nothing of them runs.
 */
export async function fillWithCrowd({ url }: TestDatabase, organisationId: bigint): Promise<void> {
  // A connection of its own: the product's are given up after half a minute.
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await fill((statement) => client.query(statement), organisationId);
  } finally {
    await client.end();
  }
}

async function fill(run: (statement: string) => Promise<unknown>, organisationId: bigint) {
  const { companies, records, syncsOfEach } = CROWD;
  await run(`
    WITH company AS (
      INSERT INTO companies (organisation_id, name, partner_id, created_at)
      SELECT ${organisationId}, 'Customer ' || n, 'crm-' || n, now() - n * interval '1 hour'
      FROM generate_series(1, ${companies}) n RETURNING id
    )
    INSERT INTO connections
      (organisation_id, company_id, integration_type, category, status, paused, account, created_at)
    SELECT ${organisationId}, id, 'ROOTFI_SANDBOX', 'ACCOUNTING',
      CASE WHEN id % 50 = 0 THEN 'EXPIRED' ELSE 'HEALTHY' END, true, 'crowd-' || id, now() - interval '90 days'
    FROM company`);
  await run(`
    INSERT INTO model_states
      (connection_id, data_model, enabled, config, watermark, covered_from, last_success_at, live_records)
    SELECT c.id, m, true,
      jsonb_build_object('data_model', m, 'category', 'ACCOUNTING', 'enabled', true, 'frequency', 'HOURLY',
        'interval', 1, 'scope_access', '{"READ": true}'::jsonb),
      now(), '0001-01-01', now() - (c.id % 300) * interval '1 minute', ${Math.floor(records / companies / 3)}
    FROM connections c, unnest(ARRAY['INVOICES', 'CONTACTS', 'BILLS']) m`);
  await run(`
    WITH sync AS (
      INSERT INTO syncs (sync_id, organisation_id, company_id, connection_id, integration_type, mode, trigger,
        data_models, status, created_at, updated_at, started_at, ended_at)
      SELECT 'crowd' || c.id || 'x' || n, c.organisation_id, c.company_id, c.id, c.integration_type, 'incremental',
        'auto', ARRAY['INVOICES'], CASE WHEN (c.id + n) % 40 = 0 THEN 'FAILED' ELSE 'SUCCESS' END,
        at, at, at, at + interval '2 seconds'
      FROM connections c, generate_series(1, ${syncsOfEach}) n,
        LATERAL (SELECT now() - n * interval '1 hour' AS at) t
      RETURNING *
    )
    INSERT INTO sync_jobs (sync_id, connection_id, data_model, mode, trigger, state, counts, pages, error_code,
      error_message, created_at, updated_at, started_at, ended_at)
    SELECT id, connection_id, 'INVOICES', mode, trigger, status,
      '{"fetched": 3, "inserted": 1, "changed": 2, "unchanged": 0, "revived": 0, "repeated": 0, "quarantined": 0, "deleted": 0}',
      1, CASE WHEN status = 'FAILED' THEN 'platform-unavailable' END,
      CASE WHEN status = 'FAILED' THEN 'The platform did not answer.' END, created_at, updated_at, started_at, ended_at
    FROM sync`);
  await run(`
    INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash,
      platform_updated_at, created_at, updated_at)
    SELECT c.id, c.company_id, (ARRAY['INVOICES', 'CONTACTS', 'BILLS'])[n % 3 + 1], 'p' || n,
      jsonb_build_object('document_number', 'INV-' || n, 'memo', 'Thank you', 'total_amount', n % 1000),
      jsonb_build_object('id', 'p' || n, 'document_number', 'INV-' || n), md5(n::text), md5(n::text),
      now(), now(), now()
    FROM generate_series(1, ${records}) n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM connections) c
      ON c.place = CASE WHEN n % 10 = 0 THEN 1 ELSE n % ${companies} + 1 END`);
  await run('VACUUM ANALYZE');
}
