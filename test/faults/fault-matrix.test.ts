import { actions } from '../support/actions';
import { facts } from '../support/facts';
import { sideBySide } from '../support/side-by-side';
import { entry, type Stack, startStack } from '../support/stack';
import { variant } from '../support/variants';
import {
  type FaultCase,
  MODES,
  type Outcome,
  PLATFORM,
  POSITIONS,
  runCase,
  type StoredRow,
  struckPage,
} from './fault-case';
import { ALL_ROWS, type FaultRow, FAULTS } from './fault-table';

/**
 * Every fault of a platform in mid-listing × every mode × the listing's first, middle and last page, at a platform that
 * stands still and at one that moves meanwhile. The cases wait more than they work: several run at once, each at a
 * tenant of its own.
 */

jest.setTimeout(300_000);

const AT_ONCE = 8;

const cases: FaultCase[] = FAULTS.flatMap((row) =>
  MODES.flatMap((mode): FaultCase[] => [
    ...POSITIONS.map((position) => ({ row, mode, position, moving: false })),
    { row, mode, position: 'middle', moving: true },
  ]),
);

let stack: Stack;
let outcomeOf: (each: FaultCase) => Promise<Outcome>;

beforeAll(async () => {
  stack = await startStack({
    connectors: [variant(PLATFORM, { connector: { overlapMs: 0 } })],
    callTimeoutMs: 3_000,
  });
  const look = facts(stack);
  const moments = new Map<string, () => Promise<void>>();
  for (const point of ['after-begin', 'after-fetch'] as const) {
    const pass = async ({ connectionId }: { connectionId: bigint }) => {
      const moment = `${point} ${(await look.connection(connectionId)).account}`;
      const act = moments.get(moment);
      moments.delete(moment);
      await act?.();
    };
    stack.points.on(point, {}, pass, Number.POSITIVE_INFINITY);
  }
  const runner = { stack, look, act: actions(stack), moments };
  // The first sync of a process is slow; a crowd of first ones would wait too long for connections of the database.
  await look.synced('first', { seed: { invoices: 1 } }, [entry('INVOICES')]);
  outcomeOf = sideBySide(cases, AT_ONCE, (each) => runCase(runner, each));
});
afterAll(() => stack.close());

describe.each(FAULTS.map((row) => [row.name, row] as const))('%s', (_name, row) => {
  const rows = cases
    .filter((each) => each.row === row)
    .map((each) => {
      const where = `${each.mode}, ${each.position} page`;
      return [each.moving ? `${where}, at a platform that moves` : where, each] as const;
    });
  test.each(rows)('%s', async (_where, fault) => {
    const outcome = await outcomeOf(fault);
    expectRightEnd(fault, outcome);
    expectRightCounts(fault, outcome);
    expectNothingLost(fault, outcome);
    if (outcome.healed !== null) expectHealed(fault, outcome, outcome.healed);
  });
});

function expectRightEnd({ row, mode }: FaultCase, outcome: Outcome): void {
  const { job, watermark, movedAt, status } = outcome;
  if (row.ends === 'SUCCESS') {
    expect(job).toMatchObject({ state: 'SUCCESS', errorCode: null });
    expect(status).toBe('HEALTHY');
    const [before, after] = [watermark.before?.getTime() ?? 0, watermark.after?.getTime() ?? 0];
    expect(after).toBeGreaterThan(before);
    // What changed since the first page came is not behind the watermark.
    expect(after).toBeLessThanOrEqual((movedAt ?? new Date()).getTime());
    expect(outcome.faultsLeft).toBe(0);
  } else {
    expect(job).toMatchObject({ state: 'FAILED', errorCode: row.ends.code });
    expect(status).toBe(row.ends.status);
    expect(watermark.after).toEqual(mode === 'initial' ? null : watermark.before);
  }
  expect(job).toMatchObject({ deletionsHeld: 0, sweepSkipped: false });
  expect(job.sleptMs).toBeGreaterThanOrEqual(row.sleepsMs ?? 0);
  expectRightCalls(row, outcome.calls);
}

/** Whoever is told to wait asks nothing until then; whoever never answers is asked ten times. */
function expectRightCalls({ sleepsMs, fault }: FaultRow, calls: Outcome['calls']): void {
  const struck = calls.filter((each) => each.status === fault['status']);
  // On a busy machine one of the ten may not be waited for; the platform logs that as 0.
  const failed = calls.filter((each) => each.status === 500 || each.status === 0);
  if (fault['times'] === 0) expect(failed).toHaveLength(10);
  const [refused] = struck;
  if (sleepsMs === undefined || refused === undefined) return;
  const next = calls.find((each) => each.at > refused.at && each !== refused);
  expect((next?.at ?? 0) - refused.at).toBeGreaterThan(sleepsMs);
}

function expectRightCounts(fault: FaultCase, { job, quarantined, stored }: Outcome): void {
  const { row, mode, moving } = fault;
  const { fetched = 0, deleted = 0, ...outcomes } = job.counts;
  expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(fetched);
  expect(deleted).toBe(row.ends === 'SUCCESS' && mode === 'full' ? 1 : 0);
  expect(outcomes['quarantined']).toBe(row.spoils === true ? 1 : 0);
  expect(quarantined).toHaveLength(row.spoils === true ? 1 : 0);
  expect(outcomes['revived']).toBe(0);
  if (mode === 'initial') expect(outcomes['inserted']).toBe(stored.size);
  if (row.ends !== 'SUCCESS' || moving) return;
  expect(fetched).toBe(ALL_ROWS + (row.extra?.(struckPage(fault)) ?? 0));
  if (mode !== 'initial') expect(outcomes['inserted']).toBe(0);
  if (row.hides !== true) expect(outcomes['changed']).toBe(mode === 'initial' ? 0 : 1);
}

/** Whatever the fault, each row is stored in a form that the platform showed, and none that exists is deleted. */
function expectNothingLost(fault: FaultCase, outcome: Outcome): void {
  const { row, mode, moving } = fault;
  const { stored, before, after, gone } = outcome;
  for (const [id, mine] of stored) {
    const forms = [before.get(id), after.get(id), gone.get(id)];
    const form = forms.find((each) => each !== undefined && isEqual(mine.raw, each));
    const mayBeOlder = row.ends !== 'SUCCESS' || row.hides === true;
    if (form === undefined && !mayBeOlder) throw new Error(`${id} is stored as it never was`);
    if (form !== undefined) expectSameFields(id, mine, form);
    if (after.has(id)) expect([id, mine.isLive]).toEqual([id, true]);
  }
  const isLive = (id: string) => stored.get(id)?.isLive === true;
  // Only a full sync deletes: what was gone before it, or went before it was shown.
  const removed = [...before.keys(), ...gone.keys()].filter((id) => !after.has(id));
  const tombstoned = removed.filter((id) => stored.has(id) && !isLive(id));
  expect(tombstoned).toHaveLength(mode === 'full' && row.ends === 'SUCCESS' ? 1 : 0);
  if (row.ends !== 'SUCCESS' && mode === 'initial') return;
  const mayMiss = mode === 'initial' && (row.hides === true || row.spoils === true);
  const missing = [...after.keys()].filter((id) => !isLive(id));
  if (mayMiss) expect(missing.length).toBeLessThanOrEqual(row.hides === true ? 3 : 1);
  else if (row.ends === 'SUCCESS') expect(missing).toEqual([]);
  if (moving || row.ends !== 'SUCCESS' || row.hides === true || row.spoils === true) return;
  for (const [id, theirs] of after) expect([id, stored.get(id)?.raw]).toEqual([id, theirs]);
}

/** One more sync, and the store is the platform. */
function expectHealed(
  { row, mode }: FaultCase,
  { after, before, gone, stored }: Outcome,
  healed: ReadonlyMap<string, StoredRow>,
): void {
  for (const [id, theirs] of after) {
    const mine = healed.get(id);
    expect([id, mine?.isLive, mine?.raw]).toEqual([id, true, theirs]);
    if (mine !== undefined) expectSameFields(id, mine, theirs);
  }
  const more = [...healed].filter(([id, mine]) => mine.isLive && !after.has(id)).map(([id]) => id);
  const wasFull = row.hides === true || row.spoils === true;
  const mayStay = [...before.keys(), ...gone.keys()].filter((id) => stored.get(id)?.isLive);
  if (wasFull) expect(more).toEqual([]);
  else expect(mayStay).toEqual(expect.arrayContaining(more));
  if (mode === 'full' && row.ends === 'SUCCESS') expect(more.length).toBeLessThanOrEqual(1);
}

/** The unified record says what the platform's does, field by field. */
function expectSameFields(
  id: string,
  { data }: StoredRow,
  theirs: Readonly<Record<string, unknown>>,
): void {
  expect(data['total_amount']).toBeDefined();
  for (const [field, mine] of Object.entries(data)) {
    if (!isSame(mine, theirs[field])) {
      throw new Error(
        `${id}.${field}: ${JSON.stringify(mine)}, not ${JSON.stringify(theirs[field])}`,
      );
    }
  }
}

/** The same JSON, whatever the order of keys. */
function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null) return one === other;
  if (typeof other !== 'object' || other === null) return false;
  const [ours, theirs] = [Object.entries(one), other as Record<string, unknown>];
  if (ours.length !== Object.keys(theirs).length) return false;
  return ours.every(([name, value]) => isEqual(value, theirs[name]));
}

/** Decimals are texts here and numbers there; absent and null are the same. */
function isSame(mine: unknown, theirs: unknown): boolean {
  if (mine === theirs) return true;
  if (typeof theirs === 'number') return typeof mine === 'string' && Number(mine) === theirs;
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    return mine.length === theirs.length && mine.every((each, at) => isSame(each, theirs[at]));
  }
  if (typeof mine !== 'object' || mine === null) return false;
  if (typeof theirs !== 'object' || theirs === null) return false;
  const fields = theirs as Record<string, unknown>;
  return Object.entries(mine).every(([name, value]) => isSame(value, fields[name]));
}
