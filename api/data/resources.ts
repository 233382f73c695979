import type { DataModel } from '../../core/unified/models';

/** A read endpoint: `GET /v3/<category>/<path>` serves the records of one data model. */
export interface DataResource {
  readonly category: 'accounting';
  readonly path: string;
  readonly model: DataModel;
  /** Names that `expand` may hold. */
  readonly relations: readonly string[];
}

function accounting(path: string, model: DataModel, ...relations: string[]): DataResource {
  return { category: 'accounting', path, model, relations };
}

/**
 * Every read endpoint. Another one is one more row, as soon as its data model has a field table. Relations that lie
 * inside the record (`line_items`, `phone_numbers` …) are always in the answer, asked for or not; those to other
 * data models are accepted, as the v3 client sends them, and answered by their `*_id` alone.
 */
export const DATA_RESOURCES: readonly DataResource[] = [
  accounting('accounts', 'ACCOUNTS', 'currency', 'parent_account'),
  accounting('bank_accounts', 'BANK_ACCOUNTS', 'currency'),
  accounting(
    'bank_transactions',
    'BANK_TRANSACTIONS',
    'account',
    'from_account',
    'to_account',
    'currency',
    'contact',
  ),
  accounting('bills', 'BILLS', 'currency', 'line_items', 'contact', 'documents', 'bill_payments'),
  accounting(
    'bill_credit_notes',
    'BILL_CREDIT_NOTES',
    'currency',
    'line_items',
    'contact',
    'payments',
  ),
  accounting('bill_payments', 'BILL_PAYMENTS', 'bill', 'account', 'currency', 'contact'),
  accounting('company_info', 'COMPANY_INFO'),
  accounting(
    'contacts',
    'CONTACTS',
    'currency',
    'phone_numbers',
    'addresses',
    'external_links',
    'invoices',
    'bills',
    'invoice_payments',
    'bill_payments',
    'expenses',
    'purchase_orders',
    'sales_orders',
    'bank_transactions',
  ),
  accounting('currencies', 'CURRENCIES'),
  accounting('expenses', 'EXPENSES', 'account', 'line_items', 'contact', 'currency', 'documents'),
  accounting(
    'invoices',
    'INVOICES',
    'currency',
    'line_items',
    'contact',
    'documents',
    'invoice_payments',
  ),
  accounting(
    'invoice_credit_notes',
    'INVOICE_CREDIT_NOTES',
    'currency',
    'line_items',
    'contact',
    'payments',
  ),
  accounting('invoice_payments', 'INVOICE_PAYMENTS', 'invoice', 'account', 'currency', 'contact'),
  accounting('items', 'ITEMS'),
  accounting('journal_entries', 'JOURNAL_ENTRIES', 'currency', 'journal_lines', 'account'),
  accounting(
    'purchase_orders',
    'PURCHASE_ORDERS',
    'currency',
    'line_items',
    'contact',
    'documents',
  ),
  accounting('sales_orders', 'SALES_ORDERS', 'currency', 'line_items', 'contact', 'documents'),
  accounting('tax_rates', 'TAX_RATES'),
  accounting('tracking_categories', 'TRACKING_CATEGORIES'),
];
