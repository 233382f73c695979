import type { JsonRecord } from '../../kit/json';
import {
  ACCOUNTS,
  anyOf,
  BANK_ACCOUNTS,
  countOf,
  dayOf,
  type FieldMaker,
  fromCents,
  idOf,
  numberOf,
  randomOf,
} from './context';
import { contactFor } from './parties';
import { MEMOS, TRADES } from './words';

export const bankAccountFields: FieldMaker = (context, { index }) => {
  const random = randomOf(context, 'bank_accounts', index);
  return {
    institution_name: random.pick(['First Bank', 'City Savings', 'Harbour Credit Union']),
    account_name: `Account ${index + 1}`,
    account_number: String(random.between(1_000_000_000, 9_999_999_999)),
    balance: fromCents(random.between(-500_000, 50_000_000)),
    currency_id: context.baseCurrency,
    category: random.pick(['BANK', 'BANK', 'CREDIT_CARD']),
  };
};

export const bankTransactionFields: FieldMaker = (context, { index, createdMs }) => {
  const random = randomOf(context, 'bank_transactions', index);
  const direction = random.pick(['DEBIT', 'CREDIT']);
  const contactType = direction === 'DEBIT' ? 'VENDOR' : 'CUSTOMER';
  const bankAccount = anyOf(context, BANK_ACCOUNTS, random);
  return {
    contact_id: contactFor(context, contactType, random),
    account_id: anyOf(context, ACCOUNTS, random),
    from_account_id: direction === 'DEBIT' ? bankAccount : null,
    to_account_id: direction === 'CREDIT' ? bankAccount : null,
    currency_id: context.baseCurrency,
    amount: fromCents(random.between(100, 500_000)),
    type: direction === 'DEBIT' ? 'SPEND' : 'RECEIVE',
    debit_or_credit: direction,
    status: random.pick(['RECONCILED', 'UNRECONCILED']),
    currency_rate: 1,
    transaction_date: dayOf(createdMs),
  };
};

/** An entry of two or three lines whose debits equal its credits. */
export const journalEntryFields: FieldMaker = (context, { index, createdMs }) => {
  const random = randomOf(context, 'journal_entries', index);
  const id = idOf('je', index);
  const cents = random.between(200, 500_000);
  const firstCredit = random.chance(0.5) ? cents : Math.floor(cents / 2);
  const parts: [string, number][] = [
    ['DEBIT', cents],
    ['CREDIT', firstCredit],
  ];
  if (firstCredit < cents) parts.push(['CREDIT', cents - firstCredit]);
  const lines: JsonRecord[] = parts.map(([type, lineCents], line) => ({
    platform_id: `${id}-${line + 1}`,
    journal_entry_id: id,
    account_id: anyOf(context, ACCOUNTS, random),
    type,
    description: random.pick(MEMOS),
    net_amount: fromCents(lineCents),
  }));
  return {
    document_number: numberOf('JE', index),
    journal_entry_type: random.pick(['MANUAL', 'DEPRECIATION', 'ACCRUAL']),
    description: random.pick(MEMOS),
    account_id: anyOf(context, ACCOUNTS, random),
    amount: fromCents(cents),
    currency_id: context.baseCurrency,
    currency_rate: 1,
    posted_date: dayOf(createdMs),
    journal_lines: lines,
  };
};

export const trackingCategoryFields: FieldMaker = (context, { index }) => {
  const random = randomOf(context, 'tracking_categories', index);
  // The first of every five stands at the top, the four after it hang below.
  const parent = index - (index % 5);
  const hasChildren = index === parent && index + 1 < countOf(context, 'tracking_categories');
  return {
    name: `${random.pick(TRADES)} ${index + 1}`,
    status: random.chance(0.9) ? 'ACTIVE' : 'ARCHIVED',
    parent_id: index === parent ? null : idOf('trk', parent),
    has_children: hasChildren,
  };
};
