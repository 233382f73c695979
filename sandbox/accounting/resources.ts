import {
  bankAccountFields,
  bankTransactionFields,
  journalEntryFields,
  trackingCategoryFields,
} from './seed/banking';
import { type FieldMaker, idOf } from './seed/context';
import {
  BILLS,
  INVOICES,
  otherDocumentFields,
  payableFields,
  paymentFields,
} from './seed/documents';
import {
  accountFields,
  currencyFields,
  currencyId,
  itemFields,
  taxRateFields,
} from './seed/ledger';
import { OTHER_KINDS } from './seed/other-kinds';
import { companyInfoFields, contactFields } from './seed/parties';

/** One resource of the platform: its ids, what its records point to, and how a seeded one is made. */
export interface ResourceRow {
  prefix: string;
  /** Resources that its seeded records name; each gets ten rows where it is not seeded. */
  refersTo: readonly string[];
  /** The field a malformed record carries as something impossible. */
  malformedField: string;
  fields: FieldMaker;
  /** The id of a seeded record, where it is not the prefix and a number. */
  seededId?: (index: number) => string;
}

const DOCUMENT = ['contacts', 'items', 'tax_rates', 'accounts', 'currencies'];

function row(
  prefix: string,
  malformedField: string,
  refersTo: string[],
  fields: FieldMaker,
): ResourceRow {
  return { prefix, refersTo, malformedField, fields };
}

export const RESOURCES: { readonly [resource: string]: ResourceRow } = {
  invoices: row('inv', 'total_amount', DOCUMENT, payableFields(INVOICES)),
  bills: row('bill', 'total_amount', DOCUMENT, payableFields(BILLS)),
  contacts: row('con', 'name', ['currencies'], contactFields),
  accounts: row('acc', 'current_balance', ['currencies'], accountFields),
  items: row('itm', 'name', ['tax_rates', 'accounts'], itemFields),
  invoice_payments: row('ipay', 'amount', ['invoices', 'accounts'], paymentFields(INVOICES)),
  bill_payments: row('bpay', 'amount', ['bills', 'accounts'], paymentFields(BILLS)),
  tax_rates: row('tax', 'total_tax_rate', [], taxRateFields),
  currencies: { ...row('cur', 'exchange_rate', [], currencyFields), seededId: currencyId },
  company_info: row('org', 'name', ['currencies'], companyInfoFields),
  tracking_categories: row('trk', 'name', [], trackingCategoryFields),
  journal_entries: row('je', 'amount', ['accounts'], journalEntryFields),
  bank_accounts: row('bank', 'balance', ['currencies'], bankAccountFields),
  bank_transactions: row(
    'btx',
    'amount',
    ['bank_accounts', 'contacts', 'accounts'],
    bankTransactionFields,
  ),
  ...otherDocuments(),
};

function otherDocuments(): { [resource: string]: ResourceRow } {
  const rows: { [resource: string]: ResourceRow } = {};
  for (const kind of Object.values(OTHER_KINDS)) {
    const refersTo = kind.leadsTo === null ? DOCUMENT : [...DOCUMENT, kind.leadsTo.resource];
    rows[kind.resource] = row(kind.prefix, 'total_amount', refersTo, otherDocumentFields(kind));
  }
  return rows;
}

export function seededIdOf(resource: ResourceRow, index: number): string {
  return resource.seededId?.(index) ?? idOf(resource.prefix, index);
}
