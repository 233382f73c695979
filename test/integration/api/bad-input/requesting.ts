import { absent, type Expected, HALF, invalid, missing, NUL, row, type Row, SANDBOX } from './row';

/** Bad request bodies of `POST /core/syncs`. */
export function requesting(): Row[] {
  const to: [string, string] = ['POST', '/core/syncs'];
  const bad = (what: string, change: object, expected: Expected) =>
    row(what, to, expected, {
      body: ({ company }) => ({ company_id: company, integration_type: SANDBOX, ...change }),
    });
  const dated = (sync_from: unknown) => ({
    data_models_to_sync: [{ data_model: 'INVOICES', sync_from }],
  });
  const models = (...list: unknown[]) => ({ data_models_to_sync: list });
  const field = 'data_models_to_sync';
  return [
    bad('no company', { company_id: undefined }, missing('company_id')),
    bad('an unknown company', { company_id: 999_999_999 }, absent('company_id')),
    bad('company id 2^63', { company_id: 2 ** 63 }, invalid('company_id')),
    bad('company id 1e400', { company_id: null }, invalid('company_id')),
    bad('no such connection', { integration_type: 'TRYTON' }, absent('company_id')),
    bad('a platform with NUL', { integration_type: NUL }, invalid('integration_type')),
    bad(
      'a platform with half a character',
      { integration_type: HALF },
      invalid('integration_type'),
    ),
    bad('full_sync as text', { full_sync: 'true' }, invalid('full_sync')),
    bad(
      'allow_mass_delete without full_sync',
      { allow_mass_delete: true },
      invalid('allow_mass_delete'),
    ),
    bad('models as text', { data_models_to_sync: 'INVOICES' }, invalid(field)),
    bad('an unknown model', models('INVOYCES'), invalid(field)),
    bad('a model in lower case', models('invoices'), invalid(field)),
    bad('a prototype name as model', models('constructor'), invalid(field)),
    bad('a model named twice', models('INVOICES', 'INVOICES'), invalid(field)),
    bad('a model that is not enabled', models('CURRENCIES'), invalid(field)),
    bad('201 models', models(...Array<string>(201).fill('INVOICES')), invalid(field)),
    bad('a model in a list in a list', models(['INVOICES']), invalid(field)),
    bad('31 February', dated('2025-02-31'), invalid(field)),
    bad('month 13', dated('2025-13-01'), invalid(field)),
    bad('year 0', dated('0000-01-01'), invalid(field)),
    bad('year 0 by its zone', dated('0001-01-01T00:00:00+14:00'), invalid(field)),
    bad('a far future', dated('9999-12-31T23:59:59Z'), invalid(field)),
    bad('a year of five digits', dated('+12345-01-01T00:00:00Z'), invalid(field)),
    bad('a time without its zone', dated('2025-01-01T00:00:00'), invalid(field)),
    bad('a date as a number', dated(1_700_000_000), invalid(field)),
    bad('full_sync with a date', { full_sync: true, ...dated('2025-01-01') }, invalid('full_sync')),
    bad('an unknown field', { fullsync: true }, invalid('fullsync')),
    row('another organisation’s company', to, absent('company_id'), {
      body: ({ foreign }) => ({ company_id: foreign.company, integration_type: SANDBOX }),
    }),
    row('an Idempotency-Key of 256 characters', to, invalid('Idempotency-Key'), {
      body: ({ company }) => ({ company_id: company, integration_type: SANDBOX }),
      headers: { 'idempotency-key': 'k'.repeat(256) },
    }),
  ];
}
