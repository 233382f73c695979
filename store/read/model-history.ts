import type { JobState } from '../../core/names';
import type { DataModel } from '../../core/unified/models';
import type { Database } from '../database';

/** What the last jobs of a data model came to. */
export interface ModelHistory {
  readonly dataModel: DataModel;
  /** Records that each of the last ended jobs changed, oldest first. */
  readonly changes: readonly number[];
  readonly lastSync: {
    readonly syncId: string;
    readonly status: JobState;
    readonly endedAt: Date;
  } | null;
}

interface Row {
  dataModel: DataModel;
  changes: bigint[];
  syncId: string | null;
  status: JobState | null;
  endedAt: Date | null;
}

/** Ended jobs that are looked at. */
export const CHANGES_SHOWN = 24;

/** The history of each data model of a connection that has one. The caller has seen that the connection is its own. */
export async function readModelHistories(
  db: Database,
  connectionId: bigint,
): Promise<ModelHistory[]> {
  const rows = await db.prisma.$queryRaw<Row[]>`
    SELECT m.data_model AS "dataModel", h.changes, s.sync_id AS "syncId", h.states[1] AS status,
      h.ends[1] AS "endedAt"
    FROM model_states m
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(j.changed ORDER BY j.created_at, j.id), '{}') AS changes,
        array_agg(j.sync_id ORDER BY j.created_at DESC, j.id DESC) AS syncs,
        array_agg(j.state ORDER BY j.created_at DESC, j.id DESC) AS states,
        array_agg(j.ended_at ORDER BY j.created_at DESC, j.id DESC) AS ends
      FROM (
        SELECT j.id, j.created_at, j.sync_id, j.state, j.ended_at,
          coalesce((j.counts ->> 'inserted')::bigint + (j.counts ->> 'changed')::bigint
            + (j.counts ->> 'revived')::bigint + (j.counts ->> 'deleted')::bigint, 0) AS changed
        FROM sync_jobs j
        WHERE j.connection_id = m.connection_id AND j.data_model = m.data_model AND j.state IN ('SUCCESS', 'FAILED')
        ORDER BY j.created_at DESC, j.id DESC LIMIT ${CHANGES_SHOWN}
      ) j
    ) h
    LEFT JOIN syncs s ON s.id = h.syncs[1]
    WHERE m.connection_id = ${connectionId}`;
  return rows.map(({ dataModel, changes, syncId, status, endedAt }) => ({
    dataModel,
    changes: changes.map(Number),
    lastSync:
      syncId === null || status === null || endedAt === null ? null : { syncId, status, endedAt },
  }));
}
