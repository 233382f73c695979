import { openApiDocument } from '../../../api/openapi/document';
import { routes } from '../../../api/routes';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { addUser, type Browser, openBrowser } from '../../support/sign-in';
import { tablePrints } from '../../support/table-prints';
import { until } from '../../support/until';

/**
 * Every operation of the OpenAPI document with the ids of another organisation: as if nothing of it existed. A new
 * route is here by itself; one with a parameter or a body that is not known below fails until it is told.
 */

interface Parameter {
  readonly in: string;
  readonly name: string;
}
interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly takesBody: boolean;
  /** Whether it knows no organisation at all: what its ids open, they open to whoever holds them. */
  readonly isPublic: boolean;
}

interface Ids {
  readonly company_id: number;
  readonly connection_id: number;
  readonly sync_id: string;
  readonly job_id: number;
  /** Nobody's own, and a part of paths. */
  readonly data_model: string;
  readonly invite_link_id: string;
  readonly user_id: number;
  readonly api_key_id: number;
}

/** An organisation's program, and its admin's browser for what a key may not do. */
interface People {
  readonly key: TestOrganisation;
  readonly admin: Browser;
}

const OPERATIONS = operations();
const SANDBOX = 'ROOTFI_SANDBOX';
const PRIVATE = 'Nobody else’s business';

/** A body that its owner could send, by operation. */
const BODIES: Readonly<Record<string, (ids: Ids) => object>> = {
  updateCompany: () => ({ name: PRIVATE }),
  createConnection: ({ company_id }) => ({
    company_id,
    integration_type: SANDBOX,
    credentials: { tenant_id: 'foreign' },
  }),
  reconnectConnection: () => ({ credentials: { tenant_id: 'foreign' } }),
  putConnectionSyncConfig: () => ({ sync_config: null }),
  estimateSyncConfig: () => ({ sync_config: [{ data_model: 'INVOICES' }] }),
  previewSchedule: ({ connection_id }) => ({ frequency: 'DAILY', connection_id }),
  putSyncConfig: () => ({ sync_config: [{ data_model: 'INVOICES' }] }),
  createInviteLink: ({ company_id }) => ({ company_id, integration_categories: ['ACCOUNTING'] }),
  updateInviteLink: () => ({ integration_categories: ['ACCOUNTING'], company_name: PRIVATE }),
  createSync: ({ company_id }) => ({ company_id, integration_type: SANDBOX }),
  updateUser: () => ({ name: PRIVATE }),
};

const forAdmins = new Set(
  routes.filter((route) => route.needs === 'admin').map((route) => route.operationId),
);
/** What tells of the caller's own, whoever that is. */
const OWN = [
  '/core/syncs/config',
  '/core/platforms',
  '/core/system',
  '/core/users',
  '/core/api_keys',
];

const signedIn = OPERATIONS.filter(({ isPublic }) => !isPublic);
const byPath = signedIn.filter(({ parameters }) => parameters.some((each) => each.in === 'path'));
/** Their answer has no end; they refuse a foreign id as paths do. */
const streams = OPERATIONS.filter(({ operationId }) => operationId === 'watchCompany');
const byQuery = signedIn
  .filter((each) => !streams.includes(each))
  .flatMap((operation) =>
    operation.parameters
      .filter((each) => each.in === 'query' && /rootfi_.*_id|^id$|_id$/.test(each.name))
      .map((each): [string, Operation] => [each.name, operation]),
  );
/** Operations whose body names something by its id. */
const byBody = OPERATIONS.filter(({ operationId }) =>
  ['createConnection', 'createInviteLink', 'createSync', 'previewSchedule'].includes(operationId),
);
const lists = signedIn.filter(
  (each) =>
    each.method === 'GET' &&
    !each.path.includes('{') &&
    !OWN.includes(each.path) &&
    !streams.includes(each),
);

describe('ids of another organisation', () => {
  let api: TestApi;
  let stranger: TestOrganisation;
  let owner: TestOrganisation;
  let strangers: People;
  let owners: People;
  let ids: Ids;
  let before: Record<string, string>;

  beforeAll(async () => {
    api = await startApi();
    owner = await api.organisation('Owner');
    stranger = await api.organisation('Stranger');
    owners = { key: owner, admin: await openBrowser(api, owner.id, 'admin') };
    strangers = { key: stranger, admin: await openBrowser(api, stranger.id, 'admin') };
    ids = { ...(await layGround(api, owner)), ...(await layPeople(api, owner)) };
    await stranger.call('GET', '/v3/core/companies');
    // Written beside the first answers, and not again for a minute.
    await until('the keys’ last use', 5_000, async () => {
      const unused = await api.database.db.prisma.apiKey.count({ where: { lastUsedAt: null } });
      return unused === 0 ? true : null;
    });
    before = await tablePrints(api.database.db);
  });
  afterAll(() => api.close());

  function ask(people: People, { operationId, method, path, takesBody }: Operation) {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const id: unknown = Reflect.get(ids, name);
      if (id === undefined) throw new Error(`No other organisation's ${name} is known here`);
      return String(id);
    });
    const body = BODIES[operationId]?.(ids);
    if (takesBody && body === undefined)
      throw new Error(`No body for ${operationId} is known here`);
    const caller = forAdmins.has(operationId) ? people.admin : people.key;
    return caller.call(method, `/v3${filled}`, body === undefined ? {} : { body });
  }

  it('covers every operation of the document', () => {
    expect(OPERATIONS.map((each) => each.operationId).sort()).toEqual(
      routes.map((route) => route.operationId).sort(),
    );
    const reached = [
      ...streams,
      ...byPath,
      ...byBody,
      ...byQuery.map(([, each]) => each),
      ...lists,
    ];
    const alone = signedIn.filter((operation) => !reached.includes(operation));
    // The organisation's own defaults, people and keys, and what this build can connect, name nobody's ids.
    expect(alone.map((each) => each.operationId).sort()).toEqual([
      'changePassword',
      'createApiKey',
      'createUser',
      'getSyncConfig',
      'getSystem',
      'listApiKeys',
      'listPlatforms',
      'listUsers',
      'putSyncConfig',
      'signOut',
    ]);
  });

  it.each([...byPath, ...byBody].map((each): [string, Operation] => [each.operationId, each]))(
    'are unknown to %s',
    async (_name, operation) => {
      const answer = await ask(strangers, operation);
      expect([answer.status, answer.body.error?.code]).toEqual([404, 'not-found']);
      expect(JSON.stringify(answer.body)).not.toContain(PRIVATE);
    },
  );

  it.each(
    byQuery.map(([name, each]): [string, string, Operation] => [each.operationId, name, each]),
  )('filter everything out of %s (%s)', async (_name, parameter, operation) => {
    const query = `${encodeURIComponent(parameter)}=${ids.company_id}`;
    const answer = await stranger.call('GET', `/v3${operation.path}?${query}`);
    expect([answer.status, answer.body.data]).toEqual([200, []]);
  });

  it.each(lists.map((each): [string, Operation] => [each.operationId, each]))(
    'show nothing in %s',
    async (_name, operation) => {
      const answer = await ask(strangers, operation);
      expect([answer.status, answer.body.data]).toEqual([200, []]);
    },
  );

  it.each(streams.map((each): [string, Operation] => [each.operationId, each]))(
    'are unknown to %s',
    async (_name, operation) => {
      const query = `company_id=${ids.company_id}`;
      const answer = await stranger.call('GET', `/v3${operation.path}?${query}`);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not-found']);
    },
  );

  it('keep an Idempotency-Key of one organisation apart from another’s', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const body = { company_id: ids.company_id, integration_type: SANDBOX };
    const answer = await stranger.call('POST', '/v3/core/syncs', { body, headers });
    expect(answer.status).toBe(404);
  });

  it('have changed nothing, and are known to their owner', async () => {
    expect(await tablePrints(api.database.db)).toEqual(before);
    const deleting = (operation: Operation) => (operation.method === 'DELETE' ? 1 : 0);
    const last = (operation: Operation) => (operation.operationId === 'deleteCompany' ? 1 : 0);
    const ordered = [...byPath, ...byBody].sort(
      (a, b) => deleting(a) - deleting(b) || last(a) - last(b),
    );
    for (const operation of ordered) {
      const answer = await ask(owners, operation);
      expect([operation.operationId, answer.status]).not.toEqual([operation.operationId, 404]);
    }
    for (const operation of lists.filter(({ path }) => path.endsWith('/syncs'))) {
      expect((await ask(owners, operation)).status).toBe(200);
    }
  });
});

function operations(): Operation[] {
  const { paths = {} } = openApiDocument(routes);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Record<string, unknown>>).map(([method, operation]) => ({
      operationId: String(operation['operationId']),
      method: method.toUpperCase(),
      path,
      parameters: (operation['parameters'] ?? []) as Parameter[],
      takesBody: operation['requestBody'] !== undefined,
      isPublic: Array.isArray(operation['security']) && operation['security'].length === 0,
    })),
  );
}

/** Somebody else than the admin who asks, and another key than the one that asks: both are removed at the end. */
async function layPeople(api: TestApi, owner: TestOrganisation) {
  const user = await addUser(api, owner.id, 'member');
  const key = await api.database.db.prisma.apiKey.create({
    data: {
      organisationId: owner.id,
      name: PRIVATE,
      prefix: 'sl_',
      hash: PRIVATE,
      lastUsedAt: new Date(),
    },
  });
  return { user_id: Number(user.id), api_key_id: Number(key.id) };
}

async function layGround(
  api: TestApi,
  owner: TestOrganisation,
): Promise<Omit<Ids, 'user_id' | 'api_key_id'>> {
  await api.sandbox.createTenant('foreign', {});
  const { body } = await owner.call('POST', '/v3/core/connections', {
    body: {
      company_name: PRIVATE,
      integration_type: SANDBOX,
      credentials: { tenant_id: 'foreign' },
    },
  });
  const { rootfi_id: connection_id, rootfi_company_id: company_id } = body.data;
  const link = await owner.call('POST', '/v3/core/invite_links', {
    body: { company_id, integration_categories: ['ACCOUNTING'] },
  });
  const refreshed = await owner.call('POST', `/v3/core/connections/${connection_id}/refresh`);
  const { sync_id } = refreshed.body.data;
  const jobs = await owner.call('GET', `/v3/core/syncs/${sync_id}/jobs`);
  const records = await api.database.db.prisma.modelState.findMany({
    where: { connectionId: BigInt(connection_id) },
  });
  await api.database.db.prisma.storedRecord.createMany({
    data: records.map(({ dataModel }) => ({
      connectionId: BigInt(connection_id),
      companyId: BigInt(company_id),
      dataModel,
      platformId: '1',
      data: { name: PRIVATE },
      raw: {},
      hash: '1',
      rawHash: '1',
      createdAt: new Date(),
      updatedAt: new Date(),
    })),
  });
  return {
    company_id,
    connection_id,
    sync_id,
    job_id: jobs.body.data[0].rootfi_id,
    data_model: 'INVOICES',
    invite_link_id: link.body.data.invite_link_id,
  };
}
