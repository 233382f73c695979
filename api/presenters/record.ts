import type { DataModel } from '../../core/unified/models';
import { presentRecord as presentFields } from '../../core/unified/present';
import type { RecordView } from '../../store/read/records';
import { iso, isoOrNull } from './instants';

/** The base that every record has, then its model's own fields. Both platform ids carry the platform's own id. */
export function presentRecord(model: DataModel, record: RecordView): Record<string, unknown> {
  return {
    rootfi_id: Number(record.id),
    rootfi_created_at: iso(record.createdAt),
    rootfi_updated_at: iso(record.updatedAt),
    rootfi_deleted_at: isoOrNull(record.deletedAt),
    rootfi_company_id: Number(record.companyId),
    platform_id: record.platformId,
    platform_unique_id: record.platformId,
    ...presentFields(model, record.data),
    ...(record.raw === undefined ? {} : { raw_data: record.raw }),
    ...(record.hash === undefined ? {} : { data_hash: record.hash }),
  };
}
