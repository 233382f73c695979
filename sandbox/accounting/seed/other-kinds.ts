import { ACCOUNTS, anyOf, dayOf, fromCents, randomOf } from './context';
import type { OtherKind } from './documents';
import { MEMOS } from './words';

const DAY_MS = 86_400_000;
const BILLS = { field: 'bill_ids', prefix: 'bill', resource: 'bills' } as const;
const INVOICES = { field: 'invoice_ids', prefix: 'inv', resource: 'invoices' } as const;

const creditNote: OtherKind['own'] = ({ totalCents, context, index }) => {
  const random = randomOf(context, 'credit', index);
  const isUsed = random.chance(0.5);
  return {
    status: isUsed ? 'PAID' : 'SUBMITTED',
    memo: random.pick(MEMOS),
    remaining_credit: fromCents(isUsed ? 0 : totalCents),
  };
};

const order: OtherKind['own'] = ({ context, index, createdMs }) => {
  const random = randomOf(context, 'order', index);
  return {
    description: random.pick(MEMOS),
    currency_rate: 1,
    delivery_date: dayOf(createdMs + random.between(1, 30) * DAY_MS),
    status: random.pick(['DRAFT', 'SUBMITTED']),
  };
};

const expense: OtherKind['own'] = ({ context, index }) => {
  const random = randomOf(context, 'expense', index);
  return {
    account_id: anyOf(context, ACCOUNTS, random),
    payment_mode: random.pick(['CARD', 'CASH']),
    currency_rate: 1,
    memo: random.pick(MEMOS),
  };
};

/** The kinds by their resource names. */
export const OTHER_KINDS: { readonly [resource: string]: OtherKind } = {
  invoice_credit_notes: {
    resource: 'invoice_credit_notes',
    prefix: 'icn',
    hasDetailedLines: true,
    numberPrefix: 'CN',
    contactType: 'CUSTOMER',
    leadsTo: INVOICES,
    own: creditNote,
  },
  bill_credit_notes: {
    resource: 'bill_credit_notes',
    prefix: 'bcn',
    hasDetailedLines: true,
    numberPrefix: 'VC',
    contactType: 'VENDOR',
    leadsTo: BILLS,
    own: creditNote,
  },
  purchase_orders: {
    resource: 'purchase_orders',
    prefix: 'po',
    hasDetailedLines: true,
    numberPrefix: 'PO',
    contactType: 'VENDOR',
    leadsTo: BILLS,
    own: order,
  },
  sales_orders: {
    resource: 'sales_orders',
    prefix: 'so',
    hasDetailedLines: true,
    numberPrefix: 'SO',
    contactType: 'CUSTOMER',
    leadsTo: INVOICES,
    own: order,
  },
  expenses: {
    resource: 'expenses',
    prefix: 'exp',
    hasDetailedLines: true,
    numberPrefix: 'EXP',
    contactType: 'VENDOR',
    leadsTo: null,
    own: expense,
  },
};
