import type { paths } from '../../generated/api';

/** The lists of records that the API has, and what `rootfi-api` calls them. */

export type DataPath = Extract<keyof paths, `/accounting/${string}`>;

export interface Resource {
  readonly category: string;
  /** Its last part in the address. */
  readonly name: string;
  readonly path: DataPath;
  readonly model: string;
}

const ACCOUNTING = [
  'accounts',
  'bank_accounts',
  'bank_transactions',
  'bill_credit_notes',
  'bill_payments',
  'bills',
  'company_info',
  'contacts',
  'currencies',
  'expenses',
  'invoice_credit_notes',
  'invoice_payments',
  'invoices',
  'items',
  'journal_entries',
  'purchase_orders',
  'sales_orders',
  'tax_rates',
  'tracking_categories',
] as const;

export const RESOURCES: readonly Resource[] = ACCOUNTING.map((name) => ({
  category: 'accounting',
  name,
  path: `/accounting/${name}`,
  model: name.toUpperCase(),
}));

export function findResource(category: string, name: string): Resource | undefined {
  return RESOURCES.find((each) => each.category === category && each.name === name);
}

/** `invoice_payments` → `invoicePayments`: how the client writes it. */
export function clientName({ name }: Resource): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
