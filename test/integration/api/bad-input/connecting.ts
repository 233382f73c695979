import {
  absent,
  connectBody,
  credentials,
  type Expected,
  HALF,
  invalid,
  missing,
  nested,
  NUL,
  row,
  type Row,
  SANDBOX,
} from './row';

/** Bad request bodies of `POST /core/connections`. */
export function connecting(): Row[] {
  const to: [string, string] = ['POST', '/core/connections'];
  const bad = (what: string, change: object, expected: Expected) =>
    row(what, to, expected, { body: () => ({ ...connectBody, ...change }) });
  const raw = (what: string, text: string, expected: Expected) =>
    row(what, to, expected, { raw: text });
  const inJson = (member: string) => `${JSON.stringify(connectBody).slice(0, -1)},${member}}`;
  return [
    row('no body', to, missing('integration_type')),
    bad('no platform', { integration_type: undefined }, missing('integration_type')),
    bad('a platform that is a number', { integration_type: 7 }, invalid('integration_type')),
    bad('an unknown platform', { integration_type: 'XERXES' }, invalid('integration_type')),
    bad('a platform with NUL', { integration_type: `A${NUL}` }, invalid('integration_type')),
    bad(
      'a prototype name as platform',
      { integration_type: '__proto__' },
      invalid('integration_type'),
    ),
    bad('no credentials', { credentials: undefined }, missing('credentials')),
    bad('credentials as text', { credentials: 'tenant' }, invalid('credentials')),
    bad('credentials as a list', { credentials: [credentials] }, invalid('credentials')),
    bad('no tenant', { credentials: {} }, missing('credentials.tenant_id')),
    bad(
      'a tenant that is a number',
      { credentials: { tenant_id: 5 } },
      invalid('credentials.tenant_id'),
    ),
    bad(
      'a tenant with NUL',
      { credentials: { tenant_id: `a${NUL}` } },
      invalid('credentials.tenant_id'),
    ),
    bad(
      'too much in the credentials',
      { credentials: { ...credentials, x: 1 } },
      invalid('credentials.x'),
    ),
    bad(
      'constructor in the credentials',
      { credentials: { ...credentials, constructor: {} } },
      invalid('credentials.constructor'),
    ),
    bad('refused credentials', { credentials: { tenant_id: 'nobody' } }, [
      400,
      'platform-denied',
      'credentials',
    ]),
    bad('both a company and a name', { company_id: 1 }, invalid('company_id')),
    bad('neither company nor name', { company_name: undefined }, missing('company_id')),
    bad(
      'a company id as text',
      { company_name: undefined, company_id: '1' },
      invalid('company_id'),
    ),
    bad(
      'a company id below zero',
      { company_name: undefined, company_id: -1 },
      invalid('company_id'),
    ),
    bad(
      'a company id of half',
      { company_name: undefined, company_id: 1.5 },
      invalid('company_id'),
    ),
    bad(
      'a company id past 2^53',
      { company_name: undefined, company_id: 2 ** 53 },
      invalid('company_id'),
    ),
    bad(
      'an unknown company',
      { company_name: undefined, company_id: 999_999_999 },
      absent('company_id'),
    ),
    bad('a blank name', { company_name: '   ' }, invalid('company_name')),
    bad('a name of 501 characters', { company_name: 'x'.repeat(501) }, invalid('company_name')),
    bad('a name with NUL', { company_name: `A${NUL}B` }, invalid('company_name')),
    bad('a name with half a character', { company_name: `A${HALF}` }, invalid('company_name')),
    bad('a name with a control character', { company_name: 'A\u0007' }, invalid('company_name')),
    bad('a name that is an object', { company_name: { toString: 'x' } }, invalid('company_name')),
    bad('settings as a list', { settings: [] }, invalid('settings')),
    bad('NUL deep in the settings', { settings: { a: [{ b: NUL }] } }, invalid('settings.a')),
    bad(
      'half a character as a key of the settings',
      { settings: { [HALF]: 1 } },
      invalid('settings'),
    ),
    raw(
      'settings 100,000 deep',
      inJson(`"settings":{"a":${nested(100_000)}}`),
      invalid('settings.a'),
    ),
    raw(
      'a prototype key in the settings',
      inJson('"settings":{"__proto__":{"admin":true}}'),
      invalid('settings.__proto__'),
    ),
    raw('a prototype key', inJson('"__proto__":{"company_id":1}'), invalid('__proto__')),
    bad('an unknown field', { constructor: 1 }, invalid('constructor')),
    bad(
      'a model that is none',
      { sync_config: [{ data_model: 'INVOICE' }] },
      invalid('sync_config'),
    ),
    bad(
      'a model the platform lacks',
      { sync_config: [{ data_model: 'CRM_DEALS' }] },
      invalid('sync_config'),
    ),
    row('another organisation’s company', to, absent('company_id'), {
      body: ({ foreign }) => ({
        company_id: foreign.company,
        integration_type: SANDBOX,
        credentials,
      }),
    }),
    row('a second connection', to, [409, 'conflict', 'integration_type'], {
      body: ({ company }) => ({ company_id: company, integration_type: SANDBOX, credentials }),
    }),
  ];
}
