import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';

/** What a page of a company shows, in parts that are asked for apart. */
export const COMPANY_PARTS = ['syncs', 'models', 'connections', 'activity'] as const;
export type CompanyPart = (typeof COMPANY_PARTS)[number];

/** Prints of a company's parts: one that differs from an earlier one tells that the part has changed. */
export type CompanyPrint = { readonly id: bigint } & Readonly<Record<CompanyPart, string>>;

/**
 * The prints of some companies, in one statement whose cost is that of their connections, data models and what is open
 * in them: neither records nor ended syncs are counted. Companies that are gone are left out.
 */
export function readCompanyPrints(
  db: Database,
  companyIds: readonly bigint[],
): Promise<CompanyPrint[]> {
  return db.prisma.$queryRaw<CompanyPrint[]>`
    SELECT co.id,
      concat_ws('|', s.newest, o.jobs, o.pulls) AS syncs,
      concat_ws('|', m.print, o.jobs, o.pulls) AS models,
      concat_ws('|', co.updated_at, co.deleted_at, c.print, o.waits) AS connections,
      coalesce(a.newest, 0)::text AS activity
    FROM companies co
    CROSS JOIN LATERAL (SELECT max(id) AS newest FROM syncs WHERE company_id = co.id) s
    CROSS JOIN LATERAL (SELECT max(id) AS newest FROM activity_log WHERE company_id = co.id) a
    CROSS JOIN LATERAL (
      SELECT ${print(Prisma.sql`c.id, c.status, c.paused, c.updated_at, c.deleted_at`, Prisma.sql`c.id`)} AS print
      FROM connections c WHERE c.company_id = co.id
    ) c
    CROSS JOIN LATERAL (
      SELECT ${print(
        Prisma.sql`m.connection_id, m.data_model, m.enabled, m.watermark, m.next_fire_at, m.last_success_at,
          m.owed_since, m.live_records, m.deleted_records`,
        Prisma.sql`m.connection_id, m.data_model`,
      )} AS print
      FROM connections c JOIN model_states m ON m.connection_id = c.id WHERE c.company_id = co.id
    ) m
    CROSS JOIN LATERAL (
      SELECT (
        SELECT ${print(Prisma.sql`j.id, j.state`, Prisma.sql`j.id`)}
        FROM connections c JOIN sync_jobs j ON j.connection_id = c.id AND j.state IN ('CREATED', 'RUNNING')
        WHERE c.company_id = co.id
      ) AS jobs, p.print AS pulls, p.waits
      FROM (
        SELECT ${print(
          Prisma.sql`p.id, p.phase, p.pages, p.fetched, p.quarantined, p.deleted, p.attempts, p.sweep_after, p.retry_at, p.resume_at`,
          Prisma.sql`p.id`,
        )} AS print, ${print(Prisma.sql`p.id, p.resume_at`, Prisma.sql`p.id`)} AS waits
        FROM connections c JOIN pulls p ON p.connection_id = c.id AND p.state = 'RUNNING'
        WHERE c.company_id = co.id
      ) p
    ) o
    WHERE co.id = ANY(${[...companyIds]}::bigint[])`;
}

/** Short whatever the number of rows. */
function print(columns: Prisma.Sql, order: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`md5(string_agg(ROW(${columns})::text, ';' ORDER BY ${order}))`;
}
