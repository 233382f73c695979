import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { RootFi, RootFiClient } from 'rootfi-api';
import { createLogger } from '../../../infra/logger';
import { createTemporalWaker } from '../../../infra/temporal';
import { CALLER_PATIENCE } from '../../../api/http/outage';
import { createDatabase } from '../../../store/database';
import { call, startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { createTestDatabase } from '../../support/database';

describe('the API over HTTP', () => {
  let api: TestApi;
  let caller: TestOrganisation;

  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
  });
  afterAll(() => api.close());

  describe('keys', () => {
    it.each([
      ['no key', {}],
      ['an unknown key', { api_key: 'sl_not-one-of-ours' }],
    ])('refuses %s with 401', async (_what, headers) => {
      const answer = await call(api.url, 'GET', '/v3/core/companies', { headers });
      expect(answer.status).toBe(401);
      expect(answer.body.error).toMatchObject({ code: 'unauthorized', field: 'api_key' });
    });

    it('makes the client throw its typed error', async () => {
      const stranger = new RootFiClient({ environment: `${api.url}/v3`, apiKey: 'nobody' });
      await expect(stranger.core.companies.list({})).rejects.toBeInstanceOf(
        RootFi.RootFiApi401Error,
      );
    });

    it('refuses a revoked key', async () => {
      const other = await api.organisation();
      await api.database.db.prisma.apiKey.updateMany({
        where: { organisationId: other.id },
        data: { revokedAt: new Date() },
      });
      expect((await other.call('GET', '/v3/core/companies')).status).toBe(401);
    });

    it('notes when a key was used', async () => {
      const other = await api.organisation();
      await other.call('GET', '/v3/core/companies');
      const used = async () =>
        (await api.database.db.prisma.apiKey.findFirst({ where: { organisationId: other.id } }))
          ?.lastUsedAt;
      for (let tries = 0; tries < 40 && !(await used()); tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      expect(await used()).toBeInstanceOf(Date);
    });

    it('asks for the key before it tells what exists', async () => {
      expect((await call(api.url, 'GET', '/v3/nothing/here')).status).toBe(401);
    });
  });

  describe('errors', () => {
    const shape = {
      message: expect.any(String),
      code: expect.any(String),
      field: expect.any(String),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };

    it('answers 404 for a path that does not exist, within and without the API', async () => {
      for (const path of ['/v3/core/nothing', '/elsewhere']) {
        const answer = await caller.call('GET', path);
        expect(answer.status).toBe(404);
        expect(answer.body).toEqual({ error: { ...shape, code: 'not-found' } });
        expect(answer.headers.get('x-request-id')).toBe(answer.body.error.request_id);
      }
    });

    it('answers 405 for a method that a path does not have, and which ones it has', async () => {
      const answer = await caller.call('PATCH', '/v3/core/companies/1');
      expect([answer.status, answer.body.error.code]).toEqual([405, 'method-not-allowed']);
      expect(answer.headers.get('allow')).toBe('DELETE, GET, HEAD, PUT');
    });

    it('refuses a body that is not JSON', async () => {
      const answer = await caller.call('POST', '/v3/core/syncs', { body: '{"company_id": 1,' });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatchObject({ code: 'invalid-params', field: 'body' });
    });

    it('refuses a body of another type', async () => {
      const answer = await caller.call('POST', '/v3/core/syncs', {
        body: 'company_id=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatchObject({ code: 'invalid-params', field: 'content-type' });
    });

    it('refuses a body of more than a megabyte with 413', async () => {
      const answer = await caller.call('POST', '/v3/core/syncs', {
        body: { company_id: 1, integration_type: 'x'.repeat(1_100_000) },
      });
      expect(answer.status).toBe(413);
      expect(answer.body).toEqual({ error: { ...shape, code: 'payload-too-large' } });
    });

    it('names what is missing, and what it does not know', async () => {
      const missing = await caller.call('POST', '/v3/core/syncs', { body: { company_id: 1 } });
      expect(missing.status).toBe(400);
      expect(missing.body.error).toMatchObject({
        code: 'missing-params',
        field: 'integration_type',
        message: 'Missing required field: integration_type.',
      });
      const unknown = await caller.call('POST', '/v3/core/syncs', {
        body: { company_id: 1, integration_type: 'X', fullsync: true },
      });
      expect(unknown.body.error).toMatchObject({ code: 'invalid-params', field: 'fullsync' });
    });

    it('refuses a path with broken percent-encoding', async () => {
      const answer = await caller.call('GET', '/v3/core/syncs/%E0%A4%A');
      expect(answer.status).toBe(400);
      expect(answer.body.error.code).toBe('invalid-params');
    });

    it('answers 404 for an id that cannot be one', async () => {
      for (const path of ['companies/abc', 'connections/-1', 'syncs/jobs/99999999999999999999']) {
        const answer = await caller.call('GET', `/v3/core/${path}`);
        expect(answer.status).toBe(404);
        expect(answer.body.error.code).toBe('not-found');
      }
    });

    it('answers 500 without telling what broke', async () => {
      const { db } = api.database;
      await db.prisma.$executeRaw`ALTER TABLE syncs RENAME TO syncs_away`;
      try {
        await expect(caller.client.core.syncs.list({})).rejects.toBeInstanceOf(
          RootFi.RootFiApi500Error,
        );
        const answer = await caller.call('GET', '/v3/core/syncs');
        expect(answer.status).toBe(500);
        expect(answer.body.error).toEqual({
          ...shape,
          code: 'unknown-error',
          message: 'Something went wrong on our side.',
        });
      } finally {
        await db.prisma.$executeRaw`ALTER TABLE syncs_away RENAME TO syncs`;
      }
    });
  });

  it('does not care for the case of paths, nor for a slash at their end', async () => {
    const answer = await caller.call('GET', '/v3/accounting/Invoice_Payments/');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: [] });
  });

  it('sends headers that forbid scripts and frames from elsewhere, and caching', async () => {
    const { headers } = await caller.call('GET', '/v3/core/companies');
    expect(headers.get('content-security-policy')).toContain(
      "default-src 'none';script-src 'self'",
    );
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('serves its documents without a key and without inline scripts', async () => {
    const page = await call(api.url, 'GET', '/docs');
    expect(page.status).toBe(200);
    expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
    for (const [, path] of [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)]) {
      expect((await call(api.url, 'GET', path)).status).toBe(200);
    }
    const document = await call(api.url, 'GET', '/openapi.json');
    expect(document.body.openapi).toBe('3.1.0');
  });

  it('is alive and ready', async () => {
    expect((await call(api.url, 'GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await call(api.url, 'GET', '/readyz')).body).toEqual({
      status: 'ok',
      database: 'up',
      temporal: 'up',
    });
  });
});

describe('the rate limit', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ rateLimit: { perSecond: 5, burst: 12 } });
  });
  afterAll(() => api.close());

  it('lets a burst through, then refuses, per key, and after the key was checked', async () => {
    const caller = await api.organisation();
    const other = await api.organisation();
    const answers = [];
    for (let count = 0; count < 14; count += 1) {
      answers.push(await caller.call('GET', '/v3/core/companies'));
    }
    const passed = answers.filter((answer) => answer.status === 200);
    expect(passed.length).toBe(12);
    expect(answers[0]?.headers.get('ratelimit-limit')).toBe('5');
    expect(answers[0]?.headers.get('ratelimit-remaining')).toBe('4');
    const refused = answers[13];
    expect(refused?.status).toBe(429);
    expect(refused?.body.error.code).toBe('rate-limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await other.call('GET', '/v3/core/companies')).status).toBe(200);
    expect((await call(api.url, 'GET', '/v3/core/companies')).status).toBe(401);
  });

  it('lets requests through again once the second has passed', async () => {
    const caller = await api.organisation();
    for (let count = 0; count < 13; count += 1) await caller.call('GET', '/v3/core/companies');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect((await caller.call('GET', '/v3/core/companies')).status).toBe(200);
  });
});

describe('while something is down', () => {
  it('answers 503 within 3 s where nothing listens for PostgreSQL, and says so', async () => {
    const gone = createDatabase('postgresql://a:b@127.0.0.1:1/x', { max: 2 });
    const api = await startApi({ change: (deps) => ({ ...deps, db: gone }) });
    try {
      const startedAt = performance.now();
      const answer = await call(api.url, 'POST', '/v3/core/syncs', {
        body: { company_id: 1, integration_type: 'ROOTFI_SANDBOX' },
        headers: { api_key: 'whatever' },
      });
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(answer.status).toBe(503);
      expect(answer.body.error).toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(
          /^The database cannot be reached\. .* by itself .* try again/,
        ),
      });
      const ready = await call(api.url, 'GET', '/readyz');
      expect([ready.status, ready.body.database]).toEqual([503, 'down']);
      expect((await call(api.url, 'GET', '/healthz')).status).toBe(200);
    } finally {
      await api.close();
      await gone.close();
    }
  });

  it('answers 503 where the pool is taken, and does not say that the database is gone', async () => {
    const database = await createTestDatabase();
    const taken = createDatabase(database.url, { max: 1, patience: CALLER_PATIENCE });
    const api = await startApi({ change: (deps) => ({ ...deps, db: taken }) });
    const holder = await taken.pool.connect();
    try {
      const headers = { api_key: 'whatever' };
      const answers = await Promise.all(
        [1, 2, 3].map(() => call(api.url, 'GET', '/v3/core/companies', { headers })),
      );
      for (const { status, body } of answers) {
        expect([status, body.error.code]).toEqual([503, 'unavailable']);
        expect(body.error.message).toMatch(/^The server is too busy: .* by itself: try again/);
      }
      await expect(holder.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
    } finally {
      holder.release();
      await api.close();
      await taken.close();
      await database.drop();
    }
  });

  it('answers 503 within 3 s where PostgreSQL accepts and then says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    const hanging = createDatabase(`postgresql://a:b@127.0.0.1:${port}/x`, {
      max: 2,
      patience: CALLER_PATIENCE,
    });
    const api = await startApi({ change: (deps) => ({ ...deps, db: hanging }) });
    try {
      const startedAt = performance.now();
      const headers = { api_key: 'whatever' };
      const answer = await call(api.url, 'GET', '/v3/core/companies', { headers });
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(answer.body.error.code).toBe('unavailable');
    } finally {
      for (const socket of sockets) socket.destroy();
      await api.close();
      await hanging.close();
      silent.close();
    }
  });

  it('accepts a sync within 3 s while Temporal is down, and is not ready', async () => {
    const waker = createTemporalWaker(
      { address: '127.0.0.1:1', namespace: 'default', apiKey: null, tls: null },
      createLogger({ process: 'test', level: 'silent' }),
    );
    const api = await startApi({ waker });
    try {
      const caller = await api.organisation();
      await api.sandbox.createTenant('down', {});
      const connected = await caller.call('POST', '/v3/core/connections', {
        body: {
          company_name: 'A',
          integration_type: 'ROOTFI_SANDBOX',
          credentials: { tenant_id: 'down' },
        },
      });
      expect(connected.status).toBe(200);
      const startedAt = performance.now();
      const refreshed = await caller.call(
        'POST',
        `/v3/core/connections/${connected.body.data.rootfi_id}/refresh`,
      );
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(refreshed.body.data).toMatchObject({ status: 'CREATED', sync_type: 'MANUAL' });
      const ready = await call(api.url, 'GET', '/readyz');
      expect(ready.status).toBe(503);
      expect(ready.body).toEqual({ status: 'unavailable', database: 'up', temporal: 'down' });
    } finally {
      await api.close();
      await waker.close();
    }
  });
});
