import { createServer, type Server } from 'node:http';
import { RootFiClient } from 'rootfi-api';
import { createApp } from '../../../api/app';
import { createSignInLimit } from '../../../api/http/sign-in-limit';
import { watchCompanies } from '../../../api/live/company-changes';
import { createPlatforms } from '../../../api/platforms';
import { closePlatformConnections } from '../../../connectors/engine/call';
import { CONNECTORS } from '../../../connectors/registry';
import { tryton } from '../../../connectors/tryton/connector';
import type { DataModel } from '../../../core/unified/models';
import { parseRecord } from '../../../core/unified/parse';
import { presentRecord } from '../../../core/unified/present';
import { hashApiKey, newApiKey, shownPrefix } from '../../../infra/api-keys';
import { createLogger } from '../../../infra/logger';
import { signalConnection } from '../../../infra/temporal';
import { addApiKey } from '../../../store/api-keys';
import { apiTestConfig } from '../../support/api-config';
import { findPython } from '../../support/python';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { readJobs, type WireJob } from '../../support/wire';
import { ensureTryton, NEED } from './python';
import { changeThings, type Documents, deleteThings, doBusiness, MODELS } from './scenario';
import { DATABASE, PASSWORD, startTryton, type TrytonServer, USERNAME } from './tryton-server';

/**
 * A real ERP, changed by a person with its own client; our API, asked with the published client. After each kind of
 * sync every field of every record that the API serves is compared with what Tryton says.
 */

jest.setTimeout(600_000);

type Row = Record<string, unknown>;
type Job = WireJob;

/** Base fields that are ours, not Tryton's. */
const OURS = [
  'rootfi_id',
  'rootfi_created_at',
  'rootfi_updated_at',
  'rootfi_deleted_at',
  'rootfi_company_id',
  'platform_id',
  'platform_unique_id',
];

const python = findPython(NEED);

(python === null ? describe.skip : describe)('Tryton, from its client to ours', () => {
  let server: TrytonServer;
  let documents: Documents;
  let stack: Stack;
  let http: Server;
  let url: string;
  let apiKey: string;
  let client: RootFiClient;
  let company: number;

  beforeAll(async () => {
    server = await startTryton(await ensureTryton(python ?? ''));
    documents = await doBusiness(server);
    // Without the overlap an incremental has to find each change by its own date.
    stack = await startStack({
      connectors: [{ ...tryton, overlapMs: 0 }],
      callTimeoutMs: 30_000,
    });
    apiKey = newApiKey();
    await addApiKey(stack.database.db, {
      organisationId: stack.organisationId,
      name: 'Test',
      prefix: shownPrefix(apiKey),
      hash: hashApiKey(apiKey),
    });
    http = createServer(createApp(apiDeps(stack)));
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    url = `http://127.0.0.1:${address.port}`;
    client = new RootFiClient({ environment: `${url}/v3`, apiKey });
  }, 900_000);

  afterAll(async () => {
    http?.closeAllConnections();
    http?.close();
    await stack?.close();
    await server?.stop();
    await closePlatformConnections();
  });

  async function call(method: string, path: string, body?: unknown): Promise<Row> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { api_key: apiKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const parsed = (await answer.json()) as Row;
    if (!answer.ok)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(parsed)}`);
    return parsed;
  }

  /** All records of a model that the API serves, by platform id, without our own fields. */
  async function served(model: DataModel): Promise<Map<string, Row>> {
    const records = new Map<string, Row>();
    let next = '';
    do {
      const path = `/v3/accounting/${model.toLowerCase()}?limit=300&next=${encodeURIComponent(next)}`;
      const page = await call('GET', `${path}&rootfi_company_id%5Beq%5D=${company}`);
      for (const row of page['data'] as Row[]) {
        const id = String(row['platform_unique_id']);
        for (const name of OURS) delete row[name];
        records.set(id, row);
      }
      next = typeof page['next'] === 'string' ? page['next'] : '';
    } while (next !== '');
    return records;
  }

  /** What the API should serve: what Tryton says, put on the wire. */
  async function said(model: DataModel): Promise<Map<string, Row>> {
    const dump = Object.entries(await server.dump(model));
    return new Map(
      dump.map(([id, record]) => [id, presentRecord(model, parseRecord(model, record))]),
    );
  }

  async function expectEqual(models: readonly DataModel[] = MODELS): Promise<void> {
    for (const model of models) {
      const truth = await said(model);
      expect(truth.size).toBeGreaterThan(0);
      expect([model, await served(model)]).toEqual([model, truth]);
    }
  }

  async function sync(request: Row): Promise<Map<string, Job>> {
    const created = await call('POST', '/v3/core/syncs', {
      company_id: company,
      integration_type: 'TRYTON',
      ...request,
    });
    const { sync_id } = created['data'] as { sync_id: string };
    return ended(sync_id);
  }

  async function ended(syncId: string): Promise<Map<string, Job>> {
    await until(`sync ${syncId} to end`, 240_000, async () => {
      const { data } = await client.core.syncs.get(syncId);
      return ['SUCCESS', 'FAILED'].includes(data.status) ? true : null;
    });
    const { data } = await client.core.syncs.getJobs(syncId);
    const jobs = readJobs(data);
    expect(jobs.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
    return new Map(jobs.map((job) => [job.data_model, job]));
  }

  it('refuses a wrong password and stores nothing', async () => {
    await expect(connect({ password: 'wrong' })).rejects.toThrow('platform-denied');
  });

  async function connect(given: Row = {}): Promise<Row> {
    const { data } = await call('POST', '/v3/core/connections', {
      company_name: 'Dunder Mifflin',
      integration_type: 'TRYTON',
      credentials: {
        base_url: server.url,
        database: DATABASE,
        username: USERNAME,
        password: PASSWORD,
        ...given,
      },
      sync_config: MODELS.map((model) => ({ ...entry(model), category: 'ACCOUNTING' })),
    });
    return data as Row;
  }

  it('initial: serves every field of every record as Tryton has it', async () => {
    const connection = await connect();
    company = Number(connection['rootfi_company_id']);
    await until('the initial sync', 240_000, async () => {
      const { data } = await client.core.syncs.list({ rootfiCompanyId: company });
      return data.length > 0 && data.every((each) => each.status === 'SUCCESS') ? true : null;
    });
    await expectEqual();
  });

  it('incremental: finds every change, also where only a line, an address or a payment changed', async () => {
    await changeThings(server, documents);
    const jobs = await sync({});
    await expectEqual();
    // Of 450 contacts it read those that changed.
    expect(jobs.get('CONTACTS')?.counts['fetched']).toBeLessThan(20);
    expect(jobs.get('INVOICES')?.counts).toMatchObject({ deleted: 0, quarantined: 0 });
    // Nothing new: every record read again is unchanged.
    const again = await sync({});
    for (const job of again.values()) {
      expect([job.data_model, job.counts['inserted'], job.counts['changed']]).toEqual([
        job.data_model,
        0,
        0,
      ]);
    }
  });

  it('from date: brings one model from then on, and touches no other', async () => {
    const from = new Date(Math.floor(Date.now() / 1_000) * 1_000).toISOString();
    const values = { description: 'Read from a date' };
    await server.ask({ do: 'write', model: 'account.invoice', id: documents.draft, values });
    await server.ask({ do: 'create_party', name: 'Not to be read yet' });
    const jobs = await sync({ data_models_to_sync: [{ data_model: 'INVOICES', sync_from: from }] });
    expect([...jobs.keys()]).toEqual(['INVOICES']);
    expect(jobs.get('INVOICES')?.counts).toMatchObject({ fetched: 1, changed: 1, deleted: 0 });
    await expectEqual(['INVOICES']);
    expect((await said('CONTACTS')).size).toBe((await served('CONTACTS')).size + 1);
  });

  it('full: tombstones exactly what was deleted', async () => {
    const gone = await deleteThings(server, documents);
    await sync({});
    // An incremental cannot see a deletion.
    expect((await served('INVOICES')).has(String(gone.INVOICES))).toBe(true);
    const jobs = await sync({ full_sync: true });
    for (const model of MODELS) {
      const job = jobs.get(model);
      expect([model, job?.counts['deleted']]).toEqual([model, gone[model] === undefined ? 0 : 1]);
    }
    await expectEqual();
    const page = await call('GET', '/v3/accounting/invoices?include_deleted_records=true');
    const deleted = (page['data'] as Row[]).filter((row) => row['rootfi_deleted_at'] !== null);
    expect(deleted.map((row) => row['platform_unique_id'])).toEqual([gone.INVOICES]);
  });

  it('goes on in a new session when Tryton has ended the old one', async () => {
    await server.ask({ do: 'end_sessions' });
    await sync({ data_models_to_sync: ['CONTACTS'] });
    await expectEqual(['CONTACTS']);
  });
});

function apiDeps(stack: Stack) {
  const logger = createLogger({ process: 'test', level: 'silent' });
  return {
    db: stack.database.db,
    sealer: stack.deps.sealer,
    platforms: createPlatforms(CONNECTORS, stack.deps.settings, {
      allowPrivateTargets: true,
      logger,
    }),
    waker: {
      async wakeConnection(
        ...[id, platform, message]: Parameters<
          Parameters<typeof createApp>[0]['waker']['wakeConnection']
        >
      ) {
        await signalConnection(stack.temporal, String(id), platform, message);
        return true;
      },
      isReachable: async () => true,
      workers: async () => [],
      close: async () => undefined,
    },
    signInLimit: createSignInLimit(),
    changes: watchCompanies({ db: stack.database.db, logger }),
    logger,
    config: apiTestConfig('http://localhost:3000'),
    checkResponses: true,
  };
}
