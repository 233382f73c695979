import type { DataModel } from '../../core/unified/models';
import { Prisma } from '../../prisma/generated/client';
import type { Database } from '../database';

/** A record that could not be mapped. */
export interface QuarantinedView {
  readonly dataModel: DataModel;
  readonly key: string;
  readonly platformId: string | null;
  readonly path: string;
  readonly reason: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly raw: unknown;
}

/** Quarantined records by data model and key, one more than `limit` where there are more. */
export function listQuarantined(
  db: Database,
  input: {
    connectionId: bigint;
    dataModel: DataModel | undefined;
    after: { readonly dataModel: string; readonly key: string } | null;
    limit: number;
  },
): Promise<QuarantinedView[]> {
  const { after, dataModel } = input;
  return db.prisma.$queryRaw<QuarantinedView[]>`
    SELECT data_model AS "dataModel", key, platform_id AS "platformId", path, reason, first_seen_at AS "firstSeenAt",
      last_seen_at AS "lastSeenAt", raw
    FROM quarantined_records
    WHERE connection_id = ${input.connectionId}
      ${dataModel === undefined ? Prisma.empty : Prisma.sql`AND data_model = ${dataModel}`}
      ${after === null ? Prisma.empty : Prisma.sql`AND (data_model, key) > (${after.dataModel}, ${after.key})`}
    ORDER BY data_model, key LIMIT ${input.limit + 1}`;
}
