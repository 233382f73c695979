import type { ListingFacts } from '../core/endless';
import type { TakenPull } from './begin';
import type { Database } from './database';

/**
 * How far a pull's listing has come, and how many rows its model has. The records are those of the pull by the
 * listing's share of its pages: one that began again counts its pages anew and not its records. One that continues a
 * failed initial pull has more pages than the pull, and counts the pull's records alone.
 */
export async function listingFacts(db: Database, pull: TakenPull): Promise<ListingFacts> {
  const [row] = await db.prisma.$queryRaw<{ pages: number; records: number; rows: bigint }[]>`
    SELECT p.listing_page AS pages,
      p.fetched::double precision * least(p.listing_page, p.pages) / greatest(p.pages, 1) AS records,
      m.live_records + m.deleted_records + p.inserted + (
        SELECT count(*) FROM quarantined_records q
        WHERE q.connection_id = p.connection_id AND q.data_model = p.data_model
      ) AS rows
    FROM pulls p JOIN model_states m ON m.connection_id = p.connection_id AND m.data_model = p.data_model
    WHERE p.id = ${pull.id}`;
  return row === undefined
    ? { pages: 0, records: 0, rows: 0 }
    : { pages: row.pages, records: row.records, rows: Number(row.rows) };
}
