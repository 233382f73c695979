import { classifyAnswer } from '../engine/error-rules';
import { mapItems } from '../engine/map-page';
import { tryton } from './connector';
import { withContext } from './rpc';

function classify(status: number, body: unknown) {
  return classifyAnswer(tryton.errorRules, { status, body, headers: {} });
}

describe('errors of Tryton', () => {
  it.each([
    ['LoginException', 'unauthorised'],
    ['UserError', 'refused'],
    ['UserWarning', 'refused'],
    ['RateLimitException', 'rate-limited'],
    ['ConcurrencyException', 'transient'],
    ['database is locked', 'transient'],
  ])('come with status 200: %s is %s', (name, kind) => {
    expect(classify(200, { id: 0, error: [name, ['message', '']] })).toBe(kind);
  });

  it('are no errors where there is a result', () => {
    expect(classify(200, { id: 0, result: [] })).toBeNull();
    expect(classify(200, { id: 0, result: { error: ['UserError'] } })).toBeNull();
  });
});

describe('credentials', () => {
  const given = {
    base_url: 'https://erp.example.com//',
    database: 'main/../x',
    username: 'ü:ser',
    password: 'p',
  };

  it('take the trailing slashes off the address and refuse what is no web address', () => {
    expect(tryton.credentials.parse(given)).toMatchObject({ base_url: 'https://erp.example.com' });
    for (const base_url of ['erp.example.com', 'ftp://erp.example.com', 'javascript:alert(1)']) {
      expect(tryton.credentials.safeParse({ ...given, base_url }).success).toBe(false);
    }
  });

  it('become an address that stays within the database, and a session header', () => {
    const access = tryton.auth.access(
      { ...given, base_url: 'https://erp.example.com', user_id: 7, session: 'key', context: {} },
      { sandboxUrl: '' },
    );
    expect(access.baseUrl).toBe('https://erp.example.com/main%2F..%2Fx');
    const token = Buffer.from('ü:ser:7:key').toString('base64');
    expect(access.headers).toEqual({ authorization: `Session ${token}` });
  });
});

describe('requests', () => {
  it('get the context of the session as their last parameter', () => {
    const request = { method: 'POST', path: '/rpc/', body: { id: 0, method: 'm', params: [1] } };
    const complete = withContext({ ...request, method: 'POST' }, { company: 3 });
    expect(complete.body).toEqual({ id: 0, method: 'm', params: [1, { company: 3 }] });
  });

  it('ask for never-edited rows too, and for rows whose parts changed', () => {
    const stream = tryton.streams.CONTACTS;
    const page = { since: new Date('2026-03-01T00:00:00Z'), cursor: { after: 7 } };
    const body = JSON.stringify(stream?.list(page).body);
    expect(body).toContain('["id",">",7]');
    for (const field of ['write_date', 'create_date', 'addresses.write_date']) {
      expect(body).toContain(`["${field}",">=",{"__class__":"datetime","year":2026`);
    }
  });
});

describe('mapping', () => {
  const tax = {
    id: 5,
    name: 'VAT',
    description: 'vat',
    type: 'percentage',
    rate: { __class__: 'Decimal', decimal: '0.0725' },
    'childs.': [],
    create_date: {
      __class__: 'datetime',
      year: 2026,
      month: 1,
      day: 2,
      hour: 3,
      minute: 4,
      second: 5,
      microsecond: 6_000,
    },
    write_date: null,
  };
  const stream = tryton.streams.TAX_RATES;

  it('shows rates as percentages, exactly', () => {
    const { records } = mapItems(stream ?? fail(), [tax]);
    expect(records[0]).toMatchObject({
      platformId: '5',
      platformUpdatedAt: new Date('2026-01-02T03:04:05.006Z'),
      dataJson:
        '{"code":"vat","name":"VAT","tax_type":"percentage","components":[],"updated_at":"2026-01-02T03:04:05.006Z","total_tax_rate":"7.25","effective_tax_rate":"7.25"}',
    });
  });

  it('sets apart what it does not understand', () => {
    const odd = [
      { ...tax, rate: { __class__: 'Fraction', text: '1/3' } },
      { ...tax, id: 6, rate: { __class__: 'Decimal', decimal: 'NaN' } },
      { ...tax, id: 7, 'childs.': null },
    ];
    const { records, quarantined } = mapItems(stream ?? fail(), odd);
    expect(quarantined.map(({ platformId, path }) => [platformId, path])).toEqual([
      ['5', 'total_tax_rate'],
      ['6', 'total_tax_rate'],
      ['7', 'childs'],
    ]);
    expect(records).toEqual([]);
  });
});

function fail(): never {
  throw new Error('no stream');
}
