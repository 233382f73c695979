import { hash } from 'node:crypto';
import { Client } from 'pg';
import { Agent, request } from 'undici';
import { logIn } from './log-in';

/**
 * The raw limit of ingest: what a loop written by hand for speed reaches on this machine, with nothing of a product in
 * it. A page goes to PostgreSQL as one jsonb parameter that the statement expands, upserts where the hash differs and
 * saves the cursor with, while the next page is already fetched, parsed and hashed. It keeps one document of each record
 * and one index, no permit, no count, no log, and forgets everything when it is killed. With `keepsRaw` it stores the
 * bytes that we store: beside the document in canonical order the one that came, which is hashed too, as `json`, of four
 * ways the fastest for it.
 */
export interface RawIngestInput {
  readonly platformUrl: string;
  readonly tenant: string;
  readonly resource: string;
  readonly databaseUrl: string;
  readonly keepsRaw: boolean;
}

export interface RawIngestOutput {
  readonly records: number;
  readonly ms: number;
  /** CPU of this process alone. */
  readonly cpuMs: number;
}

interface ListPage {
  readonly records: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

const agent = new Agent({ connections: 2 });

async function main(input: RawIngestInput): Promise<RawIngestOutput> {
  const client = new Client({ connectionString: input.databaseUrl });
  await client.connect();
  await client.query(`
    DROP TABLE IF EXISTS raw_records, raw_cursors;
    CREATE TABLE raw_records (id text PRIMARY KEY, hash text NOT NULL, data jsonb NOT NULL${
      input.keepsRaw ? ', raw_hash text NOT NULL, raw json NOT NULL' : ''
    });
    CREATE TABLE raw_cursors (resource text PRIMARY KEY, cursor text);
    INSERT INTO raw_cursors VALUES ('${input.resource}', NULL)`);
  const token = await logIn(input);
  const cpu = process.cpuUsage();
  const from = performance.now();
  let records = 0;
  let fetching: Promise<Prepared> | null = fetchPrepared(input, token, null);
  while (fetching !== null) {
    const page: Prepared = await fetching;
    fetching = page.next === null ? null : fetchPrepared(input, token, page.next);
    await store(client, input, page);
    records += page.count;
  }
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  await client.query('DROP TABLE raw_records, raw_cursors');
  await client.end();
  await agent.close();
  return { records, ms, cpuMs: (user + system) / 1_000 };
}

interface Prepared {
  readonly json: string;
  /** The documents as they came, where they are kept. */
  readonly raw: string;
  readonly count: number;
  readonly next: string | null;
}

async function fetchPrepared(
  { platformUrl, resource, keepsRaw }: RawIngestInput,
  token: string,
  cursor: string | null,
): Promise<Prepared> {
  const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  const answer = await request(`${platformUrl}/api/v1/${resource}?limit=1000${after}`, {
    dispatcher: agent,
    headers: { authorization: `Bearer ${token}` },
  });
  const page = (await answer.body.json()) as ListPage;
  let json = '';
  let raw = '';
  for (const record of page.records) {
    const text = canonical(record);
    let row = `{"i":"${String(record['id'])}","h":"${hash('sha256', text)}","d":${text}`;
    if (keepsRaw) {
      const came = JSON.stringify(record);
      row += `,"w":"${hash('sha256', came)}"`;
      raw += raw === '' ? came : `,${came}`;
    }
    json += json === '' ? `${row}}` : `,${row}}`;
  }
  return {
    json: `[${json}]`,
    raw: `[${raw}]`,
    count: page.records.length,
    next: page.next_cursor,
  };
}

/** JSON with sorted keys; written by JSON.stringify, which nothing in JavaScript beats, once they are in order. */
function canonical(record: Record<string, unknown>): string {
  return JSON.stringify(sorted(record));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const from = value as Record<string, unknown>;
  const to: Record<string, unknown> = {};
  for (const key of Object.keys(from).sort()) to[key] = sorted(from[key]);
  return to;
}

async function store(
  client: Client,
  { resource, keepsRaw }: RawIngestInput,
  page: Prepared,
): Promise<void> {
  await client.query({
    name: 'store',
    text: keepsRaw ? STORE_BOTH : STORE,
    values: [page.json, page.next, resource, ...(keepsRaw ? [page.raw] : [])],
  });
}

const STORE = `
  WITH written AS (
    INSERT INTO raw_records (id, hash, data)
    SELECT i, h, d FROM jsonb_to_recordset($1::jsonb) AS x(i text, h text, d jsonb)
    ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, data = excluded.data
      WHERE raw_records.hash <> excluded.hash
  )
  UPDATE raw_cursors SET cursor = $2 WHERE resource = $3`;

const STORE_BOTH = `
  WITH written AS (
    INSERT INTO raw_records (id, hash, data, raw_hash, raw)
    SELECT i, h, d, w, r FROM ROWS FROM (
      jsonb_to_recordset($1::jsonb) AS (i text, h text, d jsonb, w text), json_array_elements($4::json)
    ) AS x(i, h, d, w, r)
    ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, data = excluded.data, raw_hash = excluded.raw_hash,
      raw = excluded.raw
      WHERE raw_records.hash <> excluded.hash OR raw_records.raw_hash <> excluded.raw_hash
  )
  UPDATE raw_cursors SET cursor = $2 WHERE resource = $3`;

main(JSON.parse(process.argv[3] ?? '{}') as RawIngestInput).then(
  (output) => process.stdout.write(JSON.stringify(output)),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
