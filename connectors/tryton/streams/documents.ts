import type { DataModel } from '../../../core/unified/models';
import { changedAt, many, negated, type Row, ref, refs, text } from '../row';
import { trytonStream } from '../stream';

/** Customer documents are `out`, suppliers' are `in`; a credit note is an invoice with a negative total. */
const FIELDS = [
  'number',
  'reference',
  'description',
  'comment',
  'state',
  'invoice_date',
  'party',
  'currency',
  'untaxed_amount',
  'tax_amount',
  'total_amount',
  'amount_to_pay',
  'lines_to_pay.maturity_date',
  'sales',
  'purchases',
  'origin_invoices',
  'lines.type',
  'lines.product',
  'lines.account',
  'lines.taxes',
  'lines.description',
  'lines.quantity',
  'lines.unit_price',
  'lines.amount',
  'lines.create_date',
  'lines.write_date',
];

/** Lines and taxes of a draft, and what was paid on the move of a posted one. */
const PARTS = ['lines', 'taxes', 'move.lines'];

const STATUSES: ReadonlyMap<unknown, string> = new Map([
  ['draft', 'DRAFT'],
  ['validated', 'SUBMITTED'],
  ['posted', 'SUBMITTED'],
  ['paid', 'PAID'],
  ['cancelled', 'VOID'],
]);

function statusOf(invoice: Row): string {
  const isPartlyPaid =
    invoice.state === 'posted' && Number(invoice.amount_to_pay) !== Number(invoice.total_amount);
  return isPartlyPaid ? 'PARTIALLY_PAID' : (STATUSES.get(invoice.state) ?? 'UNKNOWN');
}

/** The day by which all of it is due; unknown before it is posted. */
function dueDate(invoice: Row): string | null {
  const days = many(invoice, 'lines_to_pay').flatMap(({ maturity_date }) =>
    typeof maturity_date === 'string' ? [maturity_date] : [],
  );
  return days.sort().at(-1) ?? null;
}

/** The supplier's own number is what a bill is known by. */
function documentNumber(invoice: Row, isBill: boolean): unknown {
  return (isBill ? text(invoice.reference) : null) ?? text(invoice.number);
}

type Amount = (value: unknown) => unknown;
const asIs: Amount = (value) => value;

function mapLines(invoice: Row, dataModel: DataModel, amount: Amount): unknown[] {
  // Titles, comments and subtotals are lines too, without a value of their own.
  const lines = many(invoice, 'lines').filter(({ type }) => type === 'line');
  return lines.map((line) => ({
    platform_id: String(line.id),
    line_item_type: dataModel,
    line_item_type_id: String(invoice.id),
    item_id: ref(line.product, 'lines.product'),
    tax_id: refs(line.taxes, 'lines.taxes')[0],
    account_id: ref(line.account, 'lines.account'),
    description: text(line.description),
    quantity: amount(line.quantity),
    unit_amount: line.unit_price,
    sub_total: amount(line.amount),
    total_amount: amount(line.amount),
    updated_at: changedAt(line),
  }));
}

function mapCommon(invoice: Row, dataModel: DataModel, isBill: boolean): Record<string, unknown> {
  return {
    currency_id: ref(invoice.currency, 'currency'),
    contact_id: ref(invoice.party, 'party'),
    document_number: documentNumber(invoice, isBill),
    posted_date: invoice.invoice_date,
    memo: text(invoice.comment) ?? text(invoice.description),
    status: statusOf(invoice),
    updated_at: changedAt(invoice),
  };
}

function invoiceStream(dataModel: 'INVOICES' | 'BILLS') {
  const isBill = dataModel === 'BILLS';
  return trytonStream({
    dataModel,
    model: 'account.invoice',
    fields: FIELDS,
    domain: [
      ['type', '=', isBill ? 'in' : 'out'],
      ['total_amount', '>=', 0],
    ],
    parts: PARTS,
    map: (invoice) => ({
      ...mapCommon(invoice, dataModel, isBill),
      due_date: dueDate(invoice),
      sub_total: invoice.untaxed_amount,
      tax_amount: invoice.tax_amount,
      total_amount: invoice.total_amount,
      amount_due: invoice.amount_to_pay,
      [isBill ? 'purchase_order_ids' : 'sales_order_ids']: refs(
        isBill ? invoice.purchases : invoice.sales,
        'origins',
      ),
      line_items: mapLines(invoice, dataModel, asIs),
    }),
  });
}

/** Credit notes are shown as what they are worth: with positive amounts and quantities. */
function creditNoteStream(dataModel: 'INVOICE_CREDIT_NOTES' | 'BILL_CREDIT_NOTES') {
  const isBill = dataModel === 'BILL_CREDIT_NOTES';
  return trytonStream({
    dataModel,
    model: 'account.invoice',
    fields: FIELDS,
    domain: [
      ['type', '=', isBill ? 'in' : 'out'],
      ['total_amount', '<', 0],
    ],
    parts: PARTS,
    map: (invoice) => ({
      ...mapCommon(invoice, dataModel, isBill),
      total_amount: negated(invoice.total_amount),
      tax_amount: negated(invoice.tax_amount),
      remaining_credit: negated(invoice.amount_to_pay),
      [isBill ? 'bill_ids' : 'invoice_ids']: refs(invoice.origin_invoices, 'origin_invoices'),
      line_items: mapLines(invoice, dataModel, negated),
    }),
  });
}

export const documents = [
  invoiceStream('INVOICES'),
  invoiceStream('BILLS'),
  creditNoteStream('INVOICE_CREDIT_NOTES'),
  creditNoteStream('BILL_CREDIT_NOTES'),
];
