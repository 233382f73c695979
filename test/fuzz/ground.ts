import { rootfiSandbox } from '../../connectors/rootfi-sandbox/connector';
import { createPlatforms } from '../../api/platforms';
import { DATA_RESOURCES } from '../../api/data/resources';
import { startApi, type TestApi, type TestOrganisation } from '../support/api';
import { entry, startStack } from '../support/stack';

/** An API with something behind every route: records of every data model, ended syncs, and plenty to change and delete. */
export interface Ground {
  readonly api: TestApi;
  readonly caller: TestOrganisation;
  /** What `hooks.py` reads. */
  readonly ids: object;
  close(): Promise<void>;
}

const TENANT = 'fuzz';
const SPARE = 6;

const MODELS = DATA_RESOURCES.map(({ model }) => model);

/** `doomed` = how many companies are there to be deleted. */
export async function layGround({ doomed: doomedCount }: { doomed: number }): Promise<Ground> {
  const stack = await startStack();
  const seed = Object.fromEntries(MODELS.map((model) => [model.toLowerCase(), 3]));
  await stack.sandbox.createTenant(TENANT, { seed });
  const connection = await stack.connect(
    TENANT,
    MODELS.map((model) => entry(model)),
  );
  const initial = await stack.endedOf(connection, { trigger: 'initial' }, 60_000);
  if (initial.status !== 'SUCCESS') throw new Error(`Not synced: ${JSON.stringify(initial)}`);
  // From here on requests are only taken down: no worker competes with the API for the machine.
  await stack.stopWorker();
  const api = await startApi({
    on: stack,
    change: (deps) => ({
      ...deps,
      // No connector that would call an address out of a generated body.
      platforms: createPlatforms(
        [rootfiSandbox],
        { sandboxUrl: stack.sandbox.url },
        { allowPrivateTargets: true, logger: deps.logger },
      ),
    }),
  });
  const caller = await api.organisation('Fuzz', stack.organisationId);
  const spare = await connectMany(caller, SPARE);
  const doomed = await connectMany(caller, doomedCount);
  const links = await makeLinks(caller, SPARE);
  const { prisma } = stack.database.db;
  const row = await prisma.connection.findUniqueOrThrow({ where: { id: connection } });
  const syncs = await prisma.sync.findMany({ take: 10, orderBy: { id: 'asc' } });
  const jobs = await prisma.syncJob.findMany({ take: 30, orderBy: { id: 'asc' } });
  return {
    api,
    caller,
    ids: {
      tenant: TENANT,
      models: MODELS,
      main: { company: Number(row.companyId), connection: Number(connection) },
      spare,
      doomed,
      links,
      syncs: syncs.map((sync) => sync.syncId),
      jobs: jobs.map((job) => Number(job.id)),
    },
    async close() {
      await api.close();
      await stack.close();
    },
  };
}

async function connectMany(caller: TestOrganisation, count: number) {
  const made = [];
  for (let at = 0; at < count; at += 1) {
    const { body } = await caller.call('POST', '/v3/core/connections', {
      body: {
        company_name: `Spare ${at}`,
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: TENANT },
        sync_config: [{ data_model: 'INVOICES' }],
      },
    });
    made.push({ company: body.data.rootfi_company_id, connection: body.data.rootfi_id });
  }
  return made;
}

async function makeLinks(caller: TestOrganisation, count: number): Promise<string[]> {
  const made: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { body } = await caller.call('POST', '/v3/core/invite_links', {
      body: { company_name: `Invited ${at}`, integration_categories: ['ACCOUNTING'] },
    });
    made.push(body.data.invite_link_id);
  }
  return made;
}
