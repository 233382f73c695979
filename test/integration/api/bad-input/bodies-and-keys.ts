import { type Expected, invalid, missing, nested, row, type Row } from './row';

/** Bodies that are no JSON object, on a route that takes one. */
export function bodies(): Row[] {
  const to: [string, string] = ['POST', '/core/syncs'];
  const raw = (what: string, text: string | Buffer, expected: Expected, headers?: Row['headers']) =>
    row(what, to, expected, { raw: text, ...(headers === undefined ? {} : { headers }) });
  const json = { 'content-type': 'application/json' };
  return [
    raw('JSON cut short', '{"company_id": 1,', invalid('body')),
    raw('no JSON', 'company', invalid('body')),
    raw('a text', '"company"', invalid('body')),
    raw('null', 'null', invalid('body')),
    raw('a list', '[]', invalid('body')),
    raw('100,000 nested lists', nested(100_000), invalid('body')),
    raw(
      '100,000 nested objects',
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      invalid('a.a'),
    ),
    raw('a raw control character', '{"integration_type": "\u0001"}', invalid('body')),
    raw(
      'a number past all numbers',
      '{"company_id": 1e999, "integration_type": "A"}',
      invalid('company_id'),
    ),
    raw('a byte order mark and nothing', '\ufeff', missing('company_id')),
    raw(
      'bytes that are no UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      missing('company_id'),
    ),
    raw('more than a megabyte', `{"integration_type":"${'x'.repeat(1_100_000)}"}`, [
      413,
      'payload-too-large',
      '',
    ]),
    raw('20 MB', ' '.repeat(20_000_000), [413, 'payload-too-large', '']),
    raw('a form', 'company_id=1', invalid('content-type'), {
      'content-type': 'application/x-www-form-urlencoded',
    }),
    raw('plain text', '{}', invalid('content-type'), { 'content-type': 'text/plain' }),
    raw('no content type', '{}', invalid('content-type'), { 'content-type': '' }),
    raw('a content type that is none', '{}', invalid('content-type'), {
      'content-type': 'json;;=',
    }),
    raw('another charset', '{}', invalid('content-type'), {
      'content-type': 'application/json; charset=klingon',
    }),
    raw('an unknown encoding', '{}', invalid('content-encoding'), {
      ...json,
      'content-encoding': 'snappy',
    }),
    raw('gzip that is none', '{"company_id":1}', invalid('request'), {
      ...json,
      'content-encoding': 'gzip',
    }),
  ];
}

/** Keys: none of these tells whether the path exists. */
export function keys(): Row[] {
  const unauthorized: Expected = [401, 'unauthorized', 'api_key'];
  const with_ = (what: string, api_key: string | string[], path: string) =>
    row(what, ['GET', path], unauthorized, { headers: { api_key } });
  return [
    with_('no key', '', '/core/companies'),
    with_('a wrong key', 'sl_wrong', '/core/companies'),
    with_('a key of 7,000 characters', 'k'.repeat(7_000), '/core/companies'),
    with_('a key that is SQL', "' OR 1=1 --", '/core/companies'),
    with_('two keys', ['sl_one', 'sl_two'], '/core/companies'),
    with_('no key, no path', '', '/nothing'),
    with_('a wrong key, a body', 'sl_wrong', '/core/syncs'),
  ];
}
