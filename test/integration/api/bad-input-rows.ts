import type { Route } from '../../../api/http/route';

/** What a row may speak of; all of it exists. */
export interface Ground {
  readonly company: number;
  readonly connection: number;
  readonly sync: string;
  readonly job: number;
  /** The same of another organisation. */
  readonly foreign: { company: number; connection: number; sync: string; job: number };
  /** Cursors that the API itself has answered, by the path of their list. */
  readonly cursors: Readonly<Record<string, string>>;
}

/** A bad request and its refusal. `path` is below `/v3`, as it goes over the wire. */
export interface Row {
  readonly what: string;
  readonly method: string;
  readonly path: (ground: Ground) => string;
  readonly body?: (ground: Ground) => string | Buffer;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly status: number;
  readonly code: string;
  /** `error.field`. */
  readonly field: string;
}

type Body = (ground: Ground) => unknown;
type Expected = readonly [status: number, code: string, field: string];

const invalid = (field: string): Expected => [400, 'invalid-params', field];
const missing = (field: string): Expected => [400, 'missing-params', field];
const absent = (field = ''): Expected => [404, 'not-found', field];

function row(
  what: string,
  [method, path]: [string, Row['path'] | string],
  [status, code, field]: Expected,
  more: { body?: Body; raw?: string | Buffer; headers?: Row['headers'] } = {},
): Row {
  const { body, raw, headers } = more;
  const text = raw === undefined ? body : () => raw;
  const isJson = text !== undefined && headers?.['content-type'] === undefined;
  return {
    what: `${what}: ${method} ${typeof path === 'string' ? path.slice(0, 60) : ''}`,
    method,
    path: typeof path === 'string' ? () => path : path,
    ...(text === undefined
      ? {}
      : {
          body: (ground) => {
            const value = text(ground);
            if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
            return JSON.stringify(value);
          },
        }),
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    status,
    code,
    field,
  };
}

const NUL = String.fromCharCode(0);
const HALF = String.fromCharCode(0xd800);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const cursorOf = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
const SANDBOX = 'ROOTFI_SANDBOX';
const credentials = { tenant_id: 'bad-input' };
const connectBody = { company_name: 'New', integration_type: SANDBOX, credentials };

/** Bad request bodies of `POST /core/connections`. */
function connecting(): Row[] {
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

/** Bad request bodies of `POST /core/syncs`. */
function requesting(): Row[] {
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

/** Bodies that are no JSON object, on a route that takes one. */
function bodies(): Row[] {
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
function keys(): Row[] {
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

/** Ids in paths: of other organisations, unknown, and such as cannot be. Each is a 404 that names its parameter. */
function paths(): Row[] {
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

/** Queries. */
function queries(): Row[] {
  const get = (path: string, field: string, what = 'a bad query') =>
    row(what, ['GET', path], invalid(field));
  const cursor = (list: string, from: string, more = '') =>
    row(
      `a cursor of ${from}`,
      ['GET', ({ cursors }) => `${list}?next=${cursors[from] ?? 'none'}${more}`],
      invalid('next'),
    );
  const limits = [
    '0',
    '-1',
    '1001',
    '1e2',
    '9007199254740993',
    '%00',
    '0x10',
    '5.0',
    ' 5',
    'NaN',
    '',
  ];
  const instants = [
    '2025-02-31',
    '0000-01-01',
    'yesterday',
    '2025-01-01T00:00:00',
    '2025-01-01T25:00:00Z',
    '9999-12-31T23:59:59-14:00',
    '1700000000',
    '',
  ];
  const invoices = '/accounting/invoices';
  return [
    ...limits.map((text) =>
      get(`${invoices}?limit=${encodeURI(text).replace('%2500', '%00')}`, 'limit'),
    ),
    ...instants.map((text) =>
      get(`${invoices}?rootfi_updated_at[gte]=${text}`, 'rootfi_updated_at[gte]'),
    ),
    get(`${invoices}?rootfi_company_id[eq]=abc`, 'rootfi_company_id[eq]'),
    get(`${invoices}?rootfi_company_id[eq]=99999999999999999999`, 'rootfi_company_id[eq]'),
    get(`${invoices}?rootfi_company_id[ne]=1`, 'rootfi_company_id[ne]', 'an unknown operator'),
    get(`${invoices}?colour[eq]=red`, 'colour[eq]', 'an unknown field'),
    get(`${invoices}?__proto__[admin]=1`, '__proto__[admin]', 'a prototype key'),
    get(`${invoices}?__proto__=1`, '__proto__', 'a prototype key'),
    get(`${invoices}?constructor=1`, 'constructor', 'a prototype key'),
    get(`${invoices}?limit=5&limit=6`, 'limit', 'a key twice'),
    get(`${invoices}?next=a&next=b`, 'next', 'a key twice'),
    get(`${invoices}?limit[]=5`, 'limit[]', 'a list'),
    get(`${invoices}?select=raw_data,secret`, 'select'),
    get(`${invoices}?expand=passwords`, 'expand'),
    get(`${invoices}?include_deleted_records=yes`, 'include_deleted_records'),
    get(`${invoices}?return_count=1`, 'return_count'),
    get(`${invoices}?sort[rootfi_created_at]=UP`, 'sort[rootfi_created_at]'),
    get(
      `${invoices}?sort[rootfi_created_at]=ASC&sort[rootfi_updated_at]=ASC`,
      'sort[rootfi_updated_at]',
      'two sorts',
    ),
    get(
      `${invoices}?${Array.from({ length: 1_500 }, (_, at) => `k${at}=1`).join('&')}`,
      'k0',
      '1,500 keys',
    ),
    get('/core/companies?integrations=%00', 'integrations', 'NUL'),
    get('/core/companies?status=ASLEEP', 'status'),
    get('/core/companies?categories=ACCOUNTING,MAGIC', 'categories'),
    get('/core/companies?name=x', 'name', 'an unknown key'),
    get('/core/connections?rootfi_company_id=1.5', 'rootfi_company_id'),
    get('/core/syncs?rootfi_company_id=%2b1', 'rootfi_company_id'),
    row('no category', ['GET', '/core/syncs/config'], missing('category')),
    get('/core/syncs/config?category=accounting', 'category'),
    get('/core/syncs/config?category=ACCOUNTING&x=1', 'x'),
    ...['', '/models', '/explain', '/sync_config'].map((rest) =>
      row(
        'an unknown key',
        ['GET', ({ connection }) => `/core/connections/${connection}${rest}?full=1`],
        invalid('full'),
      ),
    ),
    row(
      'an unknown key',
      ['GET', ({ company }) => `/core/companies/${company}?expand=connections`],
      invalid('expand'),
    ),
    row(
      'an unknown key',
      ['POST', ({ sync }) => `/core/syncs/${sync}/cancel?force=1`],
      invalid('force'),
    ),
    row('an unknown key', ['GET', ({ job }) => `/core/syncs/jobs/${job}?x`], invalid('x')),
    row('a bad limit', ['GET', ({ sync }) => `/core/syncs/${sync}/jobs?limit=0`], invalid('limit')),
    ...[
      'garbage',
      '%00',
      'e30',
      cursorOf(5),
      cursorOf(null),
      cursorOf([]),
      cursorOf({ rootfi_id: -1 }),
      cursorOf({ rootfi_id: 2 ** 53 }),
      cursorOf({ rootfi_id: '1' }),
      cursorOf({ rootfi_id: 1, order: 'x' }),
      'x'.repeat(1_001),
    ].flatMap((text) => [
      get(`/core/companies?next=${text}`, 'next', 'a cursor that is none'),
      get(`${invoices}?prev=${text}`, 'prev', 'a cursor that is none'),
    ]),
    ...[{ at: '0000-01-01T00:00:00.000Z' }, { at: 'x' }, { at: '2025-02-31T00:00:00.000Z' }].map(
      (change) =>
        get(
          `${invoices}?sort[rootfi_updated_at]=ASC&next=${cursorOf({ list: 'INVOICES', order: 'updated_at ASC', rootfi_id: 1, ...change })}`,
          'next',
          'a cursor with a bad time',
        ),
    ),
    row(
      'a cursor with a letter more',
      ['GET', ({ cursors }) => `/core/companies?next=${cursors['/core/companies']}!`],
      invalid('next'),
    ),
    row(
      'a cursor padded',
      ['GET', ({ cursors }) => `/core/companies?next=${cursors['/core/companies']}%3D%3D%3D`],
      invalid('next'),
    ),
    cursor('/core/companies', '/core/syncs'),
    cursor('/core/syncs', '/core/companies'),
    cursor('/core/connections', '/core/companies'),
    cursor(invoices, '/core/companies'),
    cursor('/accounting/bills', invoices),
    cursor(invoices, `${invoices}?sort[rootfi_updated_at]=ASC&`),
    cursor(invoices, invoices, '&sort[rootfi_updated_at]=ASC'),
    row(
      'a cursor of another sync’s list',
      ['GET', ({ sync, cursors }) => `/core/syncs/${sync}/jobs?next=${cursors['/core/companies']}`],
      invalid('next'),
    ),
    row(
      'two cursors',
      [
        'GET',
        ({ cursors }) =>
          `/core/syncs?next=${cursors['/core/syncs']}&prev=${cursors['/core/syncs']}`,
      ],
      invalid('prev'),
    ),
  ];
}

/** Bodies of the routes that change a company or a sync config, and bodies where none is taken. */
function changes(): Row[] {
  const company = (what: string, body: object, expected: Expected) =>
    row(what, ['PUT', (ground) => `/core/companies/${ground.company}`], expected, {
      body: () => body,
    });
  const entry = (what: string, change: object) =>
    row(what, ['PUT', '/core/syncs/config?category=ACCOUNTING'], invalid('sync_config'), {
      body: () => ({ sync_config: [{ data_model: 'INVOICES', ...change }] }),
    });
  const own = (what: string, body: object, expected: Expected) =>
    row(what, ['PUT', (ground) => `/core/connections/${ground.connection}/sync_config`], expected, {
      body: () => body,
    });
  return [
    company('a name that is a list', { name: ['x'] }, invalid('name')),
    company('a blank name', { name: ' \t ' }, invalid('name')),
    company('a name with NUL', { name: NUL }, invalid('name')),
    company('a partner id with half a character', { partner_id: HALF }, invalid('partner_id')),
    company('a partner id that is a number', { partner_id: 5 }, invalid('partner_id')),
    company(
      'a good name beside a bad config',
      { name: 'Half done', sync_config: { data_model: 'X' } },
      invalid('sync_config.data_model'),
    ),
    company(
      'a good name beside a model the platform lacks',
      { name: 'Half done', sync_config: { data_model: 'CRM_DEALS' } },
      invalid('sync_config'),
    ),
    company('an id to change', { rootfi_id: 5 }, invalid('rootfi_id')),
    entry('an unknown model', { data_model: 'TOASTS' }),
    entry('a model of another category', { data_model: 'CRM_DEALS' }),
    entry('enabled as text', { enabled: 'yes' }),
    entry('an unknown frequency', { frequency: 'SECONDLY' }),
    entry('interval 0', { frequency: 'DAILY', interval: 0 }),
    entry('interval 2^53', { frequency: 'DAILY', interval: 2 ** 53 }),
    entry('a cron line of six fields', { cron: '* * * * * *' }),
    entry('a cron line that never comes', { cron: '0 0 31 2 *' }),
    entry('a cron line that is none', { cron: 'a b c d e' }),
    entry('an unknown zone', { cron: '0 6 * * *', timezone: 'Mars/Olympus' }),
    entry('priority 10', { priority: 10 }),
    entry('31 February', { sync_from: '2025-02-31' }),
    entry('year 0', { sync_from: '0000-06-01' }),
    entry('a future start', { sync_from: '9999-01-01' }),
    entry('NUL in a custom field', { custom_fields: [NUL] }),
    entry('a cron line with NUL', { cron: `0 6 * * ${NUL}` }),
    row('no list', ['PUT', '/core/syncs/config?category=ACCOUNTING'], missing('sync_config'), {
      body: () => ({}),
    }),
    row(
      'a model twice',
      ['PUT', '/core/syncs/config?category=ACCOUNTING'],
      invalid('sync_config'),
      {
        body: () => ({ sync_config: [{ data_model: 'INVOICES' }, { data_model: 'INVOICES' }] }),
      },
    ),
    own('no list', {}, missing('sync_config')),
    own(
      'a model the platform lacks',
      { sync_config: [{ data_model: 'CRM_DEALS' }] },
      invalid('sync_config'),
    ),
    own('an entry that is null', { sync_config: [null] }, invalid('sync_config')),
    row(
      'no credentials',
      ['POST', ({ connection }) => `/core/connections/${connection}/reconnect`],
      missing('credentials'),
      { body: () => ({}) },
    ),
    row(
      'another account',
      ['POST', ({ connection }) => `/core/connections/${connection}/reconnect`],
      [409, 'different-account', 'credentials'],
      { body: () => ({ credentials: { tenant_id: 'elsewhere' } }) },
    ),
    row(
      'refused credentials',
      ['POST', ({ connection }) => `/core/connections/${connection}/reconnect`],
      [400, 'platform-denied', 'credentials'],
      { body: () => ({ credentials: { tenant_id: 'nobody' } }) },
    ),
    ...['pause', 'resume', 'refresh', 'disconnect'].map((act) =>
      row(
        'a body where none is taken',
        ['POST', ({ connection }) => `/core/connections/${connection}/${act}`],
        invalid('force'),
        { body: () => ({ force: true }) },
      ),
    ),
    row(
      'a body where none is taken',
      ['DELETE', ({ company: id }) => `/core/companies/${id}`],
      invalid('x'),
      { body: () => ({ x: 1 }) },
    ),
    row(
      'a body where none is taken',
      ['DELETE', ({ connection }) => `/core/connections/${connection}`],
      invalid('x'),
      { body: () => ({ x: 1 }) },
    ),
  ];
}

/** Methods that a path does not have. */
function methods(): Row[] {
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

/** Every read endpoint refuses alike. */
function reads(routes: readonly Route[]): Row[] {
  return routes
    .filter((route) => route.path.startsWith('/accounting/'))
    .map((route) =>
      row('an unknown filter', ['GET', `${route.path}?foo[eq]=1`], invalid('foo[eq]')),
    );
}

export function badRequests(routes: readonly Route[]): Row[] {
  return [
    ...keys(),
    ...bodies(),
    ...methods(),
    ...paths(),
    ...queries(),
    ...connecting(),
    ...requesting(),
    ...changes(),
    ...reads(routes),
  ];
}
