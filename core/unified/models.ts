import type { IntegrationCategory } from '../names';

/** Every data model of the v3 contract. Those with a field table (`tables.ts`) can be synced and read. */
export const DATA_MODELS = [
  'ACCOUNTS',
  'BANK_ACCOUNTS',
  'BILLS',
  'BILL_PAYMENTS',
  'COMPANY_INFO',
  'CONTACTS',
  'BILL_CREDIT_NOTES',
  'INVOICE_CREDIT_NOTES',
  'DOCUMENTS',
  'EXPENSES',
  'INVOICES',
  'INVOICE_PAYMENTS',
  'ITEMS',
  'LINE_ITEMS',
  'TAX_RATES',
  'JOURNAL_ENTRIES',
  'BANK_TRANSACTIONS',
  'JOURNAL_LINES',
  'PURCHASE_ORDERS',
  'SALES_ORDERS',
  'PHONE_NUMBERS',
  'ADDRESSES',
  'EXTERNAL_LINKS',
  'CONTACT_PERSONS',
  'INCOME_STATEMENT',
  'BALANCE_SHEET',
  'TRACKING_CATEGORIES',
  'CASH_FLOW_STATEMENT',
  'CURRENCIES',
  'PAYMENT_CUSTOMERS',
  'PAYMENT_INVOICES',
  'PAYMENT_LINE_ITEMS',
  'PAYMENT_ITEMS',
  'PAYMENT_ORDERS',
  'PAYMENT_TAX_RATES',
  'PAYMENT_DISPUTES',
  'PAYMENT_PAYMENTS',
  'PAYMENT_REFUNDS',
  'PAYMENT_PAYMENT_LINKS',
  'PAYMENT_PAYOUTS',
  'PAYMENT_ADDRESSES',
  'PAYMENT_PHONE_NUMBERS',
  'PAYMENT_EXTERNAL_LINKS',
  'PAYMENT_TRANSACTIONS',
  'PAYMENT_BALANCES',
  'ECOMMERCE_ORDERS',
  'ECOMMERCE_CUSTOMERS',
  'ECOMMERCE_PRODUCTS',
  'ECOMMERCE_LINE_ITEMS',
  'CRM_CONTACTS',
  'CRM_COMPANIES',
  'CRM_DEALS',
  'CRM_LEADS',
  'CRM_NOTES',
  'CRM_PIPELINES',
  'CRM_STAGES',
  'CRM_ACTIVITIES',
  'CRM_TASKS',
  'CRM_USERS',
  'CRM_EXTERNAL_LINKS',
  'CRM_PHONE_NUMBERS',
  'CRM_ADDRESSES',
] as const;
export type DataModel = (typeof DATA_MODELS)[number];

function categoryOf(model: DataModel): IntegrationCategory {
  if (model.startsWith('PAYMENT_')) return 'PAYMENTS';
  if (model.startsWith('CRM_')) return 'CRM';
  if (model.startsWith('ECOMMERCE_')) return 'ECOMMERCE';
  return 'ACCOUNTING';
}

/** The category whose endpoints serve a data model. */
// eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- `fromEntries` forgets its keys; these are all.
export const CATEGORY_OF = Object.fromEntries(
  DATA_MODELS.map((model) => [model, categoryOf(model)]),
) as Readonly<Record<DataModel, IntegrationCategory>>;

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * A record in unified names as it is stored: only fields of its model's table, sorted by name at every level; a field
 * without a value is absent, never null; money and quantities are canonical decimal strings.
 */
export type UnifiedRecord = { readonly [field: string]: JsonValue };
