import { api } from '../../api/client';
import type { DataPath } from './resources';

/** One record of any data model, as it came. */
export type DataRecord = Readonly<Record<string, unknown>> & {
  readonly rootfi_id: number;
  readonly rootfi_company_id: number;
  readonly rootfi_created_at: string;
  readonly rootfi_updated_at: string;
  readonly rootfi_deleted_at: string | null;
};

export interface RecordsPage {
  readonly data: readonly DataRecord[];
  readonly next?: string;
}

/** A page of a list. Its query is made of names that only the API can judge, so it is sent as it is. */
export async function readRecords(
  path: DataPath,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RecordsPage> {
  const { data, error } = await api.GET(path, {
    signal,
    // Brackets stand in the names themselves; the client would take a nested value apart.
    querySerializer: () => new URLSearchParams(query).toString(),
  });
  if (data === undefined) throw error;
  return data;
}
