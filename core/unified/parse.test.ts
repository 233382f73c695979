import fc from 'fast-check';
import type { Field, FieldTable } from './fields';
import { CATEGORY_OF, DATA_MODELS, type DataModel } from './models';
import { MappingError, parseRecord } from './parse';
import { presentRecord } from './present';
import { FIELD_TABLES, fieldTable, READABLE_MODELS } from './tables';

function failure(model: DataModel, input: unknown): { path: string; expected: string } {
  try {
    parseRecord(model, input);
  } catch (error) {
    if (error instanceof MappingError) return { path: error.path, expected: error.expected };
    throw error;
  }
  throw new Error('parsed, but should not');
}

describe('parseRecord', () => {
  it('keeps the fields of the table in sorted order and drops all others', () => {
    const record = parseRecord('INVOICES', {
      status: 'PAID',
      total_amount: 12.5,
      document_number: 'INV-1',
      favourite_colour: 'blue',
      line_items: [{ quantity: '2.50', description: 'Screws', secret: 1 }],
    });
    expect(JSON.stringify(record)).toBe(
      '{"status":"PAID","line_items":[{"quantity":"2.5","description":"Screws"}],"total_amount":"12.5","document_number":"INV-1"}',
    );
  });

  it('takes absent and null for the same thing', () => {
    expect(parseRecord('ITEMS', { name: null, bill_item: null, code: 'A' })).toEqual({ code: 'A' });
  });

  it('keeps false, zero, empty text and empty list, which are values', () => {
    expect(parseRecord('ITEMS', { is_bill_item: false, quantity_on_hand: 0, name: '' })).toEqual({
      is_bill_item: false,
      quantity_on_hand: '0',
      name: '',
    });
    expect(parseRecord('INVOICES', { line_items: [], sales_order_ids: [] })).toEqual({
      line_items: [],
      sales_order_ids: [],
    });
  });

  it('names the path of the field at fault and never shows its value', () => {
    const input = { line_items: [{ quantity: 1 }, { quantity: 'my secret' }] };
    expect(failure('INVOICES', input)).toEqual({
      path: 'line_items[1].quantity',
      expected: 'a number or a decimal text',
    });
    expect(() => parseRecord('INVOICES', input)).toThrow(/^(?!.*secret)/);
    expect(failure('ITEMS', { bill_item: { unit_price: {} } }).path).toBe('bill_item.unit_price');
    expect(failure('INVOICES', { sales_order_ids: ['1', 2] }).path).toBe('sales_order_ids[1]');
  });

  it.each([
    ['INVOICES', { memo: 5 }, 'memo'],
    ['INVOICES', { total_amount: true }, 'total_amount'],
    ['INVOICES', { total_amount: Number.NaN }, 'total_amount'],
    ['INVOICES', { total_amount: '1,5' }, 'total_amount'],
    ['INVOICES', { total_amount: '' }, 'total_amount'],
    ['INVOICES', { total_amount: '1e999' }, 'total_amount'],
    ['INVOICES', { posted_date: '2026-02-30' }, 'posted_date'],
    ['INVOICES', { posted_date: '2026-02-29' }, 'posted_date'],
    ['INVOICES', { posted_date: '1900-02-29' }, 'posted_date'],
    ['INVOICES', { posted_date: '2026-04-31' }, 'posted_date'],
    ['INVOICES', { updated_at: 1767225600000 }, 'updated_at'],
    ['INVOICES', { posted_date: '0000-00-00' }, 'posted_date'],
    ['INVOICES', { posted_date: '03/04/2026' }, 'posted_date'],
    ['INVOICES', { posted_date: 1767225600 }, 'posted_date'],
    ['INVOICES', { updated_at: '2026-01-01T00:00:00' }, 'updated_at'],
    ['INVOICES', { updated_at: '2026-13-01T00:00:00Z' }, 'updated_at'],
    ['INVOICES', { updated_at: '2026-01-01T25:00:00.000Z' }, 'updated_at'],
    // In UTC these are of the years 10000 and −1.
    ['INVOICES', { posted_date: '9999-12-31T23:59:59-14:00' }, 'posted_date'],
    ['INVOICES', { posted_date: '0000-01-01T00:00:00+14:00' }, 'posted_date'],
    ['INVOICES', { line_items: {} }, 'line_items'],
    ['INVOICES', { line_items: [null] }, 'line_items[0]'],
    ['CONTACTS', { contact_type: 'customer' }, 'contact_type'],
    ['CONTACTS', { contact_type: 'toString' }, 'contact_type'],
    ['CURRENCIES', { is_base_currency: 'true' }, 'is_base_currency'],
    ['CONTACTS', [], ''],
    ['CONTACTS', null, ''],
    ['CONTACTS', 'text', ''],
  ] satisfies [DataModel, unknown, string][])('refuses %s %j', (model, input, path) => {
    expect(failure(model, input).path).toBe(path);
  });

  it.each([
    ['10.50', '10.5'],
    ['-0.00', '0'],
    ['-0', '0'],
    ['007', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+3', '3'],
    ['1E+3', '1000'],
    ['0E-8', '0'],
    ['12.34e-3', '0.01234'],
    [1e21, '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [-0, '0'],
    ['0.10000000000000000000001', '0.10000000000000000000001'],
  ])('writes the decimal %j as %s', (given, canonical) => {
    expect(parseRecord('INVOICES', { total_amount: given })).toEqual({ total_amount: canonical });
  });

  it.each([
    ['2026-01-31', '2026-01-31'],
    ['2024-02-29', '2024-02-29'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T05:30:00.123456+05:30', '2026-01-01T00:00:00.123Z'],
    ['2026-01-01 02:00:00+0200', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00-01', '2026-01-01T01:00:00.000Z'],
  ])('writes the date %s as %s', (given, canonical) => {
    expect(parseRecord('INVOICES', { posted_date: given })).toEqual({ posted_date: canonical });
  });

  it('cleans texts of NUL and lone surrogates, and leaves emoji alone', () => {
    expect(parseRecord('INVOICES', { memo: 'a\0b\ud800c\udc00 🎉' })).toEqual({
      memo: 'ab\ufffdc\ufffd 🎉',
    });
  });
});

const decimals = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.stringMatching(/^\d{1,6}$/))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
);

function valueOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'text':
      return fc.string({ unit: 'binary' });
    case 'decimal':
    case 'decimalText':
      return decimals;
    case 'integer':
      return fc.maxSafeInteger();
    case 'boolean':
      return fc.boolean();
    case 'instant':
    case 'date':
      return fc
        .date({ min: new Date('1970-01-01'), max: new Date('2999-01-01'), noInvalidDate: true })
        .map((at) => at.toISOString());
    case 'enum':
      return fc.constantFrom(...field.values);
    case 'texts':
      return fc.array(fc.string(), { maxLength: 3 });
    case 'object':
      return recordOf(field.table);
    case 'list':
      return fc.array(recordOf(field.table), { maxLength: 2 });
  }
}

function recordOf(table: FieldTable): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(
      Object.entries(table).map(([name, field]) => [name, fc.option(valueOf(field))]),
    ),
    { requiredKeys: [] },
  );
}

describe.each(READABLE_MODELS)('%s', (model) => {
  const records = recordOf(fieldTable(model));

  it('parsing a parsed record changes nothing', () => {
    fc.assert(
      fc.property(records, (input) => {
        const once = parseRecord(model, input);
        expect(JSON.stringify(parseRecord(model, once))).toBe(JSON.stringify(once));
      }),
      { numRuns: 30 },
    );
  });

  it('stores only what jsonb takes', () => {
    fc.assert(
      fc.property(records, (input) => {
        expect(JSON.stringify(parseRecord(model, input))).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }),
      { numRuns: 30 },
    );
  });

  it('shows every field on the wire, decimals as numbers', () => {
    const fields = Object.keys(fieldTable(model));
    expect(Object.keys(presentRecord(model, {}))).toEqual(fields);
    expect(Object.values(presentRecord(model, {})).every((value) => value === null)).toBe(true);
    fc.assert(
      fc.property(records, (input) => {
        const wire = presentRecord(model, parseRecord(model, input));
        for (const [name, field] of Object.entries(fieldTable(model))) {
          const given = input[name];
          const absent = given === undefined || given === null;
          if (absent) expect(wire[name]).toBeNull();
          else if (field.kind === 'decimal') expect(wire[name]).toBeCloseTo(Number(given), 9);
          else if (field.kind === 'decimalText') expect(typeof wire[name]).toBe('string');
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('tables', () => {
  it('name all 62 data models and give each a category', () => {
    expect(new Set(DATA_MODELS).size).toBe(62);
    expect(CATEGORY_OF.CRM_DEALS).toBe('CRM');
    expect(CATEGORY_OF.ECOMMERCE_ORDERS).toBe('ECOMMERCE');
    expect(CATEGORY_OF.PAYMENT_ITEMS).toBe('PAYMENTS');
    expect(CATEGORY_OF.BILL_PAYMENTS).toBe('ACCOUNTING');
  });

  it('give nineteen models fields', () => {
    expect(Object.keys(FIELD_TABLES)).toHaveLength(19);
    expect(() => fieldTable('CRM_DEALS')).toThrow('no field table');
  });
});
