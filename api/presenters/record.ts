import type { DataModel } from '../../core/unified/models';
import { writeFields, writeJson } from '../../core/unified/present';
import type { RecordView } from '../../store/read/records';

/**
 * As JSON without markup: the base that every record has, then its model's own fields. Both platform ids carry the
 * platform's own id.
 */
export function writeRecord(model: DataModel, record: RecordView): string {
  const platformId = writeJson(record.platformId);
  const deletedAt = record.deletedAt === null ? 'null' : `"${record.deletedAt}"`;
  const rawData = record.raw === undefined ? '' : `,"raw_data":${writeJson(record.raw)}`;
  const dataHash = record.hash === undefined ? '' : `,"data_hash":${writeJson(record.hash)}`;
  return (
    `{"rootfi_id":${record.id},"rootfi_created_at":"${record.createdAt}"` +
    `,"rootfi_updated_at":"${record.updatedAt}","rootfi_deleted_at":${deletedAt}` +
    `,"rootfi_company_id":${record.companyId},"platform_id":${platformId},"platform_unique_id":${platformId}` +
    `,${writeFields(model, record.data)}${rawData}${dataHash}}`
  );
}
