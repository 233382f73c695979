import { accountingPlatform } from './accounting/platform';
import { parseJsonRecord } from './kit/json';
import type { JsonRecord } from './kit/json';

const NOW_MS = Date.parse('2026-03-04T05:06:07.890Z');
const HOUR_MS = 3_600_000;

type Data = { [resource: string]: JsonRecord[] };

function seeded(counts: { [resource: string]: number }, tenantId = 'tenant'): Data {
  const data: Data = {};
  for (const { resource, id, updatedMs, text } of accountingPlatform.seed({
    tenantId,
    counts,
    nowMs: NOW_MS,
  })) {
    const record = parseJsonRecord(text);
    if (record.id !== id || Date.parse(String(record.updated_at)) !== updatedMs) {
      throw new Error(`${resource} ${id} is not what its text says`);
    }
    data[resource] ??= [];
    data[resource].push(record);
  }
  return data;
}

function cents(value: unknown): number {
  const amount = Number(value);
  expect(amount).toBe(Math.round(amount * 100) / 100);
  return Math.round(amount * 100);
}

function linesOf(record: JsonRecord): JsonRecord[] {
  const lines = record.line_items ?? record.journal_lines ?? [];
  return Array.isArray(lines) ? lines : [];
}

function sum(records: readonly JsonRecord[], field: string): number {
  return records.reduce((total, record) => total + cents(record[field]), 0);
}

const EVERY = Object.fromEntries(accountingPlatform.resources.map((resource) => [resource, 60]));
const REFERENCES: { [field: string]: string } = {
  contact_id: 'contacts',
  currency_id: 'currencies',
  item_id: 'items',
  tax_id: 'tax_rates',
  account_id: 'accounts',
  parent_account_id: 'accounts',
  invoice_id: 'invoices',
  bill_id: 'bills',
  invoice_ids: 'invoices',
  bill_ids: 'bills',
  from_account_id: 'bank_accounts',
  to_account_id: 'bank_accounts',
  parent_id: 'tracking_categories',
  journal_entry_id: 'journal_entries',
};

/** Every reference in the record, however deep, as resource and id. */
function referencesIn(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]): [string, string][] => {
    const resource = REFERENCES[field];
    if (resource === undefined) return referencesIn(inner);
    const ids = Array.isArray(inner) ? inner : [inner];
    return ids.filter((id) => id !== null).map((id) => [resource, String(id)]);
  });
}

it('makes the same records of the same tenant id and seed, and others of another', () => {
  expect(seeded({ invoices: 30 })).toEqual(seeded({ invoices: 30 }));
  expect(seeded({ invoices: 30 })).not.toEqual(seeded({ invoices: 30 }, 'other'));
});

it('makes as many as asked for, and ten of whatever those refer to', () => {
  const data = seeded({ invoices: 12, contacts: 3 });
  const counts = Object.entries(data).map(([resource, records]) => [resource, records.length]);
  expect(Object.fromEntries(counts)).toEqual({
    invoices: 12,
    contacts: 3,
    items: 10,
    tax_rates: 10,
    accounts: 10,
    currencies: 10,
  });
  expect(seeded({})).toEqual({});
});

it.each(accountingPlatform.resources)(
  'seeds %s alone so that all its references resolve',
  (name) => {
    const data = seeded({ [name]: 15 });
    expect(data[name]).toHaveLength(15);
    for (const records of Object.values(data)) {
      for (const [resource, id] of records.flatMap(referencesIn)) {
        expect(`${resource} ${data[resource]?.some((target) => target.id === id)}`).toBe(
          `${resource} true`,
        );
      }
    }
  },
);

it('gives every record of a resource an id of its own, and every line in the platform', () => {
  const data = seeded(EVERY);
  for (const records of Object.values(data)) {
    expect(new Set(records.map(({ id }) => id)).size).toBe(60);
  }
  const lines = Object.values(data).flatMap((records) => records.flatMap(linesOf));
  expect(lines.length).toBeGreaterThan(500);
  expect(new Set(lines.map((line) => line.platform_id)).size).toBe(lines.length);
});

it('spreads the times of change over the past year, all different, the last an hour ago', () => {
  for (const count of [1, 2, 10, 997, 20_000]) {
    const times = [
      ...accountingPlatform.seed({
        tenantId: 'tenant',
        counts: { tax_rates: count },
        nowMs: NOW_MS,
      }),
    ].map(({ updatedMs }) => updatedMs);
    const sorted = [...times].sort((a, b) => a - b);
    expect(new Set(times).size).toBe(count);
    expect(sorted.at(-1)).toBe(NOW_MS - HOUR_MS);
    expect(sorted[0]).toBeGreaterThanOrEqual(NOW_MS - 365 * 24 * HOUR_MS);
    if (count < 10) continue;
    expect(sorted[0]).toBeLessThan(NOW_MS - 300 * 24 * HOUR_MS);
    // No order to rely on.
    expect(times).not.toEqual(sorted);
  }
});

it('creates nothing after its last change', () => {
  for (const record of Object.values(seeded(EVERY)).flat()) {
    expect(String(record.created_at) <= String(record.updated_at)).toBe(true);
  }
});

it('makes documents whose amounts add up', () => {
  const data = seeded(EVERY);
  const kinds = ['invoices', 'bills', 'expenses', 'sales_orders', 'purchase_orders'];
  for (const record of kinds.flatMap((kind) => data[kind] ?? [])) {
    const lines = linesOf(record);
    for (const line of lines) {
      expect(cents(line.total_amount)).toBe(Number(line.quantity) * cents(line.unit_amount));
    }
    expect(sum(lines, 'total_amount')).toBe(cents(record.sub_total));
    expect(cents(record.total_amount)).toBe(
      cents(record.sub_total) + cents(record.tax_amount) - cents(record.total_discount),
    );
  }
  for (const bill of data.bills ?? []) {
    expect(sum(linesOf(bill), 'tax_amount')).toBe(cents(bill.tax_amount));
  }
});

it.each([
  ['invoices', 'invoice_payments', 'invoice_id'],
  ['bills', 'bill_payments', 'bill_id'],
])('makes what is due of %s the total less their payments', (documents, payments, reference) => {
  const data = seeded({ [documents]: 40, [payments]: 70 });
  const statuses = new Set<unknown>();
  for (const document of data[documents] ?? []) {
    const paid = sum(
      (data[payments] ?? []).filter((one) => one[reference] === document.id),
      'amount',
    );
    expect(cents(document.amount_due)).toBe(cents(document.total_amount) - paid);
    expect(document.status === 'PAID').toBe(document.amount_due === 0);
    statuses.add(document.status);
  }
  expect([...statuses].sort()).toEqual(['PAID', 'PARTIALLY_PAID']);
});

it('makes journal entries that balance', () => {
  for (const entry of seeded({ journal_entries: 50 }).journal_entries ?? []) {
    const [debits, credits] = ['DEBIT', 'CREDIT'].map((type) =>
      sum(
        linesOf(entry).filter((one) => one.type === type),
        'net_amount',
      ),
    );
    expect(debits).toBe(credits);
    expect(debits).toBe(cents(entry.amount));
  }
});

it('makes invoices of about 650 bytes with three lines', () => {
  const invoices = (seeded({ invoices: 5_000 }).invoices ?? []).slice(-500);
  const three = invoices.filter((invoice) => linesOf(invoice).length === 3);
  const bytes = three.map((invoice) => Buffer.byteLength(JSON.stringify(invoice)));
  const average = bytes.reduce((total, size) => total + size, 0) / bytes.length;
  expect(average).toBeGreaterThan(600);
  expect(average).toBeLessThan(700);
});

it('writes the amount of a bill payment as text, as the unified model has it', () => {
  const data = seeded({ invoice_payments: 1, bill_payments: 1 });
  expect(typeof data.bill_payments?.[0]?.amount).toBe('string');
  expect(typeof data.invoice_payments?.[0]?.amount).toBe('number');
});

it('names only its ids uniquely: a document number may come twice', () => {
  const numbers = (seeded({ invoices: 100 }).invoices ?? []).map((one) => one.document_number);
  expect(new Set(numbers).size).toBe(98);
});
