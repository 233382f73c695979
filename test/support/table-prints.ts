import type { Database } from '../../store/database';

/**
 * A print of every table: its number of rows, and a checksum over each row with the transaction that wrote it, so that
 * even an update to the same values shows.
 */
export async function tablePrints(db: Database): Promise<Record<string, string>> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const prints: Record<string, string> = {};
  for (const { name } of rows) {
    const found = await db.pool.query<{ print: string }>(
      `SELECT count(*) || ' rows ' || coalesce(md5(string_agg(row, '' ORDER BY row)), '') AS print
       FROM (SELECT md5(t::text || t.xmin::text) AS row FROM "${name}" t) AS each`,
    );
    prints[name] = found.rows[0]?.print ?? '';
  }
  return prints;
}
