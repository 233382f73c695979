import { changedAt, flag, one, type Row, ref, refs, text } from '../row';
import { trytonStream } from '../stream';

function itemType(product: Row): string {
  switch (product.type) {
    case 'service':
      return 'SERVICE';
    case 'goods':
      return flag(product.consumable) ? 'NON_INVENTORY' : 'INVENTORY';
    default:
      return 'UNKNOWN';
  }
}

/** Accounts and taxes come from the accounting category of the product. */
function detail(product: Row, side: 'revenue' | 'expense', unitPrice: unknown): unknown {
  const category = one(product, 'account_category');
  const taxes = side === 'revenue' ? 'customer_taxes_used' : 'supplier_taxes_used';
  return {
    account_id: ref(category?.[`account_${side}`], `account_category.account_${side}`),
    tax_id: category === null ? null : refs(category[taxes], `account_category.${taxes}`)[0],
    unit_price: unitPrice,
  };
}

export const items = trytonStream({
  dataModel: 'ITEMS',
  model: 'product.product',
  fields: [
    'name',
    'code',
    'description',
    'active',
    'type',
    'consumable',
    'salable',
    'purchasable',
    'list_price_used',
    'cost_price',
    'account_category.account_revenue',
    'account_category.account_expense',
    'account_category.customer_taxes_used',
    'account_category.supplier_taxes_used',
  ],
  parts: ['template', 'template.account_category', 'list_prices', 'cost_prices'],
  map: (product) => ({
    name: product.name,
    description: text(product.description),
    status: flag(product.active) ? 'ACTIVE' : 'ARCHIVED',
    type: itemType(product),
    code: text(product.code),
    is_invoice_item: flag(product.salable),
    invoice_item: flag(product.salable)
      ? detail(product, 'revenue', product.list_price_used)
      : null,
    is_bill_item: flag(product.purchasable),
    bill_item: flag(product.purchasable) ? detail(product, 'expense', product.cost_price) : null,
    updated_at: changedAt(product),
  }),
});
