import { Pool } from 'undici';
import { logIn } from './log-in';

/**
 * The raw limit over a slow network: as many callers as the connector allows at once, each of which reads one resource
 * page after page, parses what it is answered, and keeps nothing of it.
 */
export interface RawCallersInput {
  readonly platformUrl: string;
  readonly tenant: string;
  readonly resources: readonly string[];
}

export interface RawCallersOutput {
  readonly records: number;
  readonly ms: number;
}

interface ListPage {
  readonly records: readonly unknown[];
  readonly next_cursor: string | null;
}

async function main(input: RawCallersInput): Promise<RawCallersOutput> {
  const token = await logIn(input);
  const pool = new Pool(input.platformUrl, { connections: input.resources.length });
  const from = performance.now();
  const counts = await Promise.all(
    input.resources.map((resource) => readAll(pool, resource, token)),
  );
  const ms = performance.now() - from;
  await pool.close();
  return { records: counts.reduce((sum, count) => sum + count, 0), ms };
}

async function readAll(pool: Pool, resource: string, token: string): Promise<number> {
  let records = 0;
  let after = '';
  for (;;) {
    const answer = await pool.request({
      method: 'GET',
      path: `/api/v1/${resource}?limit=1000${after}`,
      headers: { authorization: `Bearer ${token}` },
    });
    const page = (await answer.body.json()) as ListPage;
    records += page.records.length;
    if (page.next_cursor === null) return records;
    after = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
}

main(JSON.parse(process.argv[3] ?? '{}') as RawCallersInput).then(
  (output) => process.stdout.write(JSON.stringify(output)),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
