import type { ConnectionStatus } from '../../core/names';
import type { FirstSyncFacts } from '../../core/first-sync';
import type { DataModel } from '../../core/unified/models';
import type { Database } from '../database';

/** How far the data of one model is: counts alone, for people who may see no more. */
export interface FirstSyncModel extends FirstSyncFacts {
  readonly dataModel: DataModel;
  readonly liveRecords: bigint;
  readonly pull: (NonNullable<FirstSyncFacts['pull']> & { fetched: bigint; pages: number }) | null;
}

export interface FirstSyncView {
  readonly integrationType: string;
  readonly status: ConnectionStatus;
  readonly models: readonly FirstSyncModel[];
}

interface Row {
  integrationType: string;
  status: ConnectionStatus;
  dataModel: DataModel | null;
  liveRecords: bigint | null;
  hasSucceededSince: boolean;
  hasEverSucceeded: boolean;
  isQueued: boolean;
  state: 'RUNNING' | 'SUCCESS' | 'FAILED' | null;
  hasEndedSince: boolean;
  isWaiting: boolean;
  fetched: bigint | null;
  pages: number | null;
}

/** The enabled models of the live connection that was made through a link, by name; null where there is none. */
export async function readFirstSync(
  db: Database,
  named: { linkId: bigint; connectionId: bigint },
): Promise<FirstSyncView | null> {
  const rows = await db.prisma.$queryRaw<Row[]>`
    SELECT c.integration_type AS "integrationType", c.status, m.data_model AS "dataModel",
      m.live_records AS "liveRecords", coalesce(m.last_success_at >= l.used_at, false) AS "hasSucceededSince",
      m.last_success_at IS NOT NULL AS "hasEverSucceeded",
      coalesce(m.next_fire_at <= syncline_now(), false) OR EXISTS (SELECT 1 FROM sync_jobs j
        WHERE j.connection_id = m.connection_id AND j.data_model = m.data_model AND j.state = 'CREATED') AS "isQueued",
      p.state, coalesce(p.ended_at >= l.used_at, false) AS "hasEndedSince",
      coalesce(greatest(p.resume_at, p.retry_at) > syncline_now(), false) AS "isWaiting", p.fetched, p.pages
    FROM invite_links l
    JOIN connections c ON c.id = l.connection_id AND c.deleted_at IS NULL
    LEFT JOIN model_states m ON m.connection_id = c.id AND m.enabled
    LEFT JOIN LATERAL (
      -- Each half is one step in an index, however long the history is.
      SELECT * FROM (
        (SELECT 1 AS rank, o.* FROM pulls o WHERE o.connection_id = m.connection_id
          AND o.data_model = m.data_model AND o.state = 'RUNNING' ORDER BY o.kind LIMIT 1)
        UNION ALL
        (SELECT 2, e.* FROM pulls e WHERE e.connection_id = m.connection_id AND e.data_model = m.data_model
          ORDER BY e.id DESC LIMIT 1)
      ) found ORDER BY rank LIMIT 1
    ) p ON true
    WHERE l.id = ${named.linkId} AND c.id = ${named.connectionId}
    ORDER BY m.data_model`;
  const [first] = rows;
  if (first === undefined) return null;
  const { integrationType, status } = first;
  return { integrationType, status, models: rows.flatMap(toModel) };
}

function toModel(row: Row): FirstSyncModel[] {
  const { dataModel, liveRecords, state, hasEndedSince, isWaiting, fetched, pages, ...facts } = row;
  // A connection without an enabled model has one row, which names none.
  if (dataModel === null) return [];
  const { hasSucceededSince, hasEverSucceeded, isQueued } = facts;
  const pull =
    state === null
      ? null
      : { state, hasEndedSince, isWaiting, fetched: fetched ?? 0n, pages: pages ?? 0 };
  return [
    {
      dataModel,
      liveRecords: liveRecords ?? 0n,
      hasSucceededSince,
      hasEverSucceeded,
      isQueued,
      pull,
    },
  ];
}
