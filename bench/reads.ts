import { Agent, request } from 'undici';
import type { Bench, BenchOptions, BenchResult } from './contract';
import { median, rounded, shown } from './numbers';
import type { RawReadsInput, RawReadsOutput } from './raw/reads';
import { runRaw } from './raw/run';
import { mainReads, otherReads, type Read } from './read-shapes';
import { fillReadTable } from './read-table';
import { type Effort, measureSerially, type Serial } from './serial';
import { type Stage, startStage } from './stage';

/**
 * Pages of a hundred records among a million, over HTTP and one at a time, beside the bare statement in the same run.
 * What counts is CPU: of the API and PostgreSQL for one request, against a bare program and PostgreSQL for one
 * statement. The caller's own is left out.
 */
interface Shape {
  readonly records: number;
  /** In which the main reads are measured; the others in the first alone. */
  readonly rounds: number;
  readonly main: Effort;
}

/** CPU is told in steps of 10 ms: so often that they do not matter. */
const FULL: Shape = {
  records: 1_000_000,
  rounds: 3,
  main: { warmUp: 200, times: 1_000, limitMs: 6_000 },
};
const SMALL: Shape = {
  records: 100_000,
  rounds: 1,
  main: { warmUp: 200, times: 300, limitMs: 3_000 },
};
const OTHERS: Effort = { warmUp: 100, times: 300, limitMs: 2_500 };

interface Round {
  readonly raw: Serial;
  readonly ours: Serial;
}

interface Measured {
  readonly read: Read;
  readonly effort: Effort;
  readonly rounds: Round[];
}

export const bench: Bench = async (options) => {
  const shape = options.small ? SMALL : FULL;
  const stage = await startStage(options);
  const agent = new Agent({ connections: 1 });
  try {
    const reads = await prepare(stage, options, shape);
    const measured: Measured[] = reads.map((read) => ({
      read,
      effort: read.isMain ? shape.main : OTHERS,
      rounds: [],
    }));
    for (let n = 1; n <= shape.rounds; n += 1) {
      const asked = measured.filter(({ read }) => n === 1 || read.isMain);
      const raw = await measureRaw(stage, options, asked);
      for (const { read, effort, rounds } of asked) {
        const ours = await measureOurs(stage, agent, { read, effort });
        const bare = raw[read.name];
        if (bare === undefined) throw new Error(`${read.name} was not measured`);
        rounds.push({ raw: bare, ours });
        options.say(
          `round ${n}, ${read.words}: ${shown(ours.p50Ms)} ms, bare ${shown(bare.p50Ms)} ms, ` +
            `CPU ${shown(ratioOf({ raw: bare, ours }))} times the bare statement's`,
        );
      }
    }
    return result(measured);
  } finally {
    await agent.close();
    await stage.close();
  }
};

async function prepare(stage: Stage, options: BenchOptions, shape: Shape): Promise<Read[]> {
  const { pool } = stage.database.db;
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM organisations');
  const [organisation] = rows;
  if (organisation === undefined) throw new Error('There is no organisation');
  const from = performance.now();
  const table = await fillReadTable(pool, organisation.id, shape.records);
  options.say(
    `${shape.records.toLocaleString('en-US')} records put in within ${shown((performance.now() - from) / 1_000)} s`,
  );
  const reads = await mainReads(pool, table);
  return options.small ? reads : [...reads, ...(await otherReads(pool, table))];
}

function measureRaw(
  stage: Stage,
  options: BenchOptions,
  asked: readonly Measured[],
): Promise<RawReadsOutput> {
  const input: RawReadsInput = {
    databaseUrl: stage.database.url,
    postgresPid: options.pids.postgres,
    reads: asked.map(({ read, effort }) => ({
      name: read.name,
      statements: read.statements,
      effort,
    })),
  };
  return runRaw<RawReadsInput, RawReadsOutput>('reads', input, options);
}

async function measureOurs(
  stage: Stage,
  agent: Agent,
  { read, effort }: Pick<Measured, 'read' | 'effort'>,
): Promise<Serial> {
  const query = new URLSearchParams({ limit: '100', ...read.query }).toString();
  const url = `${stage.api.url}/v3/accounting/invoices?${query}`;
  const ask = async () => {
    const answer = await request(url, {
      dispatcher: agent,
      headers: { api_key: stage.api.apiKey },
    });
    const body = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${body}`);
    return body;
  };
  const { data } = JSON.parse(await ask()) as { data: unknown[] };
  if (data.length !== 100) throw new Error(`${url} answered ${data.length} records`);
  return measureSerially(
    async () => {
      await ask();
    },
    () => {
      const cpu = stage.cpu();
      return cpu === null ? null : { api: cpu.api, postgres: cpu.postgres };
    },
    effort,
  );
}

function cpuOf({ cpuMs }: Serial): number {
  if (cpuMs === null) return Number.NaN;
  return Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
}

function ratioOf({ raw, ours }: Round): number {
  return cpuOf(ours) / cpuOf(raw);
}

function result(measured: readonly Measured[]): BenchResult {
  const of = (name: string) => {
    const found = measured.find(({ read }) => read.name === name);
    if (found === undefined) throw new Error(`${name} was not measured`);
    return found.rounds;
  };
  const middle = (rounds: readonly Round[], figure: (round: Round) => number) =>
    median(rounds.map(figure));
  const first = of('first');
  const ratio = middle(first, ratioOf);
  const depth =
    middle(of('deep'), ({ ours }) => ours.p50Ms) / middle(first, ({ ours }) => ours.p50Ms);
  const each = measured.map(({ read, rounds }) => {
    const figures = {
      ratio: middle(rounds, ratioOf),
      p50: middle(rounds, ({ ours }) => ours.p50Ms),
      p99: middle(rounds, ({ ours }) => ours.p99Ms),
      rawP50: middle(rounds, ({ raw }) => raw.p50Ms),
      rawP99: middle(rounds, ({ raw }) => raw.p99Ms),
      api: middle(rounds, ({ ours }) => ours.cpuMs?.['api'] ?? Number.NaN),
      postgres: middle(rounds, ({ ours }) => ours.cpuMs?.['postgres'] ?? Number.NaN),
      program: middle(rounds, ({ raw }) => raw.cpuMs?.['program'] ?? Number.NaN),
      rawPostgres: middle(rounds, ({ raw }) => raw.cpuMs?.['postgres'] ?? Number.NaN),
    };
    return { read, figures };
  });
  return {
    figures: {
      ratio: figureOf(ratio),
      p50_ms: rounded(middle(first, ({ ours }) => ours.p50Ms)),
      p99_ms: rounded(middle(first, ({ ours }) => ours.p99Ms)),
      raw_p50_ms: rounded(middle(first, ({ raw }) => raw.p50Ms)),
      depth_ratio: rounded(depth),
      ratios: first.map((round) => rounded(ratioOf(round))),
      ...Object.fromEntries(
        each.flatMap(({ read, figures }) => [
          [`${read.name}_ratio`, figureOf(figures.ratio)],
          [`${read.name}_p50_ms`, rounded(figures.p50)],
          [`${read.name}_p99_ms`, rounded(figures.p99)],
          [`${read.name}_raw_p50_ms`, rounded(figures.rawP50)],
        ]),
      ),
    },
    tables: [
      [
        ['100 records a page, ms', 'p50', 'p99', 'bare p50', 'bare p99', 'CPU ratio'],
        ...each.map(({ read, figures: f }) => [
          read.words,
          ...[f.p50, f.p99, f.rawP50, f.rawP99, f.ratio].map(shownOrNone),
        ]),
      ],
      [
        ['CPU ms each', 'API', 'PostgreSQL', 'bare program', 'its PostgreSQL'],
        ...each.map(({ read, figures: f }) => [
          read.words,
          ...[f.api, f.postgres, f.program, f.rawPostgres].map(shownOrNone),
        ]),
      ],
      [
        ['Depth', ''],
        ['p50 of the deep page, after nine tenths of all, to that of the first', shown(depth)],
      ],
    ],
  };
}

/** JSON knows no NaN; it stands where the system does not tell what CPU was used. */
function figureOf(value: number): number | null {
  return Number.isNaN(value) ? null : rounded(value);
}

function shownOrNone(value: number): string {
  return shown(Number.isNaN(value) ? null : value);
}
