import { differences } from '../support/differences';
import { Installation } from '../support/installation';
import { until } from '../support/until';
import { readJobs, readPage, type WireJob } from '../support/wire';

/**
 * The main job of the product, from outside: an installation as `npm start` makes it, driven with the published client
 * and the sandbox's control interface alone.
 */

jest.setTimeout(240_000);

type Row = Record<string, unknown>;
type Job = WireJob;

let installation: Installation;
/** A company whose contacts sync every minute while all the rest happens. */
let minutely: number;
beforeAll(async () => {
  installation = await Installation.create();
  await installation.start();
  await installation.sandbox.createTenant('minutely', { seed: { contacts: 50 } });
  minutely = (await connect('minutely', [model('CONTACTS', 'MINUTELY')])).company;
});
afterAll(() => installation.remove());

test('connects, loads, changes, deletes, reads from a date, and goes on after everything was killed', async () => {
  const { client, sandbox } = installation;
  await sandbox.createTenant('main', { seed: { invoices: 20_000, contacts: 2_000 } });
  const { company, connectionId } = await connect('main', [
    model('INVOICES', 'DAILY'),
    model('CONTACTS', 'DAILY'),
    model('ITEMS', 'NEVER'),
  ]);
  await until('the initial sync', 60_000, async () => {
    const { data } = await client.core.syncs.list({ rootfiCompanyId: company });
    return data.length > 0 && data.every((sync) => sync.status === 'SUCCESS') ? true : null;
  });

  // Lists page through exactly the platform's records.
  const invoices = await list(company, 'invoices');
  const truth = await sandbox.truth('main', 'invoices');
  expect(invoices.size).toBe(20_000);
  expect(differences(invoices, truth)).toEqual([]);
  expect(
    differences(await list(company, 'contacts'), await sandbox.truth('main', 'contacts')),
  ).toEqual([]);

  // 50 changed, 20 added, 10 deleted: an incremental brings 70 and deletes none.
  const ids = [...truth.keys()];
  for (const id of ids.slice(0, 50))
    await sandbox.change('main', 'invoices', id, { memo: `edited ${id}` });
  await sandbox.insert(
    'main',
    'invoices',
    Array.from({ length: 20 }, (_, n) => ({ memo: `added ${n}` })),
  );
  for (const id of ids.slice(100, 110)) await sandbox.remove('main', 'invoices', id);
  const incremental = await sync(company, { data_models_to_sync: ['INVOICES', 'CONTACTS'] });
  expect(job(incremental, 'INVOICES').counts).toMatchObject({
    changed: 50,
    inserted: 20,
    deleted: 0,
  });
  expect((await list(company, 'invoices')).size).toBe(20_020);

  // A full sync tombstones exactly the 10.
  const full = await sync(company, { full_sync: true, data_models_to_sync: ['INVOICES'] });
  expect(full).toHaveLength(1);
  expect(job(full, 'INVOICES').counts).toMatchObject({ deleted: 10, inserted: 0, changed: 0 });
  const after = await list(company, 'invoices');
  expect(differences(after, await sandbox.truth('main', 'invoices'))).toEqual([]);
  const withDeleted = await list(company, 'invoices', { includeDeletedRecords: 'true' });
  const tombstones = [...withDeleted.values()].filter((each) => each['rootfi_deleted_at'] !== null);
  expect(tombstones.map((each) => each['platform_unique_id']).sort()).toEqual(
    ids.slice(100, 110).sort(),
  );

  // From a date: that model alone, and on a model never synced a watermark with `covered_from`.
  await sandbox.insert('main', 'items', [{ name: 'New item' }]);
  const from = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const dated = await sync(company, {
    data_models_to_sync: [{ data_model: 'ITEMS', sync_from: from }],
  });
  expect(dated.map((each) => each.data_model)).toEqual(['ITEMS']);
  const { data: models } = (await installation.call(
    'GET',
    `/v3/core/connections/${connectionId}/models`,
  )) as { data: Row[] };
  const items = models.find((each) => each['data_model'] === 'ITEMS');
  expect(items?.['watermark']).not.toBeNull();
  expect(String(items?.['covered_from'])).toBe(`${from}T00:00:00.000Z`);

  // Everything killed in mid-sync: all data is there and the sync goes on.
  await sandbox.fault('main', { kind: 'slow', ms: 300, times: 0 });
  const going = await create(company, { full_sync: true, data_models_to_sync: ['INVOICES'] });
  await until('some pages', 30_000, async () => {
    const { requests } = await sandbox.requests('main');
    return requests.filter((each) => String(each['path']).endsWith('/invoices')).length > 25
      ? true
      : null;
  });
  await installation.killEverything();
  await installation.start();
  await sandbox.heal('main');
  const jobs = await ended(going);
  expect(job(jobs, 'INVOICES')).toMatchObject({ status: 'SUCCESS' });
  expect(job(jobs, 'INVOICES').counts['deleted']).toBe(0);
  expect(
    differences(await list(company, 'invoices'), await sandbox.truth('main', 'invoices')),
  ).toEqual([]);
});

test('a model set to every minute has ticked by itself all along, and goes on when its worker is killed in mid-page', async () => {
  const { client, sandbox } = installation;
  const autos = async () => {
    const { data } = await client.core.syncs.list({ rootfiCompanyId: minutely, limit: 100 });
    return data.filter((each) => each.sync_type === 'AUTO_SYNC');
  };
  const succeeded = async () => (await autos()).filter((each) => each.status === 'SUCCESS').length;
  await until('a first tick', 90_000, async () => ((await succeeded()) >= 1 ? true : null));
  const before = await succeeded();

  const [added] = await sandbox.insert('minutely', 'contacts', [{ name: 'Late arrival' }]);
  await sandbox.fault('minutely', { kind: 'slow', ms: 4_000, times: 0 });
  await until('a page to be under way', 90_000, async () =>
    (await autos()).some((each) => each.status === 'RUNNING') ? true : null,
  );
  installation.kill('worker');
  await sandbox.heal('minutely');
  await until('that tick to bring the new contact', 90_000, async () =>
    (await list(minutely, 'contacts')).has(String(added)) ? true : null,
  );
  await until('it to end', 10_000, async () => ((await succeeded()) > before ? true : null));
});

async function connect(
  tenant: string,
  syncConfig: object[],
): Promise<{ company: number; connectionId: number }> {
  const { data } = (await installation.call('POST', '/v3/core/connections', {
    company_name: `Company of ${tenant}`,
    integration_type: 'ROOTFI_SANDBOX',
    credentials: { tenant_id: tenant },
    sync_config: syncConfig,
  })) as { data: Row };
  return {
    company: Number(data['rootfi_company_id']),
    connectionId: Number(data['rootfi_id']),
  };
}

function model(dataModel: string, frequency: string) {
  return {
    data_model: dataModel,
    category: 'ACCOUNTING',
    enabled: true,
    frequency,
    interval: 1,
    scope_access: { READ: true },
  };
}

async function create(company: number, more: Row): Promise<string> {
  const { data } = await installation.client.core.syncs.create({
    company_id: company,
    integration_type: 'ROOTFI_SANDBOX',
    full_sync: false,
    data_models_to_sync: [],
    ...more,
  } as never);
  return data.sync_id;
}

async function sync(company: number, more: Row): Promise<Job[]> {
  return ended(await create(company, more));
}

async function ended(syncId: string): Promise<Job[]> {
  await until(`sync ${syncId} to end`, 60_000, async () => {
    const { data } = await installation.client.core.syncs.get(syncId);
    return ['SUCCESS', 'FAILED'].includes(data.status) ? true : null;
  });
  const { data } = await installation.client.core.syncs.getJobs(syncId);
  return readJobs(data);
}

function job(jobs: Job[], dataModel: string): Job {
  const found = jobs.find((each) => each.data_model === dataModel);
  if (found === undefined) throw new Error(`No job for ${dataModel}`);
  return found;
}

async function list(
  company: number,
  resource: 'invoices' | 'contacts',
  more: Row = {},
): Promise<Map<string, Row>> {
  const all = new Map<string, Row>();
  let next: string | undefined;
  do {
    const page = readPage(
      await installation.client.accounting[resource].list({
        rootfiCompanyIdEq: company,
        limit: 1000,
        ...(next === undefined ? {} : { next }),
        ...more,
      }),
    );
    for (const row of page.data) all.set(String(row['platform_unique_id']), row);
    next = page.next ?? undefined;
  } while (next !== undefined);
  return all;
}
