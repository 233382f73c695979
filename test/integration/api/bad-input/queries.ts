import { cursorOf, invalid, missing, row, type Row } from './row';

/** Queries. */
export function queries(): Row[] {
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
    get(`${invoices}?rootfi_id[eq]=abc`, 'rootfi_id[eq]'),
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
