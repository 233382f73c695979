import { useState } from 'react';
import type { DataRecord } from './read';

/** Which fields of a data model are shown, kept in this browser. */

/** What tells a person most, first; a record has some of them. */
const TELLING = [
  'document_number',
  'name',
  'code',
  'contact_id',
  'account_id',
  'type',
  'status',
  'posted_date',
  'due_date',
  'transaction_date',
  'total_amount',
  'amount',
  'amount_due',
  'balance',
  'unit_price',
  'effective_tax_rate',
  'currency_id',
  'email',
];
const SHOWN_AT_FIRST = 6;
const OWN = ['rootfi_id', 'rootfi_company_id', 'rootfi_created_at', 'rootfi_updated_at'];
const NEVER = new Set(['raw_data', 'data_hash', 'platform_unique_id', 'rootfi_deleted_at']);

/** Every field that the records have, the data model's own first. */
export function fieldsOf(records: readonly DataRecord[]): readonly string[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  for (const name of [...OWN, ...NEVER]) names.delete(name);
  const own = [...names].sort((a, b) => rank(a) - rank(b));
  return [...own, ...OWN];
}

function rank(name: string): number {
  const place = TELLING.indexOf(name);
  if (name === 'platform_id') return -1;
  return place === -1 ? TELLING.length : place;
}

export function usualColumns(
  fields: readonly string[],
  isOfOneCompany: boolean,
): readonly string[] {
  const telling = fields.filter((name) => TELLING.includes(name)).slice(0, SHOWN_AT_FIRST);
  const company = isOfOneCompany ? [] : ['rootfi_company_id'];
  return ['platform_id', ...company, ...telling, 'rootfi_updated_at'];
}

const keyOf = (model: string) => `syncline-columns-${model}`;

/** The columns that were chosen; null where the usual ones are shown. */
export function useColumns(model: string) {
  const [chosen, setChosen] = useState<readonly string[] | null>(() => readColumns(model));
  const choose = (columns: readonly string[] | null) => {
    setChosen(columns);
    if (columns === null) localStorage.removeItem(keyOf(model));
    else localStorage.setItem(keyOf(model), columns.join(','));
  };
  return { chosen, choose };
}

function readColumns(model: string): readonly string[] | null {
  const kept = localStorage.getItem(keyOf(model));
  return kept === null || kept === '' ? null : kept.split(',');
}
