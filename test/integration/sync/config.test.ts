import type { SyncConfigEntry } from '../../../core/sync-config';
import {
  defaultEntries,
  getConnectionConfig,
  mergeCompanyConfig,
  putOrganisationConfig,
} from '../../../store/sync-configs';
import { type Actions, actions } from '../../support/actions';
import { type Facts, facts, jobOf } from '../../support/facts';
import { entry, type Stack, startStack } from '../../support/stack';
import { until } from '../../support/until';
import { variant } from '../../support/variants';

jest.setTimeout(60_000);

let stack: Stack;
let look: Facts;
let act: Actions;
beforeAll(async () => {
  stack = await startStack({ connectors: [variant('SECOND', {})] });
  look = facts(stack);
  act = actions(stack);
});
afterAll(() => stack.close());

const config = (connectionId: bigint) =>
  getConnectionConfig(stack.database.db, { organisationId: stack.organisationId, connectionId });
const putOrganisation = (entries: SyncConfigEntry[]) =>
  putOrganisationConfig(stack.database.db, {
    organisationId: stack.organisationId,
    category: 'ACCOUNTING',
    entries,
  });
const models = async (connectionId: bigint) => {
  const rows = await stack.database.db.prisma.modelState.findMany({ where: { connectionId } });
  return rows
    .filter((row) => row.enabled)
    .map((row) => row.dataModel)
    .sort();
};
let tenants = 0;
const connect = async (entries: SyncConfigEntry[] | null, how = {}) => {
  tenants += 1;
  await stack.sandbox.createTenant(`config-${tenants}`, { seed: { invoices: 2 } });
  return stack.connect(`config-${tenants}`, entries, how);
};

describe('the organisation’s list', () => {
  it('is at first every model of the connector, once a day', async () => {
    const id = await connect(null);
    const { entries, followsOrganisation } = await config(id);
    expect(followsOrganisation).toBe(true);
    expect(entries.map((each) => each.data_model).sort()).toEqual(await models(id));
    expect(entries.length).toBeGreaterThanOrEqual(8);
    for (const each of entries) {
      expect(each).toMatchObject({ enabled: true, frequency: 'DAILY', interval: 1 });
    }
  });

  it('is carried over by the repairer to each connection that follows it, and to no other', async () => {
    const [follows, own] = [await connect(null), await connect([entry('CONTACTS')])];
    // A model that is dropped before its workflow was started has none that could end.
    await until('the workflow of a model to start', 10_000, () =>
      look.workflow(follows, 'CONTACTS'),
    );
    await putOrganisation([entry('INVOICES', { frequency: 'HOURLY' }), entry('BILLS')]);
    try {
      expect((await models(follows)).length).toBeGreaterThan(2);
      expect((await act.repair()).configsApplied).toBeGreaterThanOrEqual(1);
      expect(await models(follows)).toEqual(['BILLS', 'INVOICES']);
      expect((await look.model(follows, 'INVOICES')).config).toMatchObject({ frequency: 'HOURLY' });
      expect(await models(own)).toEqual(['CONTACTS']);
      // Those that lost their place in the list are told to end.
      await until('the workflow of a dropped model to end', 10_000, async () =>
        (await look.workflow(follows, 'CONTACTS')) === 'COMPLETED' ? true : null,
      );
      expect((await act.repair()).configsApplied).toBe(0);
    } finally {
      await putOrganisation(defaultEntries('ACCOUNTING'));
      await act.repair();
    }
  });
});

describe('a connection’s own list', () => {
  it('is whole: models that are not in it are disabled', async () => {
    const id = await connect([entry('INVOICES')]);
    expect(await models(id)).toEqual(['INVOICES']);
    await act.putConfig(id, [entry('BILLS'), entry('CONTACTS', { enabled: false })]);
    expect(await models(id)).toEqual(['BILLS']);
    expect((await config(id)).followsOrganisation).toBe(false);
  });

  it('is given up by null: the connection follows the organisation again', async () => {
    const id = await connect([entry('INVOICES')]);
    await act.putConfig(id, null);
    expect((await config(id)).followsOrganisation).toBe(true);
    expect((await models(id)).length).toBeGreaterThanOrEqual(8);
  });

  it('put unchanged moves nothing', async () => {
    const entries = [
      entry('INVOICES', { frequency: 'HOURLY', interval: 5, sync_from: '2026-01-01' }),
      entry('BILLS', { frequency: null, cron: '0 6 * * *', timezone: 'Europe/Berlin' }),
    ];
    const id = await connect(entries);
    await stack.endedOf(id, { trigger: 'initial' });
    const state = async () => {
      const rows = await Promise.all([look.model(id, 'INVOICES'), look.model(id, 'BILLS')]);
      return rows.map(({ wakeAt, fence, lastSummary, ...lasting }) => lasting);
    };
    const [before, syncs] = [await state(), await look.syncs(id)];
    await act.putConfig(id, entries);
    expect(await state()).toEqual(before);
    expect(await look.syncs(id)).toEqual(syncs);
  });

  it('with another schedule moves the due times of that model alone', async () => {
    const id = await connect([entry('INVOICES'), entry('BILLS')]);
    const before = (await look.model(id, 'BILLS')).nextFireAt;
    await act.putConfig(id, [entry('INVOICES', { frequency: 'HOURLY' }), entry('BILLS')]);
    const { nextFireAt } = await look.model(id, 'INVOICES');
    expect((nextFireAt?.getTime() ?? 0) - Date.now()).toBeLessThan(3_600_000 + 120_000);
    expect((await look.model(id, 'BILLS')).nextFireAt).toEqual(before);
  });
});

describe('a company’s update', () => {
  const merge = (companyId: bigint, entries: SyncConfigEntry | SyncConfigEntry[]) =>
    mergeCompanyConfig(stack.database.db, {
      organisationId: stack.organisationId,
      companyId,
      entries,
    });

  it('merges one entry into the list of each live connection; one that follows gets its own copy first', async () => {
    const follows = await connect(null);
    const { companyId } = await look.connection(follows);
    const own = await connect([entry('BILLS')], { companyId, platform: 'SECOND' });
    const others = await connect([entry('BILLS')]);
    const all = await models(follows);
    const touched = await merge(companyId, entry('INVOICES', { frequency: 'WEEKLY' }));
    expect(touched.map((each) => each.connectionId)).toEqual([follows, own]);
    expect(await models(follows)).toEqual(all);
    expect((await config(follows)).followsOrganisation).toBe(false);
    expect((await look.model(follows, 'INVOICES')).config).toMatchObject({ frequency: 'WEEKLY' });
    expect((await look.model(follows, 'BILLS')).config).toMatchObject({ frequency: 'DAILY' });
    expect(await models(own)).toEqual(['BILLS', 'INVOICES']);
    expect(await models(others)).toEqual(['BILLS']);
  });

  it('replaces the list by an array', async () => {
    const id = await connect([entry('BILLS'), entry('CONTACTS')]);
    await merge((await look.connection(id)).companyId, [entry('INVOICES')]);
    expect(await models(id)).toEqual(['INVOICES']);
  });
});

describe('disabling a model', () => {
  it('keeps its rows and ends its jobs, open and queued; the others of those syncs go on', async () => {
    const id = await look.synced('disabled', { seed: { invoices: 20, bills: 8 }, page_size: 4 }, [
      entry('INVOICES'),
      entry('BILLS'),
    ]);
    await stack.sandbox.fault('disabled', { kind: 'slow', ms: 200, times: 0 });
    const open = await stack.sync(id, { mode: 'full' });
    await look.running(open, 1);
    const queued = await stack.sync(id);
    await act.putConfig(id, [entry('BILLS')]);
    for (const sync of [await stack.ended(open), await stack.ended(queued)]) {
      expect(sync.status).toBe('FAILED');
      expect(jobOf(sync, 'INVOICES')).toMatchObject({
        state: 'FAILED',
        errorCode: 'model-disabled',
      });
      expect(jobOf(sync, 'BILLS').state).toBe('SUCCESS');
    }
    await stack.sandbox.heal('disabled');
    expect((await look.pulls(id, 'INVOICES')).map((pull) => pull.state)).not.toContain('RUNNING');
    expect(await look.liveIds(id, 'INVOICES')).toHaveLength(20);
    await until('the workflow of the disabled model to end', 10_000, async () =>
      (await look.workflow(id, 'INVOICES')) === 'COMPLETED' ? true : null,
    );
    expect(await look.workflow(id, 'BILLS')).toBe('RUNNING');

    // Enabled again it lives again, and owes its history.
    await act.putConfig(id, [entry('INVOICES'), entry('BILLS')]);
    await until('the second initial sync', 20_000, async () => {
      const jobs = await look.jobs(id, { dataModel: 'INVOICES', trigger: 'initial' });
      return jobs.length === 2 && jobs[1]?.state === 'SUCCESS' ? true : null;
    });
    expect(await look.workflow(id, 'INVOICES')).toBe('RUNNING');
  });
});
