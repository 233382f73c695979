import type { JsonRecord } from '../../kit/json';
import { contactFor } from './parties';
import { type SeedContext, countOf, dayOf, fromCents, idOf, randomOf } from './context';
import { taxPercent } from './ledger';
import { MEMOS } from './words';

const DAY_MS = 86_400_000;

/** What tells one kind of document with line items from another. */
export interface DocumentKind {
  resource: string;
  prefix: string;
  numberPrefix: string;
  contactType: 'CUSTOMER' | 'VENDOR';
  payments: string | null;
}

export interface Amounts {
  lines: JsonRecord[];
  subTotal: number;
  taxAmount: number;
  totalDiscount: number;
  total: number;
  /** Amount of each payment of this document, oldest first. */
  payments: number[];
}

/**
 * Lines and sums of a document, in cents, from its number alone: a payment can ask for them without
 * its document having been made. Each line's `total_amount` is net of tax; net lines add up to
 * `sub_total`, and `sub_total` + `tax_amount` − `total_discount` is `total_amount`.
 */
export function amountsOf(context: SeedContext, kind: DocumentKind, index: number): Amounts {
  const random = randomOf(context, `${kind.resource}/lines`, index);
  const id = idOf(kind.prefix, index);
  const lines: JsonRecord[] = [];
  let subTotal = 0;
  let taxAmount = 0;
  const lineCount = random.pick([3, 3, 3, 3, 3, 3, 1, 2, 4, 5]);
  for (let line = 0; line < lineCount; line += 1) {
    const quantity = random.between(1, 20);
    const unitCents = random.between(5, 20_000) * 5;
    const tax = random.between(0, countOf(context, 'tax_rates') - 1);
    subTotal += quantity * unitCents;
    taxAmount += Math.round((quantity * unitCents * taxPercent(tax)) / 100);
    lines.push({
      platform_id: `${id}-${line + 1}`,
      item_id: idOf('itm', random.between(0, countOf(context, 'items') - 1)),
      tax_id: idOf('tax', tax),
      quantity,
      unit_amount: fromCents(unitCents),
      total_amount: fromCents(quantity * unitCents),
    });
  }
  const totalDiscount = random.chance(0.1) ? Math.round(subTotal / 20) : 0;
  const total = subTotal + taxAmount - totalDiscount;
  const isPaid = random.chance(0.7);
  const payments = splitPayments(
    isPaid ? total : Math.round(total / 3),
    paymentsOf(context, kind, index),
  );
  return { lines, subTotal, taxAmount, totalDiscount, total, payments };
}

/** Seeded payments go round the documents: payment `n` pays document `n` modulo their number. */
function paymentsOf(context: SeedContext, kind: DocumentKind, index: number): number {
  const documents = countOf(context, kind.resource);
  const payments = kind.payments === null ? 0 : (context.counts[kind.payments] ?? 0);
  return Math.floor((payments - 1 - index) / documents) + 1;
}

function splitPayments(cents: number, count: number): number[] {
  if (count <= 0) return [];
  const part = Math.floor(cents / count);
  return Array.from({ length: count }, (_, n) => (n === 0 ? cents - part * (count - 1) : part));
}

export function documentFields(
  context: SeedContext,
  kind: DocumentKind,
  { index, createdMs }: { index: number; createdMs: number },
): JsonRecord {
  const random = randomOf(context, kind.resource, index);
  const amounts = amountsOf(context, kind, index);
  const due = amounts.total - amounts.payments.reduce((sum, cents) => sum + cents, 0);
  const dueMs = createdMs + random.pick([14, 30, 30, 60]) * DAY_MS;
  // Only ids are unique: now and then a person uses a number twice.
  const number = index % 50 === 49 ? index : index + 1;
  return {
    document_number: `${kind.numberPrefix}-${String(number).padStart(5, '0')}`,
    contact_id: contactOf(context, kind, index),
    currency_id: context.baseCurrency,
    posted_date: dayOf(createdMs),
    due_date: dayOf(dueMs),
    status: statusOf({ due, total: amounts.total, isOverdue: dueMs < context.nowMs }),
    memo: random.pick(MEMOS),
    sub_total: fromCents(amounts.subTotal),
    tax_amount: fromCents(amounts.taxAmount),
    total_discount: fromCents(amounts.totalDiscount),
    total_amount: fromCents(amounts.total),
    amount_due: fromCents(due),
    line_items: amounts.lines,
  };
}

function contactOf(context: SeedContext, kind: DocumentKind, index: number): string {
  return contactFor(
    context,
    kind.contactType,
    randomOf(context, `${kind.resource}/contact`, index),
  );
}

function statusOf({
  due,
  total,
  isOverdue,
}: {
  due: number;
  total: number;
  isOverdue: boolean;
}): string {
  if (due === 0) return 'PAID';
  if (due < total) return 'PARTIALLY_PAID';
  return isOverdue ? 'OVERDUE' : 'SUBMITTED';
}

/** A payment of a document; its amount is text for bills, as the unified model has it. */
export function paymentFields(
  context: SeedContext,
  { kind, reference }: { kind: DocumentKind; reference: 'invoice_id' | 'bill_id' },
  { index, createdMs }: { index: number; createdMs: number },
): JsonRecord {
  const documents = countOf(context, kind.resource);
  const document = index % documents;
  const cents = amountsOf(context, kind, document).payments[Math.floor(index / documents)] ?? 0;
  const random = randomOf(context, `${kind.resource}/payments`, index);
  const amount = fromCents(cents);
  return {
    payment_id: `PAY-${String(index + 1).padStart(5, '0')}`,
    [reference]: idOf(kind.prefix, document),
    account_id: idOf('acc', random.between(0, countOf(context, 'accounts') - 1)),
    contact_id: contactOf(context, kind, document),
    amount: reference === 'bill_id' ? amount.toFixed(2) : amount,
    payment_mode: random.pick(['BANK_TRANSFER', 'CARD', 'CASH', 'CHECK']),
    currency_id: context.baseCurrency,
    currency_rate: '1',
    memo: random.pick(MEMOS),
    payment_date: dayOf(createdMs),
    document_number: `PAY-${String(index + 1).padStart(5, '0')}`,
  };
}
