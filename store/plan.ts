import type { DataModel } from '../core/unified/models';
import type { Database } from './database';

export interface PlannedModel {
  readonly dataModel: DataModel;
  readonly isWanted: boolean;
  /** It has been told to look and has not yet. */
  readonly mustLook: boolean;
}

/** The data models of a connection; null when the connection is deleted. */
export async function modelsOf(
  db: Database,
  connectionId: bigint,
): Promise<{ deleted: boolean; models: PlannedModel[] } | null> {
  const rows = await db.prisma.$queryRaw<
    { data_model: DataModel; enabled: boolean; must_look: boolean; deleted: boolean }[]
  >`
    SELECT m.data_model, m.enabled, coalesce(m.wake_at <= syncline_now(), false) AS must_look,
      c.deleted_at IS NOT NULL AS deleted
    FROM connections c JOIN model_states m ON m.connection_id = c.id
    WHERE c.id = ${connectionId} ORDER BY m.data_model`;
  const [first] = rows;
  if (first === undefined) return null;
  return {
    deleted: first.deleted,
    models: rows.map((row) => ({
      dataModel: row.data_model,
      isWanted: row.enabled && !row.deleted,
      mustLook: row.must_look,
    })),
  };
}
