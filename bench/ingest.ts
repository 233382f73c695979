import type { Pool } from 'pg';
import type { Bench, BenchOptions } from './contract';
import { memoryMb } from './cpu';
import {
  type Latent,
  type Load,
  type Memory,
  perSecond,
  reportOf,
  type Round,
} from './ingest-report';
import { median, shown } from './numbers';
import type { RawCallersInput, RawCallersOutput } from './raw/callers';
import type { RawIngestInput, RawIngestOutput } from './raw/ingest';
import { runRaw } from './raw/run';
import { cpuBetween, type Stage, startStage } from './stage';

/**
 * Records per second from the sandbox platform through a real worker and Temporal into PostgreSQL, beside the raw limit
 * of the same run and the same machine.
 */
const RESOURCE = 'invoices';
const MODEL = 'INVOICES';
/**
 * What a platform takes for a call over the internet, for the form in which the network sets the pace. The sandbox holds
 * each answer back for as long as it is told, and then has its own work, of about a millisecond.
 */
const LATENCY_MS = 50;
const HELD_BACK_MS = LATENCY_MS - 1;
const LATENT_MODELS = ['INVOICES', 'BILLS', 'CONTACTS', 'ITEMS'] as const;

export const bench: Bench = async (options) => {
  const stage = await startStage(options);
  try {
    const rounds = options.small ? 1 : 3;
    const size = options.small ? 40_000 : 200_000;
    const large = await measure(stage, options, { rounds, records: size, pageSize: 1_000 });
    const small = await measure(stage, options, {
      rounds,
      records: size / 4,
      pageSize: 100,
    });
    const latent = await measureLatent(stage, options);
    const memory = options.small ? null : await measureMemory(stage, options);
    return reportOf({ large, small, latent, memory });
  } finally {
    await stage.close();
  }
};

interface Shape {
  readonly rounds: number;
  readonly records: number;
  readonly pageSize: number;
}

async function measure(stage: Stage, options: BenchOptions, shape: Shape): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let n = 1; n <= shape.rounds; n += 1) {
    const tenant = `bench-${shape.pageSize}-${n}`;
    await stage.sandbox.createTenant(tenant, {
      seed: { [RESOURCE]: shape.records },
      page_size: shape.pageSize,
    });
    const round = await measureRound(stage, options, { tenant, records: shape.records });
    const rate = (load: { records: number; ms: number }) => shown(perSecond(load));
    options.say(
      `${shape.pageSize} a page, round ${n}: raw ${rate(round.raw)} records/s, storing the same bytes ${rate(round.rawBoth)}, ` +
        `initial load ${rate(round.initial)}, ` +
        `unchanged ${rate(round.unchanged)}, 1 % changed ${rate(round.changed)}`,
    );
    rounds.push(round);
    await stage.sandbox.createTenant(tenant, {});
  }
  return rounds;
}

async function measureRound(
  stage: Stage,
  options: BenchOptions,
  { tenant, records }: { tenant: string; records: number },
): Promise<Round> {
  const { pool } = stage.database.db;
  const input = {
    platformUrl: stage.sandbox.url,
    tenant,
    resource: RESOURCE,
    databaseUrl: stage.database.url,
  };
  const raw = await runLoop(pool, { ...input, keepsRaw: false }, options);
  const rawBoth = await runLoop(pool, { ...input, keepsRaw: true }, options);
  await settle(pool);
  const connection = await loaded(stage, async () => ({
    connectionId: await stage.api.connect(tenant, yearly([MODEL])),
    trigger: 'initial',
  }));
  const { connectionId } = connection;
  const again = async () => {
    await settle(pool);
    const before = await currentTransaction(pool);
    const load = await loaded(stage, () => fullSync(stage, connectionId));
    return { ...load, rewritten: await rowsSince(pool, connectionId, before) };
  };
  const unchanged = await again();
  await changeSome(stage, tenant, Math.round(records / 100));
  const changed = await again();
  return { raw, rawBoth, initial: connection, unchanged, changed };
}

async function runLoop(
  pool: Pool,
  input: RawIngestInput,
  options: BenchOptions,
): Promise<RawIngestOutput> {
  await settle(pool);
  return runRaw<RawIngestInput, RawIngestOutput>('ingest', input, options);
}

interface Asked {
  readonly connectionId: number;
  readonly trigger: 'initial' | 'manual';
}

/** Asks for a sync and waits for its end; its time is from the request to the end, by the database's clock. */
async function loaded(
  stage: Stage,
  ask: () => Promise<Asked>,
): Promise<Load & { readonly connectionId: number }> {
  const { pool } = stage.database.db;
  const before = stage.cpu();
  const { connectionId, trigger } = await ask();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const sync = await newestSync(pool, connectionId, trigger);
    if (sync === null) continue;
    if (sync.status !== 'SUCCESS') throw new Error(`A sync ended ${sync.status}`);
    return {
      connectionId,
      records: sync.fetched,
      ms: sync.ms,
      cpu: cpuBetween(before, stage.cpu()),
    };
  }
}

async function newestSync(pool: Pool, connectionId: number, trigger: Asked['trigger']) {
  const { rows } = await pool.query<{ status: string; ms: number; fetched: number }>(
    `SELECT s.status, extract(epoch FROM s.ended_at - s.created_at)::float * 1000 AS ms,
       (SELECT sum((j.counts->>'fetched')::int)::int FROM sync_jobs j WHERE j.sync_id = s.id) AS fetched
     FROM (SELECT * FROM syncs WHERE connection_id = $1 AND trigger = $2 ORDER BY id DESC LIMIT 1) s
     WHERE s.ended_at IS NOT NULL`,
    [connectionId, trigger],
  );
  return rows[0] ?? null;
}

async function fullSync(stage: Stage, connectionId: number): Promise<Asked> {
  const { rows } = await stage.database.db.pool.query<{ company_id: string }>(
    'SELECT company_id FROM connections WHERE id = $1',
    [connectionId],
  );
  await stage.api.call('POST', '/core/syncs', {
    company_id: Number(rows[0]?.company_id),
    integration_type: 'ROOTFI_SANDBOX',
    full_sync: true,
  });
  return { connectionId, trigger: 'manual' };
}

async function changeSome(stage: Stage, tenant: string, count: number): Promise<void> {
  const { requests } = await idsOf(stage, tenant, count);
  for (const id of requests)
    await stage.sandbox.change(tenant, RESOURCE, id, { memo: `Changed ${id}` });
}

async function idsOf(stage: Stage, tenant: string, count: number) {
  const url = `${stage.sandbox.url}/_control/tenants/${tenant}/records/${RESOURCE}?limit=1000`;
  const requests: string[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = (await (await fetch(`${url}${after}`)).json()) as {
      records: { id: string }[];
      next_cursor: string | null;
    };
    requests.push(...answer.records.map(({ id }) => id));
    cursor = answer.next_cursor;
  } while (cursor !== null && requests.length < count);
  return { requests: requests.slice(0, count) };
}

/** What came before must not be paid for by what is measured. */
async function settle(pool: Pool): Promise<void> {
  await pool.query('CHECKPOINT');
}

async function currentTransaction(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  return rows[0]?.id ?? '0';
}

/** Rows of the table that were written by a transaction since then, whatever was written into them. */
async function rowsSince(pool: Pool, connectionId: number, transaction: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM records WHERE connection_id = $1 AND xmin::text::bigint >= $2::bigint',
    [connectionId, transaction],
  );
  return rows[0]?.n ?? 0;
}

/** Pages of 100 over a slow network, as many models at once as one account may ask for. */
async function measureLatent(stage: Stage, options: BenchOptions): Promise<Latent> {
  const each = options.small ? 4_000 : 40_000;
  const tenant = 'latent';
  const resources = LATENT_MODELS.map((model) => model.toLowerCase());
  await stage.sandbox.createTenant(tenant, {
    seed: Object.fromEntries(resources.map((resource) => [resource, each])),
    page_size: 100,
    latency_ms: HELD_BACK_MS,
  });
  const callers = await runRaw<RawCallersInput, RawCallersOutput>(
    'callers',
    { platformUrl: stage.sandbox.url, tenant, resources },
    options,
  );
  const from = Date.now();
  const load = await loaded(stage, async () => ({
    connectionId: await stage.api.connect(tenant, yearly(LATENT_MODELS)),
    trigger: 'initial',
  }));
  const latent = {
    recordsPerSecond: perSecond(load),
    callersPerSecond: perSecond(callers),
    callMs: await meanCallMs(stage, tenant, from),
    limit: (LATENT_MODELS.length * 100 * 1_000) / LATENCY_MS,
  };
  options.say(
    `${shown(latent.callMs)} ms a call, 100 a page, ${LATENT_MODELS.length} models: ${shown(latent.recordsPerSecond)} records/s of ${shown(latent.limit)}, ` +
      `of which callers that keep nothing reach ${shown(latent.callersPerSecond)}`,
  );
  return latent;
}

/** What the platform took for a call since then, by its own log. */
async function meanCallMs(stage: Stage, tenant: string, from: number): Promise<number> {
  const { requests } = await stage.sandbox.requests(tenant);
  const took = requests
    .filter(({ at }) => Date.parse(String(at)) >= from)
    .map(({ ms }) => Number(ms));
  return took.reduce((sum, ms) => sum + ms, 0) / took.length;
}

/** A worker's memory during one long load. */
async function measureMemory(stage: Stage, options: BenchOptions): Promise<Memory | null> {
  if (memoryMb(stage.worker.pid) === null) return null;
  const records = 1_000_000;
  await stage.sandbox.createTenant('memory', { seed: { [RESOURCE]: records }, page_size: 1_000 });
  await stage.worker.stop();
  stage.worker.start();
  const samples: { pages: number; mb: number }[] = [];
  const { pool } = stage.database.db;
  const looking = setInterval(() => {
    void pool
      .query<{ pages: number }>("SELECT pages FROM pulls WHERE state = 'RUNNING'")
      .then(({ rows }) => {
        const now = memoryMb(stage.worker.pid);
        if (rows[0] !== undefined && now !== null)
          samples.push({ pages: rows[0].pages, mb: now.now });
      })
      .catch(() => undefined);
  }, 250);
  await loaded(stage, async () => ({
    connectionId: await stage.api.connect('memory', yearly([MODEL])),
    trigger: 'initial',
  }));
  clearInterval(looking);
  const peak = memoryMb(stage.worker.pid)?.peak ?? Number.NaN;
  const tenth = samples.find(({ pages }) => pages >= 10);
  // The middle of the last few: a single reading may fall before or after a collection of garbage.
  const last = samples.slice(-9).map(({ mb }) => mb);
  const memory = {
    records,
    peakMb: peak,
    atTenthPageMb: tenth?.mb ?? Number.NaN,
    atLastPageMb: median(last),
  };
  options.say(
    `${records.toLocaleString('en-US')} records: worker's memory at most ${shown(peak)} MB, ` +
      `${shown(memory.atTenthPageMb)} MB at the tenth page, ${shown(memory.atLastPageMb)} MB at the last`,
  );
  return memory;
}

function yearly(models: readonly string[]) {
  return models.map((data_model) => ({
    data_model,
    enabled: true,
    frequency: 'YEARLY',
    interval: 1,
  }));
}
