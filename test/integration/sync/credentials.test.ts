import { type HeldAccess, renewAccess } from '../../../activities/access';
import type { Authorised } from '../../../connectors/contract';
import { PlatformError } from '../../../connectors/engine/errors';
import { rootfiSandbox } from '../../../connectors/rootfi-sandbox/connector';
import { AppError } from '../../../core/errors';
import { expireConnection } from '../../../store/connections';
import { readCredentials } from '../../../store/credentials';
import { type Actions, actions } from '../../support/actions';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { variant } from '../../support/variants';

jest.setTimeout(60_000);

/** What the token endpoint does: counted, and changed by the test. */
const tokens: { calls: number; around: (real: () => Promise<Authorised>) => Promise<Authorised> } =
  {
    calls: 0,
    around: (real) => real(),
  };
const HOOKED = 'HOOKED';
const connector = variant(HOOKED, {
  auth: {
    renew: (secrets, sendTo, settings) => {
      tokens.calls += 1;
      return tokens.around(async () => {
        const renewed = await rootfiSandbox.auth.renew?.(secrets, sendTo, settings);
        if (renewed === undefined) throw new Error('The sandbox renews');
        return renewed;
      });
    },
  },
});

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack({ connectors: [connector] });
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());
beforeEach(() => {
  tokens.calls = 0;
  tokens.around = (real) => real();
});

const MODELS = [
  'INVOICES',
  'BILLS',
  'CONTACTS',
  'ACCOUNTS',
  'ITEMS',
  'INVOICE_PAYMENTS',
  'BILL_PAYMENTS',
  'TAX_RATES',
] as const;

const synced = (tenant: string, models: readonly (typeof MODELS)[number][] = ['INVOICES']) =>
  look.synced(
    tenant,
    { seed: { invoices: 20 }, page_size: 5 },
    models.map((model) => entry(model)),
    { platform: HOOKED },
  );
const versionOf = async (id: bigint) =>
  (await readCredentials(stack.database.db, id))?.version ?? 0n;
const renew = async (id: bigint, version: bigint): Promise<HeldAccess> =>
  renewAccess(stack.deps, connector, id, version);
const expireTokens = (tenant: string) => stack.sandbox.fault(tenant, { kind: 'expire_token' });

describe('a renewal', () => {
  it('is one for all the models of a connection that find their access ended', async () => {
    const id = await synced('models', MODELS);
    await expireTokens('models');
    const sync = await stack.ended(await stack.sync(id, { mode: 'full' }));
    expect(sync.status).toBe('SUCCESS');
    expect(sync.jobs).toHaveLength(MODELS.length);
    expect(tokens.calls).toBe(1);
  });

  it('is one for fifty jobs whose access ends while they run', async () => {
    const id = await synced('jobs', MODELS);
    await expireTokens('jobs');
    const requests = Array.from({ length: 7 }, () => stack.sync(id));
    const syncs = await Promise.all((await Promise.all(requests)).map((each) => stack.ended(each)));
    const jobs = syncs.flatMap((sync) => sync.jobs);
    expect(jobs.length).toBeGreaterThanOrEqual(50);
    expect(jobs.every((job) => job.state === 'SUCCESS')).toBe(true);
    expect(tokens.calls).toBe(1);
  });

  it('is one for fifty that ask at one instant, and all get its result', async () => {
    const id = await synced('fifty');
    const version = await versionOf(id);
    tokens.around = async (real) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return real();
    };
    const held = await Promise.all(Array.from({ length: 50 }, () => renew(id, version)));
    expect(tokens.calls).toBe(1);
    expect(new Set(held.map((each) => each.version))).toEqual(new Set([await versionOf(id)]));
    expect(held.filter((each) => each.isFresh)).toHaveLength(1);
    expect(await versionOf(id)).not.toBe(version);
  });

  it('comes before the first call where the platform said that the access ends about now', async () => {
    const id = await synced('timely');
    await stack.database.db.prisma.credential.update({
      where: { connectionId: id },
      data: { expiresAt: new Date(Date.now() + 30_000) },
    });
    const before = (await stack.sandbox.requests('timely')).count;
    await stack.ended(await stack.sync(id));
    expect(tokens.calls).toBe(1);
    expect((await stack.sandbox.requests('timely')).count).toBe(before + 1);
  });

  it('holds no database connection while it waits for the platform', async () => {
    const id = await synced('unheld');
    const { pool } = stack.database.db;
    const busy: number[] = [];
    tokens.around = async (real) => {
      for (let look = 0; look < 10; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        busy.push(pool.totalCount - pool.idleCount);
      }
      return real();
    };
    await renew(id, await versionOf(id));
    expect(busy).toEqual(Array(10).fill(0));
  });

  it('that ends after a reconnect changes nothing, and answers what the reconnect brought', async () => {
    const id = await synced('overtaken');
    const version = await versionOf(id);
    tokens.around = async (real) => {
      const renewed = await real();
      await act.reconnect(id, 'overtaken');
      return renewed;
    };
    const held = await renew(id, version);
    const stored = await readCredentials(stack.database.db, id);
    expect(held).toMatchObject({ version: stored?.version, isFresh: false });
    expect((await stack.ended(await stack.sync(id, { mode: 'full' }))).status).toBe('SUCCESS');
  });
});

describe('the connection EXPIRES', () => {
  const expired = async (id: bigint, syncId: string) => {
    const job = jobOf(await stack.ended(syncId), 'INVOICES');
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'credentials-expired' });
    expect((await look.connection(id)).status).toBe('EXPIRED');
  };

  it('when the platform says that the grant is invalid, with all that is open and queued, in one act', async () => {
    const id = await synced('invalid', ['INVOICES', 'BILLS']);
    await stack.sandbox.fault('invalid', { kind: 'slow', resource: 'bills', ms: 1_000 });
    const syncId = await stack.request(id, { mode: 'full' });
    await stack.sandbox.fault('invalid', {
      kind: 'revoke_token',
      resource: 'invoices',
      after_requests: 2,
    });
    await stack.wake(id);
    await until('the bills to be under way', 10_000, async () =>
      (await look.pulls(id, 'BILLS')).length === 2 ? true : null,
    );
    await expired(id, syncId);
    const sync = await stack.ended(syncId);
    expect(sync.jobs.map((job) => job.errorCode)).toEqual([
      'credentials-expired',
      'credentials-expired',
    ]);
    // One transaction wrote all of it.
    const writers = await stack.database.db.prisma.$queryRaw<{ by: string }[]>`
      SELECT xmin::text AS by FROM connections WHERE id = ${id}
      UNION SELECT xmin::text FROM sync_jobs WHERE connection_id = ${id} AND state = 'FAILED'
      UNION SELECT xmin::text FROM pulls WHERE connection_id = ${id} AND state = 'FAILED'`;
    expect(writers).toHaveLength(1);
    for (const model of ['INVOICES', 'BILLS'] as const) {
      expect((await look.pulls(id, model)).at(-1)?.state).toBe('FAILED');
    }

    // Ticks stop, and nothing more is sent. The call that was under way has had its answer.
    const bills = async () => (await look.listings('invalid', 'bills')).length;
    await until('the slow answer', 10_000, async () => ((await bills()) === 2 ? true : null));
    const calls = (await stack.sandbox.requests('invalid')).count;
    await look.makeDue(id, ['INVOICES', 'BILLS']);
    await until('the models to rest', 10_000, async () =>
      (await look.model(id, 'BILLS')).wakeAt === null ? true : null,
    );
    expect(await look.syncs(id, { trigger: 'auto' })).toEqual([]);
    expect((await stack.sandbox.requests('invalid')).count).toBe(calls);
  });

  it('when the grant is refused before the first call', async () => {
    const id = await synced('first');
    await stack.database.db.prisma.credential.update({
      where: { connectionId: id },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    tokens.around = () => Promise.reject(new PlatformError('invalid-grant', 'The grant is dead'));
    await expired(id, await stack.sync(id));
    expect((await look.connection(id)).statusReason).toBe('The grant is dead');
    expect(tokens.calls).toBe(1);
  });

  it('when even fresh access is refused', async () => {
    const id = await synced('fresh');
    await expireTokens('fresh');
    tokens.around = async (real) => {
      const renewed = await real();
      return { ...renewed, secrets: { ...renewed.secrets, access_token: 'not a token' } };
    };
    await expired(id, await stack.sync(id));
    expect(tokens.calls).toBe(1);
  });

  it('but not when credentials have been changed since the call that was refused', async () => {
    const id = await synced('changed');
    const version = await versionOf(id);
    await act.reconnect(id, 'changed');
    const reason = 'late';
    expect(await expireConnection(stack.database.db, { connectionId: id, version, reason })).toBe(
      false,
    );
    expect((await look.connection(id)).status).toBe('HEALTHY');
  });

  it('but not when access that another chunk had renewed has ended again', async () => {
    const tenant = { seed: { invoices: 20 }, page_size: 5, latency_ms: 150 };
    const id = await look.synced('twice', tenant, [entry('INVOICES')], { platform: HOOKED });
    const syncId = await stack.sync(id, { mode: 'full' });
    await look.running(syncId, 1);
    await renew(id, await versionOf(id));
    await expireTokens('twice');
    expect((await stack.ended(syncId)).status).toBe('SUCCESS');
    expect(tokens.calls).toBe(2);
  });
});

describe('other troubles of the token endpoint back off', () => {
  it.each([
    ['refused', 400],
    ['unauthorised', 401],
    ['rate-limited', 429],
    ['transient', 500],
  ] as const)('%s (%d): asked again, and the sync succeeds', async (kind, status) => {
    const tenant = `token-${kind}`;
    const id = await synced(tenant);
    await expireTokens(tenant);
    tokens.around = (real) =>
      tokens.calls < 3 ? Promise.reject(new PlatformError(kind, 'Not now', { status })) : real();
    const job = jobOf(await stack.ended(await stack.sync(id, { mode: 'full' })), 'INVOICES');
    expect(job).toMatchObject({ state: 'SUCCESS', counts: { fetched: 20 } });
    expect(tokens.calls).toBe(3);
    expect((await look.connection(id)).status).toBe('HEALTHY');
  });

  it('for ever: the pull fails after ten attempts, the connection stays HEALTHY', async () => {
    const id = await synced('token-dead');
    await expireTokens('token-dead');
    tokens.around = () => Promise.reject(new PlatformError('refused', 'No', { status: 403 }));
    const job = jobOf(await stack.ended(await stack.sync(id)), 'INVOICES');
    expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-unavailable' });
    expect(tokens.calls).toBe(10);
    expect((await look.connection(id)).status).toBe('HEALTHY');
  });

  it('as long as it says, where it says how long; whoever looks meanwhile', async () => {
    const id = await synced('token-wait');
    await expireTokens('token-wait');
    tokens.around = () =>
      Promise.reject(
        new PlatformError('rate-limited', 'Later', { status: 429, retryAfterMs: 60_000 }),
      );
    const before = Date.now();
    await stack.sync(id);
    const waiting = async () => {
      const pull = (await look.pulls(id, 'INVOICES')).at(-1);
      const { wakeAt } = await look.model(id, 'INVOICES');
      return pull?.retryAt != null && wakeAt?.getTime() === pull.retryAt.getTime() ? pull : null;
    };
    const pull = await until('the pull to back off', 10_000, waiting);
    expect(pull.retryAt?.getTime()).toBeGreaterThanOrEqual(before + 60_000);
    await stack.sync(id);
    await until('the pull to be passed over', 10_000, waiting);
    expect(tokens.calls).toBe(1);
  });
});

describe('reconnecting', () => {
  it('makes an EXPIRED connection HEALTHY, and it syncs again', async () => {
    const id = await synced('healed');
    await stack.sandbox.fault('healed', { kind: 'revoke_token' });
    await stack.ended(await stack.sync(id));
    expect((await look.connection(id)).status).toBe('EXPIRED');
    await stack.sandbox.heal('healed');
    await act.reconnect(id, 'healed');
    expect(await look.connection(id)).toMatchObject({ status: 'HEALTHY', statusReason: null });
    expect((await stack.ended(await stack.sync(id))).status).toBe('SUCCESS');
  });

  it('must reach the same account: another one is refused, and nothing changes', async () => {
    const id = await synced('mine');
    await stack.sandbox.createTenant('yours');
    const before = [await look.connection(id), await versionOf(id)];
    const refused: unknown = await act.reconnect(id, 'yours').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: 'different-account', status: 409 });
    expect([await look.connection(id), await versionOf(id)]).toEqual(before);
  });
});
