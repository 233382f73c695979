import type { JsonRecord } from '../../kit/json';
import {
  ACCOUNTS as ACCOUNT_IDS,
  anyOf,
  countOf,
  type FieldMaker,
  fromCents,
  idOf,
  randomOf,
} from './context';
import { CURRENCIES, GOODS, SERVICES } from './words';

const PERCENTS = [0, 5, 7, 10, 19, 20, 21] as const;

/** The rate of a seeded tax, in per cent. */
export function taxPercent(index: number): number {
  return PERCENTS[index % PERCENTS.length] ?? 0;
}

export const taxRateFields: FieldMaker = (_context, { index }) => {
  const percent = taxPercent(index);
  const isSplit = percent >= 10 && index % 2 === 1;
  const rates = isSplit ? [percent - 5, 5] : [percent];
  return {
    name: `VAT ${percent}%`,
    code: `T${index + 1}`,
    tax_type: index % 3 === 2 ? 'INPUT' : 'OUTPUT',
    effective_tax_rate: percent,
    total_tax_rate: percent,
    components: rates.map((rate, part) => ({
      name: part === 0 ? 'State' : 'City',
      rate,
      tax_agency: part === 0 ? 'Tax Office' : 'City Hall',
      is_compound: false,
    })),
  };
};

/** Name, category, sub-category. */
const CHART = [
  ['Checking account', 'BANK', 'Bank'],
  ['Accounts receivable', 'ASSET', 'Receivable'],
  ['Inventory', 'ASSET', 'Current asset'],
  ['Accounts payable', 'LIABILITY', 'Payable'],
  ['Tax payable', 'LIABILITY', 'Current liability'],
  ['Share capital', 'EQUITY', 'Equity'],
  ['Sales', 'INCOME', 'Revenue'],
  ['Service revenue', 'INCOME', 'Revenue'],
  ['Cost of goods sold', 'EXPENSE', 'Direct costs'],
  ['Rent', 'EXPENSE', 'Overhead'],
] as const;

export const accountFields: FieldMaker = (context, { index }) => {
  const random = randomOf(context, 'accounts', index);
  const kinds = CHART.length;
  const [name, category, subCategory] = CHART[index % kinds] ?? CHART[0];
  const round = Math.floor(index / kinds);
  return {
    name: round === 0 ? name : `${name} ${round + 1}`,
    description: `${subCategory} account`,
    nominal_code: String(1_000 + index),
    current_balance: fromCents(random.between(-5_000_000, 20_000_000)),
    status: random.chance(0.95) ? 'ACTIVE' : 'ARCHIVED',
    category,
    sub_category: subCategory,
    currency_id: context.baseCurrency,
    parent_account_id: round === 0 ? null : idOf('acc', index % kinds),
  };
};

export const itemFields: FieldMaker = (context, { index }) => {
  const random = randomOf(context, 'items', index);
  const isService = random.chance(0.25);
  const name = random.pick(isService ? SERVICES : GOODS);
  const cents = random.between(5, 20_000) * 5;
  const detail = (unitCents: number, description: string): JsonRecord => ({
    tax_id: idOf('tax', random.between(0, countOf(context, 'tax_rates') - 1)),
    account_id: anyOf(context, ACCOUNT_IDS, random),
    unit_price: fromCents(unitCents),
    description,
  });
  return {
    name,
    description: `${name}, article ${index + 1}`,
    status: random.chance(0.95) ? 'ACTIVE' : 'ARCHIVED',
    type: isService ? 'SERVICE' : random.pick(['INVENTORY', 'NON_INVENTORY']),
    code: `SKU-${String(index + 1).padStart(5, '0')}`,
    quantity_on_hand: isService ? 0 : random.between(0, 500),
    is_bill_item: !isService,
    bill_item: isService ? null : detail(Math.round(cents * 0.6), `Purchase of ${name}`),
    is_invoice_item: true,
    invoice_item: detail(cents, name),
  };
};

/** Ids of currencies are their codes; where more are asked for than there are, made-up ones follow. */
export function currencyId(index: number): string {
  return CURRENCIES[index]?.[0] ?? `X${String(index).padStart(2, '0')}`;
}

export const currencyFields: FieldMaker = (context, { index }) => {
  const [, name, symbol, rate] = CURRENCIES[index] ?? [0, `Token ${index}`, 'X', 1];
  const code = currencyId(index);
  const base = CURRENCIES.find(([candidate]) => candidate === context.baseCurrency)?.[3] ?? 1;
  return {
    name,
    code,
    symbol,
    is_base_currency: code === context.baseCurrency,
    exchange_rate: Math.round((rate / base) * 10_000) / 10_000,
  };
};
