import type { JsonRecord } from '../../kit/json';
import {
  ACCOUNTS,
  anyOf,
  countOf,
  fromCents,
  ITEMS,
  idOf,
  randomOf,
  type SeedContext,
} from './context';
import { taxPercent } from './ledger';

/** The kinds of documents that have line items. */
export interface LinedKind {
  resource: string;
  prefix: string;
  /** Whether each line says its own tax, account and net amounts; else one tax rules the whole. */
  hasDetailedLines: boolean;
}

/** Lines of a document and their sums, in cents. */
export interface Sums {
  lines: JsonRecord[];
  subTotal: number;
  taxAmount: number;
  totalDiscount: number;
  total: number;
}

/**
 * What a document's lines are, from its number alone, so that a payment can ask for the total of a
 * document that has not been made. Each line's `total_amount` is quantity × unit amount; these add
 * up to `sub_total`; `sub_total` + `tax_amount` − `total_discount` is `total_amount`.
 */
export function sumsOf(context: SeedContext, kind: LinedKind, index: number): Sums {
  const random = randomOf(context, `${kind.resource}/lines`, index);
  const documentTax = random.between(0, countOf(context, 'tax_rates') - 1);
  const lines: JsonRecord[] = [];
  let subTotal = 0;
  let taxAmount = 0;
  const lineCount = random.pick([3, 3, 3, 3, 3, 3, 1, 2, 4, 5]);
  for (let line = 0; line < lineCount; line += 1) {
    const quantity = random.between(1, 12);
    const unitCents = random.between(10, 2_000) * 10;
    const cents = quantity * unitCents;
    const tax = kind.hasDetailedLines
      ? random.between(0, countOf(context, 'tax_rates') - 1)
      : documentTax;
    const taxCents = Math.round((cents * taxPercent(tax)) / 100);
    subTotal += cents;
    taxAmount += taxCents;
    lines.push({
      platform_id: `${idOf(kind.prefix, index)}-${line + 1}`,
      item_id: anyOf(context, ITEMS, random),
      ...(kind.hasDetailedLines
        ? {
            tax_id: idOf('tax', tax),
            account_id: anyOf(context, ACCOUNTS, random),
            sub_total: fromCents(cents),
            tax_amount: fromCents(taxCents),
          }
        : {}),
      quantity,
      unit_amount: fromCents(unitCents),
      total_amount: fromCents(cents),
    });
  }
  const totalDiscount = random.chance(0.1) ? Math.round(subTotal / 20) : 0;
  return { lines, subTotal, taxAmount, totalDiscount, total: subTotal + taxAmount - totalDiscount };
}

/** The sums as a record's fields. */
export function sumFields({ subTotal, taxAmount, totalDiscount, total }: Sums): JsonRecord {
  return {
    sub_total: fromCents(subTotal),
    tax_amount: fromCents(taxAmount),
    total_discount: fromCents(totalDiscount),
    total_amount: fromCents(total),
  };
}
