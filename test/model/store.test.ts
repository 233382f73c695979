import type { DataModel } from '../../core/unified/models';
import { begin as beginInStore, type TakenPull } from '../../store/begin';
import { createConnection } from '../../store/connections';
import { inTransaction } from '../../store/database';
import { failPull, finishPull } from '../../store/finish';
import { insertSync } from '../../store/jobs';
import { lockConnectionShared } from '../../store/locks';
import { type Page, storePage } from '../../store/page';
import { columnsOf } from '../../store/page-columns';
import { noteFailure, restartListing } from '../../store/pull-progress';
import { cancelSync } from '../../store/requests';
import { decideSweep, sweepCandidates, sweepWanted, tombstoneBatch } from '../../store/sweep';
import { createSealer } from '../../infra/secrets';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { SCENARIOS } from './scenarios';
import { begin, steps } from './steps';
import { type Act, type Attempt, ROWS, type RowId, type Scenario, type World } from './world';

/**
 * The model against the real statements: random ways through its scenarios are walked in PostgreSQL too, and after
 * every step the database must stand where the model does. What the model's exploration proves holds for the store as
 * far as the two agree.
 */

jest.setTimeout(120_000);

const WALKS_EACH = 5;
const LONGEST = 60;
const MODEL: DataModel = 'INVOICES';
/** The store's own; the model's small ones are for exploring. */
const LIMITS = { attempts: 10, restarts: 5 };

let database: TestDatabase;
let organisationId: bigint;
beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
  const organisation = await database.db.prisma.organisation.create({ data: { name: 'Model' } });
  organisationId = organisation.id;
});
afterAll(() => database.drop());

test.each(SCENARIOS)('$name', async (scenario) => {
  const seeds = Array.from({ length: WALKS_EACH }, (_, at) => at + 1);
  await Promise.all(seeds.map((seed) => walk({ ...scenario, limits: LIMITS }, seed)));
});

async function walk(scenario: Scenario, seed: number): Promise<void> {
  const random = randomNumbers(seed);
  const real = await Real.create(scenario);
  let world = begin(scenario);
  const way: string[] = [];
  for (let step = 0; step < LONGEST; step += 1) {
    const possible = steps(world, scenario);
    const chosen = possible[Math.floor(random() * possible.length)];
    if (chosen === undefined) break;
    way.push(chosen.name);
    await real.act(chosen.act, world, chosen.to);
    world = chosen.to;
    expect({ seed, way, ...(await real.shown()) }).toEqual({ seed, way, ...shownOf(world) });
  }
  expect(way.length).toBeGreaterThan(10);
}

/** The parts of a model's state that a database shows, in words of both. */
function shownOf(world: World) {
  return {
    jobs: world.jobs.map((job) => ({ state: job.state, pull: job.pull })),
    pulls: world.pulls.map((pull) =>
      pull.state === 'RUNNING'
        ? {
            kind: pull.kind,
            state: pull.state,
            since: pull.since,
            sweep: pull.sweep,
            continues: pull.continues,
            phase: pull.phase,
            cursor: pull.cursor,
            firstDate: pull.firstDate,
            attempts: pull.attempts,
            restarts: pull.restarts,
            backsOff: pull.backsOff,
            held: pull.held,
          }
        : { kind: pull.kind, state: pull.state, errorCode: pull.errorCode },
    ),
    rows: ROWS.map((row) => {
      const { state, version } = world.stored[row];
      return state === 'absent' ? null : { state, version };
    }),
    fence: world.fence,
    watermark: world.watermark,
    coveredFrom: world.coveredFrom,
    owedSince: world.owedSince,
  };
}

/** A connection in the database that does what the model does. */
class Real {
  readonly #syncs: string[] = [];
  #attempts: TakenPull[] = [];
  /** Ids of the database by the model's. */
  readonly #pulls: bigint[] = [];
  readonly #jobs: bigint[] = [];

  private constructor(readonly connectionId: bigint) {}

  static async create(scenario: Scenario): Promise<Real> {
    const { db } = database;
    const { connectionId } = await createConnection(db, {
      organisationId,
      company: { name: 'A company' },
      integrationType: 'ROOTFI_SANDBOX',
      category: 'ACCOUNTING',
      account: `${Math.random()}`,
      settings: {},
      expiresAt: null,
      seal: () => createSealer('a key for tests, long enough').seal({}, 'model'),
      readableModels: [MODEL],
      syncConfig: [{ data_model: MODEL, enabled: true, frequency: 'YEARLY', interval: 1 }],
    });
    await db.prisma.syncJob.deleteMany({ where: { connectionId } });
    await db.prisma.sync.deleteMany({ where: { connectionId } });
    const world = begin(scenario);
    await db.prisma.modelState.updateMany({
      where: { connectionId },
      data: {
        watermark: dateOf(world.watermark),
        coveredFrom: dateOf(world.coveredFrom),
        owedSince: dateOf(world.owedSince),
      },
    });
    const { companyId } = await db.prisma.connection.findUniqueOrThrow({
      where: { id: connectionId },
    });
    if (scenario.start === 'synced') {
      await db.prisma.$executeRaw`
        INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash,
          platform_updated_at, created_at, updated_at)
        SELECT ${connectionId}, ${companyId}, ${MODEL}, row, '{"v":0}', '{}', 'v0', 'v0', to_timestamp(0),
          syncline_now() - interval '1 second', syncline_now() - interval '1 second'
        FROM unnest(${[...ROWS]}::text[]) row`;
    }
    return new Real(connectionId);
  }

  async act(act: Act, world: World, to: World): Promise<void> {
    switch (act.kind) {
      case 'change':
        return;
      case 'request':
        return this.#request(act.job);
      case 'cancel':
        await cancelSync(database.db, { organisationId, syncId: this.#syncs[act.job - 1] ?? '' });
        return;
      case 'begin':
        return this.#begin();
      case 'over':
        await database.db.prisma.pull.updateMany({
          where: { id: this.#pulls[act.pull - 1] ?? 0n },
          data: { retryAt: null },
        });
        return;
      case 'crash':
        this.#attempts = this.#attempts.filter((_, at) => at !== act.attempt);
        return;
      default:
        return this.#attempt(act.kind, act.attempt, world, to);
    }
  }

  async #request(job: World['jobs'][number]): Promise<void> {
    const { syncId } = await inTransaction(database.db, async (tx) => {
      const connection = await lockConnectionShared(tx, this.connectionId);
      if (connection === null) throw new Error('It was made just now');
      return insertSync(tx, connection, {
        mode: job.mode,
        trigger: job.trigger,
        dueAt: null,
        jobs: [
          {
            dataModel: MODEL,
            mode: job.mode,
            since: job.mode === 'from_date' ? new Date(1_000) : null,
            allowMassDelete: job.allowMassDelete ?? false,
            missedTicks: 0,
          },
        ],
      });
    });
    this.#syncs.push(syncId);
    const made = await database.db.prisma.syncJob.findFirstOrThrow({
      where: { connectionId: this.connectionId },
      orderBy: { id: 'desc' },
    });
    this.#jobs.push(made.id);
  }

  async #begin(): Promise<void> {
    // The instants of the database are whole milliseconds: what is earlier must be so by more than that.
    await new Promise((resolve) => setTimeout(resolve, 3));
    const begun = await beginInStore(database.db, {
      connectionId: this.connectionId,
      dataModel: MODEL,
      overlapMs: 0,
      connectorVersion: 1,
    });
    if (begun.kind !== 'pull') throw new Error(`Nothing to take: ${begun.end.words}`);
    if (!this.#pulls.includes(begun.pull.id)) this.#pulls.push(begun.pull.id);
    this.#attempts.push(begun.pull);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }

  async #attempt(
    kind: 'step' | 'fail' | 'lose-cursor' | 'fenced',
    index: number,
    world: World,
    to: World,
  ): Promise<void> {
    const attempt = world.attempts[index];
    const taken = this.#attempts[index];
    if (attempt === undefined || taken === undefined) throw new Error(`No attempt ${index}`);
    if (kind === 'fenced') {
      // Nothing of what it tries is taken.
      expect(await storePage(database.db, taken, pageOf(attempt, world))).toBeNull();
    } else if (kind === 'fail') {
      await this.#fail(
        taken,
        to.pulls[attempt.pull - 1]?.state === 'FAILED',
        'platform-unavailable',
      );
    } else if (kind === 'lose-cursor') {
      if (to.pulls[attempt.pull - 1]?.state === 'FAILED')
        await this.#fail(taken, true, 'no-progress');
      else await restartListing(database.db, taken);
    } else {
      await this.#step(attempt, taken, world, to);
    }
    if (to.attempts.length < world.attempts.length) {
      this.#attempts = this.#attempts.filter((_, at) => at !== index);
    }
  }

  async #fail(
    taken: TakenPull,
    isLast: boolean,
    code: 'platform-unavailable' | 'no-progress',
  ): Promise<void> {
    const error = { code, message: 'By the model' } as const;
    if (isLast) await failPull(database.db, taken, error);
    else await noteFailure(database.db, taken, { error, retryInMs: 600_000 });
  }

  async #step(attempt: Attempt, taken: TakenPull, world: World, to: World): Promise<void> {
    const { db } = database;
    switch (attempt.step) {
      case 'fetch':
        return;
      case 'store': {
        expect(await storePage(db, taken, pageOf(attempt, to))).not.toBeNull();
        return;
      }
      case 'ask': {
        if (!(await sweepWanted(db, taken)).wanted) return;
        const after = world.pulls[attempt.pull - 1]?.after ?? '';
        const candidates = await sweepCandidates(db, taken, { after, limit: 10 });
        const next = to.attempts.find((each) => each.fence === attempt.fence);
        expect(candidates.at(-1) ?? '').toBe(next?.hand.after);
        return;
      }
      case 'note': {
        const page = pageOf(attempt, world);
        const { after } = attempt.hand;
        expect(
          await storePage(db, taken, {
            ...page,
            columns: columnsOf([]),
            gone: attempt.hand.gone,
            listed: null,
            firstDate: null,
            next: { phase: 'confirming', cursor: null, sweepAfter: after },
          }),
        ).not.toBeNull();
        return;
      }
      case 'decide':
        await decideSweep(db, taken);
        return;
      case 'tombstone':
        await tombstoneBatch(db, taken, { after: '', limit: 10 });
        return;
      case 'finish':
        await finishPull(db, taken, { sweepSkipped: false, sweepDone: true });
    }
  }

  async shown() {
    const { prisma } = database.db;
    const where = { connectionId: this.connectionId };
    const jobs = await prisma.syncJob.findMany({ where, orderBy: { id: 'asc' } });
    const pulls = await prisma.pull.findMany({ where, orderBy: { id: 'asc' } });
    const model = await prisma.modelState.findFirstOrThrow({ where });
    const rows = await prisma.storedRecord.findMany({ where });
    return {
      jobs: jobs.map((job) => ({
        state: job.state,
        pull: job.pullId === null ? null : this.#pulls.indexOf(job.pullId) + 1,
      })),
      pulls: pulls.map((pull) =>
        pull.state === 'RUNNING'
          ? {
              kind: pull.kind,
              state: pull.state,
              since: pull.since?.getTime() ?? null,
              sweep: pull.sweep,
              continues: pull.continues,
              phase: pull.phase,
              cursor: cursorOf(pull.cursor),
              firstDate: pull.firstDate?.getTime() ?? null,
              attempts: pull.attempts,
              restarts: pull.restarts,
              backsOff: pull.retryAt !== null,
              held: pull.deletionsHeld,
            }
          : { kind: pull.kind, state: pull.state, errorCode: pull.errorCode },
      ),
      rows: ROWS.map((id) => {
        const row = rows.find((each) => each.platformId === id);
        if (row === undefined) return null;
        const { v } = row.data as { v: number };
        return { state: row.deletedAt === null ? 'live' : 'deleted', version: v };
      }),
      fence: Number(model.fence),
      watermark: model.watermark?.getTime() ?? null,
      coveredFrom: model.coveredFrom?.getTime() ?? null,
      owedSince: model.owedSince?.getTime() ?? null,
    };
  }
}

/** The page an attempt holds in its hands; where it leads, as the world after it says. */
function pageOf(attempt: Attempt, to: World): Page {
  const { version } = attempt.hand;
  const pull = to.pulls[attempt.pull - 1];
  const phase = pull?.phase ?? 'listing';
  const cursor = pull?.cursor ?? 0;
  return {
    columns: columnsOf(version === null ? [] : [recordOf(ROWS[attempt.cursor] ?? 'a', version)]),
    rejects: [],
    repeated: 0,
    gone: [],
    next: {
      phase,
      cursor: cursor === 0 ? null : { row: cursor },
      sweepAfter: phase === 'confirming' ? '' : null,
    },
    listed: { from: attempt.cursor, pages: 1 },
    firstDate: dateOf(attempt.firstDate),
    connectorVersion: 1,
    unreadableIds: false,
  };
}

function recordOf(id: RowId, version: number) {
  return {
    platformId: id,
    hash: `v${version}`,
    rawHash: `v${version}`,
    platformUpdatedAt: new Date(version * 1_000),
    dataJson: `{"v":${version}}`,
    rawJson: '{}',
  };
}

function cursorOf(cursor: unknown): number {
  return cursor === null ? 0 : (cursor as { row: number }).row;
}

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}

/** Numbers in [0, 1) that are the same for the same seed (a linear congruential generator, Numerical Recipes' constants). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
