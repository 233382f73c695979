/** What the data browser asks for, as the API has it. */

export const OPERATORS = {
  rootfi_updated_at: ['gte', 'gt', 'lte', 'lt'],
  rootfi_id: ['eq'],
} as const;

export type FilterField = keyof typeof OPERATORS;
export const FILTER_FIELDS: readonly FilterField[] = ['rootfi_updated_at', 'rootfi_id'];

export const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  eq: 'is',
  gte: 'at or after',
  gt: 'after',
  lte: 'at or before',
  lt: 'before',
};

export interface Filter {
  readonly field: string;
  readonly op: string;
  readonly value: string;
}

export const SORTS = [
  { value: '', label: 'Newest first' },
  { value: '-rootfi_updated_at', label: 'Last changed first' },
  { value: 'rootfi_updated_at', label: 'First changed first' },
  { value: '-rootfi_created_at', label: 'Last created first' },
  { value: 'rootfi_created_at', label: 'First created first' },
] as const;

export interface View {
  readonly company?: number | undefined;
  readonly sort?: string | undefined;
  readonly deleted?: boolean | undefined;
  readonly filters?: readonly Filter[] | undefined;
}

/** The view as the API's query. What was typed badly goes along: the API says what is wrong with it. */
export function toQuery({ company, sort, deleted, filters }: View): Record<string, string> {
  return {
    ...(company === undefined ? {} : { 'rootfi_company_id[eq]': String(company) }),
    ...Object.fromEntries(
      (filters ?? [])
        .filter(({ value }) => value.trim() !== '')
        .map(({ field, op, value }) => [`${field}[${op}]`, value.trim()]),
    ),
    ...sortQuery(sort),
    ...(deleted === true ? { include_deleted_records: 'true' } : {}),
  };
}

function sortQuery(sort: string | undefined): Record<string, string> {
  if (sort === undefined || sort === '') return {};
  const isDescending = sort.startsWith('-');
  return { [`sort[${isDescending ? sort.slice(1) : sort}]`]: isDescending ? 'DESC' : 'ASC' };
}
