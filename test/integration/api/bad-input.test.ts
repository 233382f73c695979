import { match } from 'node:assert/strict';
import { routes } from '../../../api/routes';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { sendBytes, sendRaw } from '../../support/raw-http';
import { type Browser, openBrowser } from '../../support/sign-in';
import { tablePrints } from '../../support/table-prints';
import { until } from '../../support/until';
import type { Ground, Row } from './bad-input/row';
import { badRequests } from './bad-input/rows';

/** Each bad request is refused within this time, whatever it holds. */
const LIMIT_MS = 3_000;

const ROWS = badRequests(routes);

describe('bad input', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let admin: Browser;
  let ground: Ground;
  let before: Record<string, string>;
  let wokenBefore: number;

  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
    admin = await openBrowser(api, caller.id, 'admin');
    const laid = await layGround(api, caller, await api.organisation('Other'));
    ground = { ...laid, user: Number(admin.userId) };
    before = await tablePrints(api.database.db);
    wokenBefore = api.woken.length;
  });
  afterAll(() => api.close());

  function credentialsOf(row: Row): Record<string, string> {
    if (row.by === undefined) return { api_key: caller.apiKey };
    return { cookie: admin.cookie, 'x-csrf-token': admin.csrfToken };
  }

  it('has a row for every route, and more than a hundred', () => {
    expect(ROWS.length).toBeGreaterThan(100);
    process.stdout.write(`${ROWS.length} bad requests over ${routes.length} routes\n`);
    const asked = ROWS.map((row) => `${row.method} ${row.path(ground).split('?')[0]}`);
    const untried = routes.filter((route) => {
      const pattern = route.path.replace(/\{\w+\}/g, '[^/]+');
      return !asked.some((each) =>
        new RegExp(`^${route.method.toUpperCase()} ${pattern}$`).test(each),
      );
    });
    expect(untried.map((route) => route.operationId)).toEqual([]);
  });

  it.each(ROWS.map((row): [string, Row] => [`${row.what} is ${row.status} ${row.field}`, row]))(
    '%s',
    async (_what, row) => {
      const answer = await sendRaw(
        api.url,
        {
          method: row.method,
          path: `/v3${row.path(ground)}`,
          headers: { ...credentialsOf(row), ...row.headers },
          ...(row.body === undefined ? {} : { body: row.body(ground) }),
        },
        LIMIT_MS,
      );
      expect(refusalOf(answer.text)).toEqual({
        message: expect.stringMatching(/\S/),
        code: row.code,
        field: row.field,
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(answer.status).toBe(row.status);
      expect(answer.headers['content-type']).toContain('application/json');
      expect(answer.text).not.toMatch(TRACES);
      expect(answer.text.length).toBeLessThan(2_000);
    },
  );

  it.each([
    ['what is no HTTP at all', 'HELLO?\r\n\r\n', 400],
    [
      'a NUL in a header',
      'GET /v3/core/companies HTTP/1.1\r\nHost: a\r\napi_key: a\0b\r\n\r\n',
      400,
    ],
    ['a raw control character in the path', 'GET /v3/core/\x01 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    [
      'two lengths',
      'POST /v3/core/syncs HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      400,
    ],
    [
      'headers of 100 kB',
      `GET /v3/core/companies HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
      431,
    ],
    [
      'a path of 100 kB',
      `GET /v3/core/syncs/${'y'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      431,
    ],
  ])('refuses %s in the form of every error', async (_what, bytes, status) => {
    const answer = await sendBytes(api.url, bytes, LIMIT_MS);
    expect(answer.status).toBe(status);
    expect(refusalOf(answer.text)).toEqual({
      message: expect.stringMatching(/\S/),
      code: 'invalid-params',
      field: 'request',
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('has changed nothing in the database, told Temporal nothing, and lives', async () => {
    expect(await tablePrints(api.database.db)).toEqual(before);
    expect(api.woken.length).toBe(wokenBefore);
    expect((await caller.call('GET', '/v3/core/companies')).status).toBe(200);
    // The prints see a change: the same values written again.
    await api.database.db.prisma.$executeRaw`UPDATE companies SET name = name`;
    const after = await tablePrints(api.database.db);
    expect(after['companies']).not.toBe(before['companies']);
  });
});

/** What an answer must never hold: places in code, names of libraries, SQL. */
const TRACES = /\n\s+at |\.[jt]s:\d|node_modules|prisma|postgres|zod|SELECT |INSERT |\$\d/i;

function refusalOf(text: string): Record<string, unknown> {
  match(text, /^\{"error":\{/);
  const { error, ...more } = JSON.parse(text) as { error: Record<string, unknown> };
  expect(more).toEqual({});
  return error;
}

async function layGround(
  api: TestApi,
  caller: TestOrganisation,
  other: TestOrganisation,
): Promise<Omit<Ground, 'user'>> {
  for (const tenant of ['bad-input', 'elsewhere', 'foreign', 'second']) {
    await api.sandbox.createTenant(tenant, {});
  }
  const mine = await connected(caller, 'bad-input');
  await connected(caller, 'second');
  const foreign = await connected(other, 'foreign');
  await storeRecords(api, mine.connection, mine.company);
  const cursors: Record<string, string> = {};
  for (const list of [
    '/core/companies',
    '/core/connections',
    '/core/invite_links',
    '/core/syncs',
    '/accounting/invoices',
    '/accounting/invoices?sort[rootfi_updated_at]=ASC&',
  ]) {
    const { body } = await caller.call('GET', `/v3${list}${list.includes('?') ? '' : '?'}limit=1`);
    expect(body.next).toEqual(expect.any(String));
    cursors[list] = body.next;
  }
  // The keys' last use is noted beside the first answers; later ones write nothing for a minute.
  await until('the keys’ last use', 5_000, async () => {
    const unused = await api.database.db.prisma.apiKey.count({ where: { lastUsedAt: null } });
    return unused === 0 ? true : null;
  });
  return { ...mine, foreign, cursors };
}

async function connected(organisation: TestOrganisation, tenant: string) {
  const { body } = await organisation.call('POST', '/v3/core/connections', {
    body: {
      company_name: `Company of ${tenant}`,
      integration_type: 'ROOTFI_SANDBOX',
      credentials: { tenant_id: tenant },
      sync_config: [{ data_model: 'INVOICES' }, { data_model: 'BILLS' }],
    },
  });
  const { rootfi_id: connection, rootfi_company_id: company } = body.data;
  const link = await organisation.call('POST', '/v3/core/invite_links', {
    body: { company_id: company, integration_categories: ['ACCOUNTING'] },
  });
  const refreshed = await organisation.call('POST', `/v3/core/connections/${connection}/refresh`);
  const sync: string = refreshed.body.data.sync_id;
  const jobs = await organisation.call('GET', `/v3/core/syncs/${sync}/jobs`);
  return {
    company,
    connection,
    sync,
    job: jobs.body.data[0].rootfi_id,
    link: link.body.data.invite_link_id,
  };
}

async function storeRecords(api: TestApi, connection: number, company: number): Promise<void> {
  await api.database.db.prisma.storedRecord.createMany({
    data: ['1', '2'].map((platformId) => ({
      connectionId: BigInt(connection),
      companyId: BigInt(company),
      dataModel: 'INVOICES',
      platformId,
      data: {},
      raw: {},
      hash: platformId,
      rawHash: platformId,
      createdAt: new Date(),
      updatedAt: new Date(),
    })),
  });
}
