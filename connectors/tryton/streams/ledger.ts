import { canonicalDecimal } from '../../../core/unified/values';
import { changedAt, flag, many, one, type Row, ref, text } from '../row';
import { trytonStream } from '../stream';

function accountCategory(type: Row | null): string {
  if (type === null) return 'UNKNOWN';
  if (flag(type.revenue)) return 'INCOME';
  if (flag(type.expense)) return 'EXPENSE';
  if (flag(type.assets)) return 'ASSET';
  return flag(type.payable) || flag(type.debt) ? 'LIABILITY' : 'UNKNOWN';
}

/** Always listed whole: an account's balance changes with every move, and no date of the account says so. */
export const accounts = trytonStream({
  dataModel: 'ACCOUNTS',
  model: 'account.account',
  fields: [
    'name',
    'code',
    'note',
    'closed',
    'balance',
    'currency',
    'second_currency',
    'parent',
    'type.name',
    'type.assets',
    'type.revenue',
    'type.expense',
    'type.payable',
    'type.debt',
  ],
  parts: null,
  map(account) {
    const type = one(account, 'type');
    return {
      name: account.name,
      description: text(account.note),
      nominal_code: text(account.code),
      current_balance: account.balance,
      status: flag(account.closed) ? 'ARCHIVED' : 'ACTIVE',
      category: accountCategory(type),
      sub_category: type?.name,
      currency_id: ref(account.second_currency ?? account.currency, 'currency'),
      parent_account_id: ref(account.parent, 'parent'),
      updated_at: changedAt(account),
    };
  },
});

/** Tryton keeps rates as fractions of one; the unified model has percentages. */
function percent(rate: unknown): unknown {
  return typeof rate === 'string' ? `${rate}e2` : rate;
}

/** A tax of type `none` only groups others. */
function totalRate(tax: Row, components: readonly Row[]): unknown {
  if (tax.type === 'percentage') return percent(tax.rate);
  if (tax.type !== 'none' || components.some(({ type }) => type !== 'percentage')) return null;
  const units = components.map(({ rate }) => Math.round(Number(rate) * 1e12));
  return units.reduce((sum, unit) => sum + unit, 0) / 1e10;
}

export const taxRates = trytonStream({
  dataModel: 'TAX_RATES',
  model: 'account.tax',
  fields: ['name', 'description', 'type', 'rate', 'childs.name', 'childs.type', 'childs.rate'],
  parts: ['childs'],
  map(tax) {
    const children = many(tax, 'childs');
    const rate = totalRate(tax, children);
    return {
      name: tax.name,
      code: text(tax.description),
      tax_type: tax.type,
      effective_tax_rate: rate,
      total_tax_rate: rate,
      components: children.map((child) => ({ name: child.name, rate: percent(child.rate) })),
      updated_at: changedAt(tax),
    };
  },
});

const DIGITS = 10;

/** The exact sum of decimal texts, added as integers of their smallest unit. */
function sumOf(values: readonly unknown[]): string {
  const units = values.map((value) => {
    const [whole = '0', fraction = ''] = (canonicalDecimal(value) ?? '').split('.');
    return BigInt(whole + fraction.slice(0, DIGITS).padEnd(DIGITS, '0'));
  });
  return `${units.reduce((sum, unit) => sum + unit, 0n)}e-${DIGITS}`;
}

function mapJournalLine(line: Row, moveId: string): unknown {
  const isDebit = Number(line.debit) !== 0;
  const value = isDebit ? line.debit : line.credit;
  return {
    platform_id: String(line.id),
    journal_entry_id: moveId,
    account_id: ref(line.account, 'lines.account'),
    contact_id: ref(line.party, 'lines.party'),
    type: isDebit ? 'DEBIT' : 'CREDIT',
    description: text(line.description),
    net_amount: value,
    updated_at: changedAt(line),
  };
}

export const journalEntries = trytonStream({
  dataModel: 'JOURNAL_ENTRIES',
  model: 'account.move',
  fields: [
    'number',
    'date',
    'description',
    'journal.type',
    'company.currency',
    'lines.account',
    'lines.party',
    'lines.debit',
    'lines.credit',
    'lines.description',
    'lines.create_date',
    'lines.write_date',
  ],
  parts: ['lines'],
  map(move) {
    const lines = many(move, 'lines');
    return {
      amount: sumOf(lines.map(({ debit }) => debit)),
      currency_id: ref(one(move, 'company')?.currency, 'company.currency'),
      journal_entry_type: one(move, 'journal')?.type,
      description: text(move.description),
      posted_date: move.date,
      document_number: text(move.number),
      journal_lines: lines.map((line) => mapJournalLine(line, String(move.id))),
      updated_at: changedAt(move),
    };
  },
});
