import { RootFi } from 'rootfi-api';
import { createLogger } from '../../../infra/logger';
import { createTemporalWaker } from '../../../infra/temporal';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { type Stack, startStack, until } from '../../support/stack';

/** The API, Temporal, a worker and the sandbox together, driven by the published client alone. */
describe('from connecting to reading', () => {
  let stack: Stack;
  let api: TestApi;
  let caller: TestOrganisation;
  const logger = createLogger({ process: 'test', level: 'silent' });
  let waker: ReturnType<typeof createTemporalWaker>;

  beforeAll(async () => {
    stack = await startStack();
    waker = createTemporalWaker(
      {
        address: process.env['TEST_TEMPORAL_ADDRESS'] ?? '',
        namespace: stack.temporal.options.namespace,
        apiKey: null,
        tls: null,
      },
      logger,
    );
    api = await startApi({ waker, on: stack });
    caller = await api.organisation();
  }, 60_000);
  afterAll(async () => {
    await api.close();
    await waker.close();
    await stack.close();
  }, 60_000);

  async function ended(syncId: string) {
    return until(`sync ${syncId} to end`, 30_000, async () => {
      const { data } = await caller.client.core.syncs.get(syncId);
      return data?.status === 'SUCCESS' || data?.status === 'FAILED' ? data : null;
    });
  }

  async function invoices(companyId: number, includeDeletedRecords = 'false') {
    const all: NonNullable<
      Awaited<ReturnType<typeof caller.client.accounting.invoices.list>>['data']
    > = [];
    let next: string | undefined;
    do {
      const page = await caller.client.accounting.invoices.list({
        rootfiCompanyIdEq: companyId,
        limit: 100,
        includeDeletedRecords,
        ...(next === undefined ? {} : { next }),
      });
      all.push(...(page.data ?? []));
      next = page.next;
    } while (next);
    return all;
  }

  it('brings the whole, then what changed, then what was deleted', async () => {
    await stack.sandbox.createTenant('whole', { seed: { invoices: 250 } });
    const connected = await caller.call('POST', '/v3/core/connections', {
      body: {
        company_name: 'Whole',
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: 'whole' },
        sync_config: [{ data_model: 'INVOICES', frequency: 'YEARLY' }],
      },
    });
    const { rootfi_id: connectionId, rootfi_company_id: companyId } = connected.body.data;
    const initial = (await caller.client.core.syncs.list({ rootfiCompanyId: companyId })).data?.[0];
    expect(await ended(initial?.sync_id ?? '')).toMatchObject({
      status: 'SUCCESS',
      counts: { fetched: 250, inserted: 250 },
    });
    const system = await caller.call('GET', '/v3/core/system');
    expect(system.body.data).toMatchObject({
      worker: { is_running: true, processes: 1, last_seen_at: expect.any(String) },
      temporal: { status: 'up' },
    });
    const first = await invoices(companyId);
    const truth = await stack.sandbox.truth('whole', 'invoices');
    expect(
      first.map((one) => [one.platform_unique_id, one.document_number, one.total_amount]).sort(),
    ).toEqual(
      [...truth]
        .map(([id, one]) => [id, one['document_number'], Number(one['total_amount'])])
        .sort(),
    );
    expect(first).toHaveLength(250);

    const [changed, deleted] = [
      first[3]?.platform_unique_id ?? '',
      first[9]?.platform_unique_id ?? '',
    ];
    await stack.sandbox.change('whole', 'invoices', changed, { memo: 'Changed by a person' });
    await stack.sandbox.remove('whole', 'invoices', deleted);
    const refreshed = await caller.call('POST', `/v3/core/connections/${connectionId}/refresh`);
    expect(await ended(refreshed.body.data.sync_id)).toMatchObject({
      status: 'SUCCESS',
      counts: { changed: 1, deleted: 0 },
    });
    const second = await invoices(companyId);
    expect(second.find((one) => one.platform_unique_id === changed)?.memo).toBe(
      'Changed by a person',
    );
    expect(second).toHaveLength(250);

    const full = await caller.client.core.syncs.create({
      company_id: companyId,
      integration_type: RootFi.IntegrationType.RootfiSandbox,
      full_sync: true,
      data_models_to_sync: ['INVOICES'],
    });
    expect(await ended(full.data?.sync_id ?? '')).toMatchObject({
      status: 'SUCCESS',
      full_sync: true,
      counts: { deleted: 1 },
    });
    expect(await invoices(companyId)).toHaveLength(249);
    const tombstone = (await invoices(companyId, 'true')).find(
      (one) => one.platform_unique_id === deleted,
    );
    expect(tombstone?.rootfi_deleted_at).toEqual(expect.any(String));

    const models = await caller.call('GET', `/v3/core/connections/${connectionId}/models`);
    const state = models.body.data.find((one: { enabled: boolean }) => one.enabled);
    expect(state).toMatchObject({
      data_model: 'INVOICES',
      status: 'scheduled',
      watermark: expect.any(String),
      records: { live: 249, deleted: 1, quarantined: 0 },
    });
    const company = await caller.client.core.companies.get(companyId);
    expect(company.data?.connections?.[0]).toMatchObject({
      sync_status: 'IDLE',
      connection_status: 'HEALTHY',
      last_synced: expect.any(String),
    });
  }, 90_000);
});
