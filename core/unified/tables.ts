import {
  boolean,
  date,
  decimal,
  decimalText,
  type FieldTable,
  instant,
  listOf,
  object,
  oneOf,
  text,
  texts,
} from './fields';
import { DATA_MODELS, type DataModel } from './models';

/**
 * The fields of each data model beside the base every record has (ids, times, raw data): names, kinds and nesting are
 * those of the v3 contract. `*_id` fields hold the platform's own id of what they point at.
 */

const BASE_STATUS = oneOf('ACTIVE', 'ARCHIVED', 'UNKNOWN');

const LINE_ITEM: FieldTable = {
  platform_id: text,
  line_item_type: oneOf(
    'BILLS',
    'INVOICES',
    'BILL_CREDIT_NOTES',
    'INVOICE_CREDIT_NOTES',
    'EXPENSES',
    'PURCHASE_ORDERS',
    'SALES_ORDERS',
  ),
  line_item_type_id: text,
  tracking_category_ids: texts,
  project_id: text,
  item_id: text,
  tax_id: text,
  account_id: text,
  description: text,
  quantity: decimal,
  unit_amount: decimal,
  total_amount: decimal,
  sub_total: decimal,
  tax_amount: decimal,
  total_discount: decimal,
  updated_at: instant,
};

const JOURNAL_LINE: FieldTable = {
  platform_id: text,
  journal_entry_id: text,
  account_id: text,
  contact_id: text,
  tax_id: text,
  tracking_category_ids: texts,
  type: oneOf('DEBIT', 'CREDIT'),
  description: text,
  net_amount: decimal,
  tax_amount: decimal,
  updated_at: instant,
};

const EXTERNAL_LINK: FieldTable = {
  platform_id: text,
  link: text,
  type: oneOf('EMAIL', 'WEBSITE'),
};

const PHONE_NUMBER: FieldTable = {
  platform_id: text,
  number: text,
  type: oneOf('MOBILE', 'TELEPHONE', 'FAX'),
};

const ADDRESS: FieldTable = {
  platform_id: text,
  type: oneOf('BILLING', 'SHIPPING'),
  street: text,
  locality: text,
  city: text,
  state: text,
  pincode: text,
  country: text,
};

const ITEM_DETAIL: FieldTable = {
  tax_id: text,
  account_id: text,
  unit_price: decimal,
  description: text,
};

const DOCUMENT: FieldTable = {
  currency_id: text,
  contact_id: text,
  total_discount: decimal,
  sub_total: decimal,
  tax_amount: decimal,
  total_amount: decimal,
  amount_due: decimal,
  document_number: text,
  posted_date: date,
  due_date: date,
  memo: text,
  updated_at: instant,
  status: text,
  currency_rate: decimal,
  line_items: listOf(LINE_ITEM),
};

const PAYMENT: FieldTable = {
  payment_id: text,
  account_id: text,
  credit_note_id: text,
  payment_mode: text,
  currency_id: text,
  currency_rate: decimalText,
  memo: text,
  updated_at: instant,
  payment_date: date,
  contact_id: text,
  document_number: text,
};

const CREDIT_NOTE: FieldTable = {
  contact_id: text,
  document_number: text,
  total_amount: decimal,
  remaining_credit: decimal,
  posted_date: date,
  currency_id: text,
  memo: text,
  status: text,
  updated_at: instant,
  tax_amount: decimal,
  line_items: listOf(LINE_ITEM),
};

const ORDER: FieldTable = {
  posted_date: date,
  description: text,
  currency_id: text,
  currency_rate: decimal,
  sub_total: decimal,
  total_amount: decimal,
  total_discount: decimal,
  tax_amount: decimal,
  updated_at: instant,
  delivery_date: date,
  document_number: text,
  status: text,
  contact_id: text,
  line_items: listOf(LINE_ITEM),
};

export const FIELD_TABLES: Readonly<Partial<Record<DataModel, FieldTable>>> = {
  ACCOUNTS: {
    name: text,
    description: text,
    nominal_code: text,
    current_balance: decimal,
    updated_at: instant,
    status: text,
    category: oneOf('ASSET', 'EXPENSE', 'LIABILITY', 'EQUITY', 'INCOME', 'BANK', 'UNKNOWN'),
    sub_category: text,
    currency_id: text,
    parent_account_id: text,
  },
  BANK_ACCOUNTS: {
    institution_name: text,
    account_name: text,
    account_number: text,
    balance: decimal,
    currency_id: text,
    category: text,
    updated_at: instant,
  },
  BANK_TRANSACTIONS: {
    contact_id: text,
    account_id: text,
    from_account_id: text,
    to_account_id: text,
    currency_id: text,
    amount: decimal,
    type: text,
    debit_or_credit: text,
    status: text,
    currency_rate: decimal,
    transaction_date: date,
    updated_at: instant,
  },
  BILLS: { ...DOCUMENT, purchase_order_ids: texts },
  BILL_CREDIT_NOTES: { ...CREDIT_NOTE, bill_ids: texts },
  // The v3 contract types a bill payment's amount as a string and an invoice payment's as a number.
  BILL_PAYMENTS: { ...PAYMENT, bill_id: text, amount: decimalText },
  COMPANY_INFO: {
    name: text,
    legal_name: text,
    tax_number: text,
    base_currency: text,
    fiscal_start_at: date,
    org_created_at: date,
    updated_at: instant,
    registration_number: text,
  },
  CONTACTS: {
    name: text,
    contact_name: text,
    contact_type: oneOf('CUSTOMER', 'VENDOR'),
    currency_id: text,
    tax_number: text,
    registration_number: text,
    status: BASE_STATUS,
    updated_at: instant,
    external_links: listOf(EXTERNAL_LINK),
    phone_numbers: listOf(PHONE_NUMBER),
    addresses: listOf(ADDRESS),
  },
  CURRENCIES: {
    name: text,
    code: text,
    symbol: text,
    is_base_currency: boolean,
    exchange_rate: decimal,
    updated_at: instant,
  },
  EXPENSES: {
    contact_id: text,
    account_id: text,
    document_number: text,
    posted_date: date,
    payment_mode: text,
    currency_id: text,
    currency_rate: decimal,
    total_amount: decimal,
    sub_total: decimal,
    tax_amount: decimal,
    total_discount: decimal,
    memo: text,
    updated_at: instant,
    line_items: listOf(LINE_ITEM),
  },
  INVOICES: { ...DOCUMENT, sales_order_ids: texts },
  INVOICE_CREDIT_NOTES: { ...CREDIT_NOTE, invoice_ids: texts },
  INVOICE_PAYMENTS: { ...PAYMENT, invoice_id: text, amount: decimal },
  ITEMS: {
    name: text,
    description: text,
    status: BASE_STATUS,
    type: oneOf('INVENTORY', 'NON_INVENTORY', 'SERVICE', 'UNKNOWN'),
    code: text,
    quantity_on_hand: decimal,
    is_bill_item: boolean,
    bill_item: object(ITEM_DETAIL),
    is_invoice_item: boolean,
    invoice_item: object(ITEM_DETAIL),
    updated_at: instant,
  },
  JOURNAL_ENTRIES: {
    account_id: text,
    amount: decimal,
    currency_id: text,
    journal_entry_type: text,
    description: text,
    updated_at: instant,
    currency_rate: decimal,
    posted_date: date,
    document_number: text,
    journal_lines: listOf(JOURNAL_LINE),
  },
  PURCHASE_ORDERS: { ...ORDER, bill_ids: texts },
  SALES_ORDERS: { ...ORDER, invoice_ids: texts },
  TAX_RATES: {
    name: text,
    code: text,
    tax_type: text,
    effective_tax_rate: decimal,
    total_tax_rate: decimal,
    components: listOf({ name: text, rate: decimal, tax_agency: text, is_compound: boolean }),
    updated_at: instant,
  },
  TRACKING_CATEGORIES: {
    name: text,
    status: text,
    parent_id: text,
    has_children: boolean,
    updated_at: instant,
  },
};

/** The models that can be synced and read. */
export const READABLE_MODELS: readonly DataModel[] = DATA_MODELS.filter(
  (model) => FIELD_TABLES[model] !== undefined,
);

/** The field table of a model. Throws for a model that is not readable yet: callers check first. */
export function fieldTable(model: DataModel): FieldTable {
  const table = FIELD_TABLES[model];
  if (table === undefined) throw new Error(`Data model ${model} has no field table`);
  return table;
}
