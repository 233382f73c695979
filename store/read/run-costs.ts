import type { DataModel } from '../../core/unified/models';
import type { Database } from '../database';

/** Auto syncs that are averaged over. */
const RUNS = 10;

/**
 * How many calls the last auto syncs of each data model took, on average: its pages, as each is a call. Models without
 * one are left out. The caller has seen the connection.
 */
export async function readRunCosts(
  db: Database,
  connectionId: bigint,
): Promise<ReadonlyMap<DataModel, number>> {
  const rows = await db.prisma.$queryRaw<{ dataModel: DataModel; calls: number }[]>`
    SELECT m.data_model AS "dataModel", avg(greatest(j.pages, 1))::float8 AS calls
    FROM model_states m
    CROSS JOIN LATERAL (
      SELECT j.pages FROM sync_jobs j
      WHERE j.connection_id = m.connection_id AND j.data_model = m.data_model AND j.trigger = 'auto'
        AND j.state = 'SUCCESS'
      ORDER BY j.created_at DESC, j.id DESC LIMIT ${RUNS}
    ) j
    WHERE m.connection_id = ${connectionId}
    GROUP BY m.data_model`;
  return new Map(rows.map(({ dataModel, calls }) => [dataModel, calls]));
}
