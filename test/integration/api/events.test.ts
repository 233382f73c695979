import { watchCompanies } from '../../../api/live/company-changes';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { until } from '../../support/until';

/** Streams that may be open at once. */
const ROOM = 20;
const EVENTS = '/v3/core/events';

interface Stream {
  readonly response: Response;
  readonly events: { company_id: number; parts: string[] }[];
  text(): string;
  readonly ended: Promise<void>;
  close(): void;
}

describe('the stream of a company’s changes', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  let companyId: number;
  let connectionId: number;

  beforeAll(async () => {
    api = await startApi({
      change: (deps) => ({ ...deps, changes: watchCompanies(deps, ROOM) }),
    });
    caller = await api.organisation();
    await api.sandbox.createTenant('events', {});
    const { body } = await caller.call('POST', '/v3/core/connections', {
      body: {
        company_name: 'Events',
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: 'events' },
        sync_config: [{ data_model: 'INVOICES' }],
      },
    });
    companyId = body.data.rootfi_company_id;
    connectionId = body.data.rootfi_id;
  });
  afterAll(() => api.close());

  async function open(id = companyId): Promise<Stream> {
    const aborting = new AbortController();
    const response = await fetch(`${api.url}${EVENTS}?company_id=${id}`, {
      headers: { api_key: caller.apiKey },
      signal: aborting.signal,
    });
    let text = '';
    const events: Stream['events'] = [];
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const part of response.body ?? []) {
        text += decoder.decode(part as Uint8Array);
        events.splice(0);
        for (const [, data] of text.matchAll(/^event: changed\ndata: (.+)$/gm)) {
          events.push(JSON.parse(data ?? ''));
        }
      }
    };
    const ended = read().catch(() => undefined);
    return { response, events, text: () => text, ended, close: () => aborting.abort() };
  }
  const parts = (stream: Stream) => [...new Set(stream.events.flatMap((event) => event.parts))];

  it('tells each part soon after it has changed, and nothing while nothing does', async () => {
    const stream = await open();
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-cache, no-transform');
    const told = (what: string) =>
      until(`${what} to be told`, 5_000, async () => (parts(stream).includes(what) ? true : null));
    await caller.call('POST', `/v3/core/connections/${connectionId}/refresh`);
    await told('syncs');
    expect(stream.events[0]?.company_id).toBe(companyId);
    expect(parts(stream)).not.toContain('activity');
    await api.database.db.prisma.modelState.updateMany({
      where: { connectionId: BigInt(connectionId), dataModel: 'INVOICES' },
      data: { liveRecords: 5 },
    });
    await told('models');
    expect(parts(stream)).not.toContain('connections');
    await caller.call('POST', `/v3/core/connections/${connectionId}/disconnect`);
    await Promise.all([told('connections'), told('activity')]);
    const count = stream.events.length;
    // Whatever else happens in the house is nobody's business here.
    await api.sandbox.createTenant('events-2', {});
    await caller.call('POST', '/v3/core/connections', {
      body: {
        company_name: 'Another',
        integration_type: 'ROOTFI_SANDBOX',
        credentials: { tenant_id: 'events-2' },
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(stream.events).toHaveLength(count);
    stream.close();
    await stream.ended;
  });

  it('holds no connection to the database, and many share one statement a second', async () => {
    const streams = await Promise.all(Array.from({ length: ROOM }, () => open()));
    const { pool } = api.database.db;
    expect(streams.map(({ response }) => response.status)).toEqual(Array(ROOM).fill(200));
    await until('the pool to be idle', 2_000, async () =>
      pool.idleCount === pool.totalCount ? true : null,
    );
    for (const stream of streams) stream.close();
    await Promise.all(streams.map((stream) => stream.ended));
  });

  it('refuses one too many, and has room again when others have gone', async () => {
    const streams = await Promise.all(Array.from({ length: ROOM }, () => open()));
    const refused = await open();
    expect(refused.response.status).toBe(429);
    for (const stream of streams) stream.close();
    await until('room', 5_000, async () => {
      const stream = await open();
      stream.close();
      return stream.response.status === 200 ? true : null;
    });
  });

  it('knows no company of another organisation, and needs a company', async () => {
    const stranger = await api.organisation('Stranger');
    const foreign = await stranger.call('GET', `${EVENTS}?company_id=${companyId}`);
    expect([foreign.status, foreign.body.error.field]).toEqual([404, 'company_id']);
    const none = await caller.call('GET', EVENTS);
    expect([none.status, none.body.error.field]).toEqual([400, 'company_id']);
  });

  it('ends when the server stops', async () => {
    const stream = await open();
    await until('the stream to be open', 2_000, async () =>
      stream.text().startsWith(': open') ? true : null,
    );
    api.deps.changes.close();
    await stream.ended;
    const after = await caller.call('GET', `${EVENTS}?company_id=${companyId}`);
    expect(after.status).toBe(503);
  });
});
