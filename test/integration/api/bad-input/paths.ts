import { absent, type Body, credentials, type Expected, invalid, row, type Row } from './row';

/** Ids in paths: of other organisations, unknown, and such as cannot be. Each is a 404 that names its parameter. */
export function paths(): Row[] {
  const one = (
    method: string,
    path: Row['path'] | string,
    field: string,
    what = 'an id that is none',
  ) => row(what, [method, path], absent(field));
  const connection = (method: string, rest: string, body?: Body) => [
    row(
      'another organisation’s',
      [method, ({ foreign }) => `/core/connections/${foreign.connection}${rest}`],
      absent('connection_id'),
      body ? { body } : {},
    ),
    row(
      'unknown',
      [method, `/core/connections/999999999${rest}`],
      absent('connection_id'),
      body ? { body } : {},
    ),
  ];
  const sync = (method: string, rest: string) => [
    row(
      'another organisation’s',
      [method, ({ foreign }) => `/core/syncs/${foreign.sync}${rest}`],
      absent('sync_id'),
    ),
    row('NUL', [method, `/core/syncs/%00${rest}`], absent('sync_id')),
    row('too long', [method, `/core/syncs/${'a'.repeat(65)}${rest}`], absent('sync_id')),
    row('8,000 characters', [method, `/core/syncs/${'a'.repeat(8_000)}${rest}`], absent('sync_id')),
  ];
  return [
    ...['', '/models', '/explain', '/sync_config'].flatMap((rest) => connection('GET', rest)),
    ...['/pause', '/resume', '/refresh', '/disconnect'].flatMap((rest) => connection('POST', rest)),
    ...connection('DELETE', ''),
    ...connection('POST', '/reconnect', () => ({ credentials })),
    ...connection('PUT', '/sync_config', () => ({ sync_config: null })),
    ...sync('GET', ''),
    ...sync('GET', '/jobs'),
    ...sync('POST', '/cancel'),
    ...['GET', 'DELETE'].map((method) =>
      row(
        'another organisation’s',
        [method, ({ foreign }) => `/core/companies/${foreign.company}`],
        absent('company_id'),
      ),
    ),
    row(
      'another organisation’s',
      ['PUT', ({ foreign }) => `/core/companies/${foreign.company}`],
      absent('company_id'),
      { body: () => ({ name: 'Mine' }) },
    ),
    row(
      'another organisation’s',
      ['GET', ({ foreign }) => `/core/syncs/jobs/${foreign.job}`],
      absent('job_id'),
    ),
    one('GET', '/core/syncs/jobs/1e3', 'job_id'),
    one('GET', '/core/companies/abc', 'company_id'),
    one('GET', '/core/companies/1.5', 'company_id'),
    one('GET', '/core/companies/-1', 'company_id'),
    one('GET', '/core/companies/%31%00', 'company_id', 'a digit and NUL'),
    one('GET', '/core/companies/%EF%BC%99', 'company_id', 'a digit of another script'),
    one('GET', '/core/companies/9007199254740993', 'company_id', 'past 2^53'),
    one('GET', '/core/companies/99999999999999999999', 'company_id', 'past 2^64'),
    one('GET', `/core/companies/${'9'.repeat(8_000)}`, 'company_id', '8,000 digits'),
    one('GET', '/core/companies/__proto__', 'company_id', 'a prototype name'),
    one('GET', '/core/connections/constructor', 'connection_id', 'a prototype name'),
    one('GET', '/core/companies/..%2f..%2fhealthz', 'company_id', 'a way out'),
    one('GET', '/core/syncs/..%2fcompanies', 'sync_id', 'a way out'),
    one('GET', '/core/syncs/%2e%2e', 'sync_id', 'dots'),
    one('GET', "/core/syncs/'%20OR%201=1--", 'sync_id', 'SQL'),
    row('a broken escape', ['GET', '/core/syncs/%E0%A4%A'], invalid('request')),
    row('no path', ['GET', '/core/nothing'], absent()),
    row('a way out', ['GET', '/../../etc/passwd'], [404, 'not-found', '']),
    row('a prototype name', ['GET', '/__proto__/constructor'], absent()),
  ];
}

/** Methods that a path does not have. */
export function methods(): Row[] {
  const wrong: Expected = [405, 'method-not-allowed', ''];
  return [
    row('a wrong method', ['PATCH', '/core/companies'], wrong),
    row('a wrong method', ['DELETE', '/core/syncs'], wrong),
    row('a wrong method', ['POST', '/accounting/invoices'], wrong),
    row('a wrong method', ['PUT', ({ sync }) => `/core/syncs/${sync}`], wrong),
    row('a wrong method', ['DELETE', '/core/syncs/config?category=ACCOUNTING'], wrong),
    row('a wrong method', ['TRACE', '/core/companies'], wrong),
    row('a method of another protocol', ['PROPFIND', '/core/nothing'], absent()),
  ];
}
