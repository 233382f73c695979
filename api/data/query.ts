import { z } from 'zod';
import { cursor, flag, instantQuery, limit, namesOf, queryId } from '../schemas/common';

const sort = z.enum(['ASC', 'DESC'], 'Must be ASC or DESC.').optional();

/** Query of every read endpoint; an unknown field or operator is an error, as ignoring a filter would answer too much. */
export function dataQuery(relations: readonly string[]) {
  return z.strictObject({
    limit,
    next: cursor,
    prev: cursor,
    select: namesOf(['raw_data', 'data_hash']),
    expand: namesOf(relations),
    'rootfi_id[eq]': queryId.optional(),
    'rootfi_company_id[eq]': queryId.optional(),
    'rootfi_updated_at[gt]': instantQuery.optional(),
    'rootfi_updated_at[gte]': instantQuery.optional(),
    'rootfi_updated_at[lt]': instantQuery.optional(),
    'rootfi_updated_at[lte]': instantQuery.optional(),
    include_deleted_records: flag,
    return_count: flag,
    'sort[rootfi_created_at]': sort,
    'sort[rootfi_updated_at]': sort,
  });
}

export type DataQuery = z.output<ReturnType<typeof dataQuery>>;
