import type { Cursor, Secrets, Send, Stream } from '../../../connectors/contract';
import { callPlatform, closePlatformConnections } from '../../../connectors/engine/call';
import { type MappedPage, mapItems, mergeRepeats } from '../../../connectors/engine/map-page';
import { fetchPage, findExisting } from '../../../connectors/engine/pages';
import { createSendTo } from '../../../connectors/engine/token-call';
import { tryton } from '../../../connectors/tryton/connector';
import type { DataModel, UnifiedRecord } from '../../../core/unified/models';
import { parseRecord } from '../../../core/unified/parse';
import { ensureTryton, findPython } from './python';
import { changeThings, type Documents, deleteThings, doBusiness, MODELS } from './scenario';
import { DATABASE, PASSWORD, startTryton, type TrytonServer, USERNAME } from './tryton-server';

const SETTINGS = { sandboxUrl: '' };

type Records = Map<string, UnifiedRecord>;

function streamOf(model: DataModel): Stream {
  const stream = tryton.streams[model];
  if (stream === undefined) throw new Error(`no stream ${model}`);
  return stream;
}

async function readAll(stream: Stream, send: Send, since: Date | null): Promise<MappedPage> {
  const pages: MappedPage[] = [];
  let cursor: Cursor | null = null;
  do {
    const page = await fetchPage(stream, send, { since, cursor });
    pages.push(mapItems(stream, page.items));
    cursor = page.next;
  } while (cursor !== null);
  return mergeRepeats(pages);
}

function recordsOf(page: MappedPage): Records {
  expect(page.quarantined).toEqual([]);
  return new Map(
    page.records.map(({ platformId, dataJson }) => [platformId, JSON.parse(dataJson)]),
  );
}

async function truthOf(server: TrytonServer, model: DataModel): Promise<Records> {
  const dump = Object.entries(await server.dump(model));
  return new Map(dump.map(([id, record]) => [id, parseRecord(model, record)]));
}

const python = findPython();

(python === null ? describe.skip : describe)('the Tryton connector', () => {
  let server: TrytonServer;
  let send: Send;
  let documents: Documents;
  const stored = new Map<DataModel, Records>();
  let since: Date;

  beforeAll(async () => {
    server = await startTryton(await ensureTryton(python ?? ''));
    const given = {
      base_url: `${server.url}/`,
      database: DATABASE,
      username: USERNAME,
      password: PASSWORD,
    };
    const { secrets }: { secrets: Secrets } = await tryton.auth.authorise(
      given,
      createSendTo(tryton),
      SETTINGS,
    );
    send = (request) => callPlatform(tryton, tryton.auth.access(secrets, SETTINGS), request);
    documents = await doBusiness(server);
  }, 600_000);

  afterAll(async () => {
    await closePlatformConnections();
    await server?.stop();
  });

  it.each(MODELS)('reads every field of %s as Tryton has it', async (model) => {
    const records = recordsOf(await readAll(streamOf(model), send, null));
    expect(records.size).toBeGreaterThan(0);
    expect(records).toEqual(await truthOf(server, model));
    stored.set(model, records);
  });

  it('finds what changed since, also where only a line, an address or a payment did', async () => {
    // Whole seconds, as the watermark is.
    await new Promise((done) => setTimeout(done, 1_100));
    since = new Date(Math.floor(Date.now() / 1_000) * 1_000);
    await changeThings(server, documents);
    for (const model of MODELS) {
      const changed = recordsOf(await readAll(streamOf(model), send, since));
      const truth = await truthOf(server, model);
      const merged = new Map([...(stored.get(model) ?? []), ...changed]);
      expect([model, merged]).toEqual([model, truth]);
      if (streamOf(model).filtersByChange && truth.size > 10) {
        expect([model, changed.size < truth.size]).toEqual([model, true]);
      }
      stored.set(model, merged);
    }
  }, 180_000);

  it('tells by id what was deleted', async () => {
    const gone = await deleteThings(server, documents);
    for (const model of MODELS) {
      const ids = [...(stored.get(model)?.keys() ?? [])];
      const existing = await findExisting(streamOf(model), send, ids);
      const missing = ids.filter((id) => !existing.has(id));
      expect([model, missing]).toEqual([model, gone[model] === undefined ? [] : [gone[model]]]);
    }
  }, 60_000);
});
