import { capturedLogger, logLines } from '../../support/captured-log';
import { randomBytes } from 'node:crypto';
import { createPlatforms } from '../../../api/platforms';
import { CONNECTORS } from '../../../connectors/registry';
import type { WakeMessage } from '../../../infra/temporal';
import { signalConnection } from '../../../infra/temporal';
import { startApi, type Answer, type TestApi, type TestOrganisation } from '../../support/api';
import { type Stack, startStack } from '../../support/stack';
import { modelWorkflowId } from '../../../workflows/contract';
import { until } from '../../support/until';
import { type EchoPlatform, type Indiscretion, startEchoPlatform } from './echo-platform';
import { databasePieces, findsOf, type Piece, temporalPieces } from './places';

/**
 * A whole run with a platform that repeats credentials and records in everything it says; afterwards nothing of them
 * stands in a log, an error, a workflow or a plain column.
 */

jest.setTimeout(300_000);

/** Far more than a sync takes here, however busy the machine is. */
const END_MS = 60_000;

const planted = (what: string) => `PLANTED-${what}-${randomBytes(6).toString('hex')}`;
const MARKERS = {
  name: planted('name'),
  memo: planted('memo'),
  renamed: planted('renamed'),
  bad: planted('bad'),
  unknown: planted('unknown'),
  constrained: planted('constrained'),
  company: planted('company'),
};
const TENANT = 'secrets';
const CONNECTION = '/v3/core/connections';

describe('credentials and records', () => {
  let stack: Stack;
  let api: TestApi;
  let caller: TestOrganisation;
  let platform: EchoPlatform;
  /** Every answer of the API that is not a list of records. */
  const answered: Piece[] = [];
  /** What Temporal held in the middle of a sync. */
  const midway: Piece[] = [];
  let connection = 0;

  beforeAll(async () => {
    const connectors: EchoPlatform['connector'][] = [];
    stack = await startStack({
      connectors,
      logger: capturedLogger('worker'),
      callTimeoutMs: 5_000,
    });
    platform = await startEchoPlatform(stack.sandbox.url, Object.values(MARKERS));
    connectors.push(platform.connector);
    api = await startApi({
      on: stack,
      waker: wakerOf(stack),
      change: (deps) => ({
        ...deps,
        logger: capturedLogger('api'),
        platforms: createPlatforms(
          [platform.connector, ...CONNECTORS],
          { sandboxUrl: stack.sandbox.url },
          { allowPrivateTargets: true, logger: capturedLogger('api') },
        ),
      }),
    });
    caller = await api.organisation();
  });
  afterAll(async () => {
    await api?.close();
    await platform?.close();
    await stack?.close();
  });

  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await caller.call(method, path, body === undefined ? {} : { body });
    answered.push({ where: `${method} ${path}`, text: JSON.stringify(answer.body) });
    return answer;
  }

  /** Requests a sync and waits for its end; answers its status. */
  async function sync(more: object = {}): Promise<string> {
    const requested = await ask('POST', '/v3/core/syncs', {
      company_id: (await ask('GET', `${CONNECTION}/${connection}`)).body.data.rootfi_company_id,
      integration_type: 'ECHO',
      ...more,
    });
    return endOf(requested.body.data.sync_id);
  }

  async function endOf(syncId: string): Promise<string> {
    const { status } = await stack.ended(syncId, END_MS);
    await ask('GET', `/v3/core/syncs/${syncId}`);
    const jobs = await ask('GET', `/v3/core/syncs/${syncId}/jobs`);
    for (const { rootfi_id } of jobs.body.data) {
      await ask('GET', `/v3/core/syncs/jobs/${rootfi_id}/requests`);
    }
    await ask('GET', `${CONNECTION}/${connection}/explain`);
    await ask('GET', `${CONNECTION}/${connection}/models`);
    return status;
  }

  async function failingWith(how: Indiscretion): Promise<string> {
    platform.fail('api', how);
    const status = await sync({ data_models_to_sync: ['CONTACTS'] });
    platform.fail('api', null);
    return status;
  }

  it('are synced, mapped, refused and lost in every way', async () => {
    const body = {
      company_name: 'Company',
      integration_type: 'ECHO',
      credentials: { tenant_id: TENANT },
      sync_config: [{ data_model: 'CONTACTS' }, { data_model: 'INVOICES' }],
    };
    await stack.sandbox.createTenant(TENANT, { seed: { contacts: 20, invoices: 20 } });
    await stack.sandbox.insert(TENANT, 'contacts', [
      {
        id: 'c-1',
        name: MARKERS.name,
        contact_name: MARKERS.name,
        email: `${MARKERS.name}@x.example`,
      },
    ]);
    await stack.sandbox.insert(TENANT, 'invoices', [
      { id: 'i-1', memo: MARKERS.memo, document_number: MARKERS.memo },
      { id: 'i-bad', memo: MARKERS.memo, total_amount: MARKERS.bad, posted_date: MARKERS.bad },
      {
        id: 'i-odd',
        memo: MARKERS.memo,
        [MARKERS.unknown]: { [MARKERS.unknown]: [MARKERS.unknown] },
      },
    ]);
    for (const how of [{ status: 400 }, { status: 401 }, { status: 500 }, ...STRANGE]) {
      platform.fail('token', how);
      expect((await ask('POST', CONNECTION, body)).status).toBeGreaterThanOrEqual(400);
    }
    platform.fail('token', null);
    const connected = await ask('POST', CONNECTION, body);
    expect(connected.status).toBe(200);
    connection = connected.body.data.rootfi_id;
    const initial = await stack.endedOf(BigInt(connection), { trigger: 'initial' }, END_MS);
    await endOf(initial.syncId);
    expect(initial.jobs.map((job) => job.counts['quarantined'])).toEqual([0, 1]);

    await stack.sandbox.change(TENANT, 'contacts', 'c-1', { name: MARKERS.renamed });
    expect(await sync()).toBe('SUCCESS');
    await stack.sandbox.remove(TENANT, 'invoices', 'i-odd');
    expect(await sync({ full_sync: true })).toBe('SUCCESS');

    for (const how of [{ status: 500 }, { status: 403 }, { status: 302 }, ...STRANGE]) {
      expect(await failingWith(how)).toBe('FAILED');
    }
    await heartbeating();
    await refusedByTheDatabase();
    await expired();
    await reconnectedAndDisconnected();
  });

  /** Details of heartbeats are kept only while their activity runs. */
  async function heartbeating(): Promise<void> {
    platform.fail('api', { status: 503, retryAfter: '2' });
    const requested = await ask('POST', `${CONNECTION}/${connection}/refresh`);
    const handle = stack.temporal.workflow.getHandle(
      modelWorkflowId(String(connection), 'CONTACTS'),
    );
    await until('a heartbeat', END_MS, async () => {
      const { raw } = await handle.describe();
      return raw.pendingActivities?.some((each) => each.heartbeatDetails?.payloads?.length)
        ? true
        : null;
    });
    midway.push(...(await temporalPieces(stack.temporal)));
    platform.fail('api', null);
    await endOf(requested.body.data.sync_id);
  }

  /** PostgreSQL tells a row that it refuses, values and all, in the detail of its error. */
  async function refusedByTheDatabase(): Promise<void> {
    const { pool } = stack.database.db;
    await pool.query(
      `ALTER TABLE records ADD CONSTRAINT refuses CHECK (data::text NOT LIKE '%constrained%') NOT VALID`,
    );
    await stack.sandbox.change(TENANT, 'contacts', 'c-1', { name: MARKERS.constrained });
    const before = logLines.length;
    const requested = await ask('POST', `${CONNECTION}/${connection}/refresh`);
    await until('the refusal to be logged', END_MS, async () =>
      logLines.slice(before).some((line) => line.includes('Activity failed')) ? true : null,
    );
    await pool.query('ALTER TABLE records DROP CONSTRAINT refuses');
    await endOf(requested.body.data.sync_id);
    await pool.query(
      `ALTER TABLE companies ADD CONSTRAINT refuses CHECK (name NOT LIKE 'PLANTED%') NOT VALID`,
    );
    const refused = await ask('POST', CONNECTION, {
      company_name: MARKERS.company,
      integration_type: 'ECHO',
      credentials: { tenant_id: TENANT },
    });
    await pool.query('ALTER TABLE companies DROP CONSTRAINT refuses');
    expect(refused.status).toBe(500);
    await until('the failure to be logged', 5_000, async () =>
      logLines.some((line) => line.includes('request failed')) ? true : null,
    );
  }

  /** The access token is no longer good, the token endpoint breaks at first, and then says that the grant is dead. */
  async function expired(): Promise<void> {
    platform.fail('api', { status: 401 });
    platform.fail('token', { status: 500 });
    const requested = await ask('POST', `${CONNECTION}/${connection}/refresh`);
    await stack.ended(requested.body.data.sync_id, END_MS);
    platform.fail('token', { status: 400 });
    expect(await sync({ data_models_to_sync: ['CONTACTS'] })).toBe('FAILED');
    const { body } = await ask('GET', `${CONNECTION}/${connection}`);
    expect(body.data.connection_status).toBe('EXPIRED');
    expect((await ask('POST', `${CONNECTION}/${connection}/refresh`)).status).toBe(403);
  }

  async function reconnectedAndDisconnected(): Promise<void> {
    const credentials = { tenant_id: TENANT };
    for (const how of [{ status: 400 }, { status: 503, retryAfter: '7' }, ...STRANGE]) {
      platform.fail('token', how);
      const refused = await ask('POST', `${CONNECTION}/${connection}/reconnect`, { credentials });
      expect(refused.status).toBeGreaterThanOrEqual(400);
    }
    platform.fail('api', null);
    platform.fail('token', null);
    expect(
      (await ask('POST', `${CONNECTION}/${connection}/reconnect`, { credentials })).status,
    ).toBe(200);
    expect(await sync()).toBe('SUCCESS');
    // A revocation that fails is logged.
    platform.fail('token', 'not-http');
    await ask('POST', `${CONNECTION}/${connection}/disconnect`);
    platform.fail('token', null);
    await ask('GET', '/v3/core/companies?expand=connections,activity_log');
  }

  const secrets = () => [...platform.tokens, ...Object.values(MARKERS), caller.apiKey, SEALING_KEY];

  it('stand in no log line', () => {
    expect(logLines.length).toBeGreaterThan(20);
    expect(findsOf(logPieces(), secrets())).toEqual([]);
    capturedLogger('worker').debug({ pullId: 1, some: { place: 'CONTROL-1' } }, 'a page');
    expect(findsOf(logPieces(), ['CONTROL-1'])).toHaveLength(1);
  });

  it('stand in no answer but the lists of records', async () => {
    expect(answered.length).toBeGreaterThan(40);
    expect(findsOf(answered, secrets())).toEqual([]);
    await ask('GET', '/v3/core/companies?CONTROL-2=1');
    expect(findsOf(answered, ['CONTROL-2'])).toHaveLength(1);
    // And they are what was stored.
    const { body } = await caller.call('GET', '/v3/accounting/contacts?limit=1000');
    expect(JSON.stringify(body)).toContain(MARKERS.constrained);
    expect(platform.tokens.size).toBeGreaterThanOrEqual(4);
  });

  it('stand in no history, description or detail of a workflow', async () => {
    const pieces = [...midway, ...(await temporalPieces(stack.temporal))];
    const kinds = new Set(pieces.map(({ where }) => where.split(' ')[0]));
    expect([...kinds].sort()).toEqual(['description', 'details', 'history']);
    expect(pieces.length).toBeGreaterThan(100);
    expect(findsOf(pieces, secrets())).toEqual([]);
    const control = await stack.temporal.workflow.start('control', {
      workflowId: 'control',
      taskQueue: 'nobody',
      args: [{ deep: ['CONTROL-3'] }],
      memo: { note: 'CONTROL-4' },
      staticSummary: 'CONTROL-5',
    });
    await control.terminate('CONTROL-6');
    // The list of workflows lags behind the server's own knowledge.
    const found = await until('the control in Temporal', END_MS, async () => {
      const finds = findsOf(await temporalPieces(stack.temporal), CONTROLS);
      return finds.length >= CONTROLS.length ? finds : null;
    });
    for (const control of CONTROLS) expect(found.join('\n')).toContain(control);
  });

  it('stand in no plain column', async () => {
    const { db } = stack.database;
    // What platforms say when they fail is kept for people to read, without what must not be kept.
    const kept = await until('the log of calls to be written', END_MS, async () => {
      const { rows } = await db.pool.query<{ text: string }>(
        `SELECT DISTINCT body_start AS text FROM platform_requests WHERE body_start IS NOT NULL`,
      );
      return rows.length >= 3 ? rows : null;
    });
    expect(kept.every(({ text }) => text.includes('[redacted]'))).toBe(true);
    expect(findsOf(await databasePieces(db), secrets())).toEqual([]);
    await db.pool.query(`UPDATE companies SET partner_id = 'CONTROL-8'`);
    await db.pool.query(`UPDATE sync_configs SET entries = '[{"x": "CONTROL-8"}]'`);
    await db.pool.query(`UPDATE pulls SET error_message = 'what was: CONTROL-8'`);
    await db.pool.query(`UPDATE platform_requests SET body_start = 'what was: CONTROL-8'`);
    await db.pool.query(
      `INSERT INTO credentials (connection_id, key_id, iv, tag, ciphertext)
       VALUES (0, 'k', 'CONTROL-8', '', '')`,
    );
    const places = (await databasePieces(db)).filter(({ text }) => text.includes('CONTROL-8'));
    expect([...new Set(places.map(({ where }) => where))]).toEqual([
      'companies.partner_id',
      'credentials.iv',
      'platform_requests.body_start',
      'pulls.error_message',
      'sync_configs.entries',
    ]);
  });
});

const STRANGE: readonly Indiscretion[] = ['not-http', 'html', 'cut', 'wrong-shape'];
const SEALING_KEY = 'a key for tests, long enough';
const CONTROLS = ['CONTROL-3', 'CONTROL-4', 'CONTROL-5', 'CONTROL-6'];

function logPieces(): Piece[] {
  return logLines.map((text) => ({ where: 'log', text }));
}

/** The stack's own Temporal, told as the API tells it. */
function wakerOf(stack: Stack) {
  return {
    async wakeConnection(connectionId: bigint, platform: string, message: WakeMessage) {
      await signalConnection(stack.temporal, String(connectionId), platform, message);
      return true;
    },
    isReachable: async () => true,
    workers: async () => [],
    close: async () => undefined,
  };
}
