import type { JsonRecord } from '../kit/json';
import type { SeedContext } from './seed/context';
import { idOf } from './seed/context';
import { type DocumentKind, documentFields, paymentFields } from './seed/documents';
import {
  accountFields,
  currencyFields,
  currencyId,
  itemFields,
  taxRateFields,
} from './seed/ledger';
import { contactFields } from './seed/parties';

/** One resource of the platform: its ids, what its records point to, and how a seeded one is made. */
export interface ResourceRow {
  prefix: string;
  /** Resources that its seeded records name; each gets ten rows where it is not seeded. */
  refersTo: readonly string[];
  /** The field a malformed record carries as something impossible. */
  malformedField: string;
  fields(context: SeedContext, at: { index: number; createdMs: number }): JsonRecord;
  /** The id of a seeded record, where it is not the prefix and a number. */
  seededId?: (index: number) => string;
}

const INVOICES: DocumentKind = {
  resource: 'invoices',
  prefix: 'inv',
  numberPrefix: 'INV',
  contactType: 'CUSTOMER',
  payments: 'invoice_payments',
};
const BILLS: DocumentKind = {
  resource: 'bills',
  prefix: 'bill',
  numberPrefix: 'BILL',
  contactType: 'VENDOR',
  payments: 'bill_payments',
};
const DOCUMENT_REFERENCES = ['contacts', 'items', 'tax_rates', 'currencies'] as const;

export const RESOURCES: { readonly [resource: string]: ResourceRow } = {
  invoices: {
    prefix: INVOICES.prefix,
    refersTo: DOCUMENT_REFERENCES,
    malformedField: 'total_amount',
    fields: (context, at) => documentFields(context, INVOICES, at),
  },
  bills: {
    prefix: BILLS.prefix,
    refersTo: DOCUMENT_REFERENCES,
    malformedField: 'total_amount',
    fields: (context, at) => documentFields(context, BILLS, at),
  },
  contacts: {
    prefix: 'con',
    refersTo: ['currencies'],
    malformedField: 'name',
    fields: contactFields,
  },
  accounts: {
    prefix: 'acc',
    refersTo: ['currencies'],
    malformedField: 'current_balance',
    fields: accountFields,
  },
  items: {
    prefix: 'itm',
    refersTo: ['tax_rates', 'accounts'],
    malformedField: 'name',
    fields: itemFields,
  },
  invoice_payments: {
    prefix: 'ipay',
    refersTo: ['invoices', 'accounts', 'contacts', 'currencies'],
    malformedField: 'amount',
    fields: (context, at) =>
      paymentFields(context, { kind: INVOICES, reference: 'invoice_id' }, at),
  },
  bill_payments: {
    prefix: 'bpay',
    refersTo: ['bills', 'accounts', 'contacts', 'currencies'],
    malformedField: 'amount',
    fields: (context, at) => paymentFields(context, { kind: BILLS, reference: 'bill_id' }, at),
  },
  tax_rates: {
    prefix: 'tax',
    refersTo: [],
    malformedField: 'total_tax_rate',
    fields: taxRateFields,
  },
  currencies: {
    prefix: 'cur',
    refersTo: [],
    malformedField: 'exchange_rate',
    fields: currencyFields,
    seededId: currencyId,
  },
};

export function seededIdOf(resource: ResourceRow, index: number): string {
  return resource.seededId?.(index) ?? idOf(resource.prefix, index);
}
