import type { JsonRecord } from '../../kit/json';
import {
  ACCOUNTS,
  anyOf,
  countOf,
  dayOf,
  type FieldMaker,
  fromCents,
  idOf,
  numberOf,
  randomOf,
  type SeedContext,
} from './context';
import { type LinedKind, sumFields, sumsOf } from './lines';
import { contactFor } from './parties';
import { MEMOS } from './words';

const DAY_MS = 86_400_000;

/** Invoices and bills: documents that are paid. */
export interface PayableKind extends LinedKind {
  numberPrefix: string;
  contactType: 'CUSTOMER' | 'VENDOR';
  payments: { resource: string; reference: 'invoice_id' | 'bill_id'; numberPrefix: string };
}

export const INVOICES: PayableKind = {
  resource: 'invoices',
  prefix: 'inv',
  hasDetailedLines: false,
  numberPrefix: 'INV',
  contactType: 'CUSTOMER',
  payments: { resource: 'invoice_payments', reference: 'invoice_id', numberPrefix: 'RCPT' },
};

export const BILLS: PayableKind = {
  resource: 'bills',
  prefix: 'bill',
  hasDetailedLines: true,
  numberPrefix: 'BILL',
  contactType: 'VENDOR',
  payments: { resource: 'bill_payments', reference: 'bill_id', numberPrefix: 'PAY' },
};

/** Fields of an invoice or bill; what is due is the total less its seeded payments. */
export function payableFields(kind: PayableKind): FieldMaker {
  return (context, { index, createdMs }) => {
    const random = randomOf(context, kind.resource, index);
    const sums = sumsOf(context, kind, index);
    const paid = paymentsOf(context, kind, index).reduce((sum, cents) => sum + cents, 0);
    const due = sums.total - paid;
    const dueMs = createdMs + random.pick([14, 30, 30, 60]) * DAY_MS;
    return {
      // Only ids are unique: now and then a person uses a number twice.
      document_number: numberOf(kind.numberPrefix, index % 50 === 49 ? index - 1 : index),
      contact_id: contactOf(context, kind, index),
      currency_id: context.baseCurrency,
      posted_date: dayOf(createdMs),
      due_date: dayOf(dueMs),
      status: statusOf({ due, total: sums.total, isOverdue: dueMs < context.nowMs }),
      memo: random.pick(MEMOS),
      ...sumFields(sums),
      amount_due: fromCents(due),
      line_items: sums.lines,
    };
  };
}

/** Fields of a payment; its amount is text where it pays a bill, as the unified model has it. */
export function paymentFields(kind: PayableKind): FieldMaker {
  const { resource, reference, numberPrefix } = kind.payments;
  return (context, { index, createdMs }) => {
    const random = randomOf(context, resource, index);
    const documents = countOf(context, kind.resource);
    const document = index % documents;
    const cents = paymentsOf(context, kind, document)[Math.floor(index / documents)] ?? 0;
    const amount = fromCents(cents);
    return {
      payment_id: numberOf(numberPrefix, index),
      [reference]: idOf(kind.prefix, document),
      account_id: anyOf(context, ACCOUNTS, random),
      contact_id: contactOf(context, kind, document),
      amount: reference === 'bill_id' ? amount.toFixed(2) : amount,
      payment_mode: random.pick(['BANK_TRANSFER', 'CARD', 'CASH', 'CHECK']),
      currency_id: context.baseCurrency,
      currency_rate: '1',
      memo: random.pick(MEMOS),
      payment_date: dayOf(createdMs),
      document_number: numberOf(numberPrefix, index),
    };
  };
}

/**
 * Cents of each seeded payment of a document. Payments go round the documents, payment `n` paying
 * document `n` modulo their number; seven documents of ten with payments are paid in full.
 */
function paymentsOf(context: SeedContext, kind: PayableKind, index: number): number[] {
  const documents = countOf(context, kind.resource);
  const payments = context.counts[kind.payments.resource] ?? 0;
  const count = Math.floor((payments - 1 - index) / documents) + 1;
  if (count <= 0) return [];
  const { total } = sumsOf(context, kind, index);
  const isPaid = randomOf(context, `${kind.resource}/paid`, index).chance(0.7);
  const cents = isPaid ? total : Math.ceil(total / 3);
  const part = Math.floor(cents / count);
  return Array.from({ length: count }, (_, n) => (n === 0 ? cents - part * (count - 1) : part));
}

function contactOf(context: SeedContext, kind: PayableKind, index: number): string {
  const random = randomOf(context, `${kind.resource}/contact`, index);
  return contactFor(context, kind.contactType, random);
}

function statusOf(bill: { due: number; total: number; isOverdue: boolean }): string {
  if (bill.due === 0) return 'PAID';
  if (bill.due < bill.total) return 'PARTIALLY_PAID';
  return bill.isOverdue ? 'OVERDUE' : 'SUBMITTED';
}

/** Purchase and sales orders, credit notes and expenses: documents with lines that nobody pays here. */
export interface OtherKind extends LinedKind {
  numberPrefix: string;
  contactType: 'CUSTOMER' | 'VENDOR';
  /** The documents that came of it: `invoice_ids` or `bill_ids`. */
  leadsTo: { field: 'invoice_ids' | 'bill_ids'; prefix: string; resource: string } | null;
  /** The fields only this kind has. */
  own(about: {
    totalCents: number;
    context: SeedContext;
    index: number;
    createdMs: number;
  }): JsonRecord;
}

export function otherDocumentFields(kind: OtherKind): FieldMaker {
  return (context, { index, createdMs }) => {
    const random = randomOf(context, kind.resource, index);
    const sums = sumsOf(context, kind, index);
    const { leadsTo } = kind;
    return {
      document_number: numberOf(kind.numberPrefix, index),
      contact_id: contactFor(context, kind.contactType, random),
      currency_id: context.baseCurrency,
      posted_date: dayOf(createdMs),
      ...(leadsTo === null ? {} : { [leadsTo.field]: [anyOf(context, leadsTo, random)] }),
      ...kind.own({ totalCents: sums.total, context, index, createdMs }),
      ...sumFields(sums),
      line_items: sums.lines,
    };
  };
}
