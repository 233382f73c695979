import type { Actions } from '../support/actions';
import { type Facts, jobOf } from '../support/facts';
import { type EndedJob, entry, type Stack } from '../support/stack';
import type { FaultRow, StruckPage } from './fault-table';

/** The sandbox's connector without an overlap, which would forgive a watermark that is too late. */
export const PLATFORM = 'NO_OVERLAP';

export const MODES = ['initial', 'incremental', 'full', 'from_date'] as const;
export type CaseMode = (typeof MODES)[number];

export const POSITIONS = ['first', 'middle', 'last'] as const;
export type Position = (typeof POSITIONS)[number];

export interface FaultCase {
  readonly row: FaultRow;
  readonly mode: CaseMode;
  readonly position: Position;
  /** Whether rows change, come and go at the platform between the listing's first page and its second. */
  readonly moving: boolean;
}

type Row = Readonly<Record<string, unknown>>;
type Rows = ReadonlyMap<string, Row>;

/** What is stored of a row: the platform's form and ours. */
export interface StoredRow {
  readonly raw: unknown;
  readonly data: Row;
  readonly isLive: boolean;
}

/** What a fault made of a sync, and what the next sync made of that. */
export interface Outcome {
  readonly job: EndedJob;
  readonly status: string;
  readonly watermark: { readonly before: Date | null; readonly after: Date | null };
  /** The platform's clock may not have been read later than this for the watermark to hold. */
  readonly movedAt: Date | null;
  readonly stored: ReadonlyMap<string, StoredRow>;
  /** What the platform held before the sync and after it. */
  readonly before: Rows;
  readonly after: Rows;
  /** Rows that had been deleted there before the sync began, in their last form. */
  readonly gone: Rows;
  readonly faultsLeft: number;
  /** How the platform answered each call, and when it arrived. */
  readonly calls: readonly { readonly status: number; readonly at: number }[];
  readonly quarantined: readonly string[];
  /** Once the platform is well again: after one more sync, of the kind that must mend it. */
  readonly healed: ReadonlyMap<string, StoredRow> | null;
}

interface Runner {
  readonly stack: Stack;
  readonly look: Facts;
  readonly act: Actions;
  /** What happens once at a tenant when its chunk comes to a point: by both their names. */
  readonly moments: Map<string, () => Promise<void>>;
}

export function struckPage({ row, position }: FaultCase): StruckPage {
  if (position === 'last') return 3;
  return position === 'middle' || row.needsCursor === true ? 2 : 1;
}

export function tenantOf({ row, mode, position, moving }: FaultCase): string {
  return `${row.name.replaceAll(' ', '-')}/${mode}/${position}/${moving ? 'moving' : 'quiet'}`
    .replaceAll('/', '_')
    .toLowerCase();
}

const DAY_MS = 86_400_000;
const LONG_AGO = new Date(Date.now() - 800 * DAY_MS);
/** The platform's clock runs this far behind until the listing's first page has come. */
const BEHIND_MS = 120_000;
const ENDED_WITHIN_MS = 120_000;

/**
 * Twenty-eight invoices in three pages; in every mode but `initial` they were synced before, and one more that was
 * deleted at the platform since, and one was changed. Then the fault, and the sync.
 */
export async function runCase(runner: Runner, fault: FaultCase): Promise<Outcome> {
  const { stack, look, act } = runner;
  const { mode, row } = fault;
  const tenant = tenantOf(fault);
  const scene = await prepare(runner, fault, tenant);
  const before = await stack.sandbox.truth(tenant, 'invoices');
  // Not before the sync begins: a new connection must first get its grant.
  runner.moments.set(`after-begin ${tenant}`, async () => {
    const after_requests = { first: 0, middle: 1, last: 2 }[fault.position];
    await stack.sandbox.fault(tenant, { ...row.fault, after_requests });
  });
  let movedAt: Date | null = null;
  if (fault.moving) {
    // The first page has come, the second is not yet asked for.
    runner.moments.set(`after-fetch ${tenant}`, async () => {
      movedAt = new Date(Date.now() - BEHIND_MS);
      await move(stack, tenant, [...before.keys()], [...scene.gone.keys()]);
      await stack.sandbox.clock(tenant, 0);
    });
  }
  const { id, job } = await run(runner, tenant, { mode, id: scene.id });
  const seen = {
    job,
    movedAt,
    before,
    gone: scene.gone,
    status: (await look.connection(id)).status,
    watermark: {
      before: scene.id === null ? null : LONG_AGO,
      after: (await look.model(id, 'INVOICES')).watermark,
    },
    stored: await storedRows(look, id),
    after: await stack.sandbox.truth(tenant, 'invoices'),
    faultsLeft: await stack.sandbox.faultsLeft(tenant),
    calls: (await stack.sandbox.requests(tenant)).requests.map((each) => ({
      status: Number(each['status']),
      at: Date.parse(String(each['at'])),
    })),
    quarantined: (await look.quarantined(id, 'INVOICES')).map((each) => each.platformId ?? ''),
  };
  const mustHeal = fault.moving || row.ends !== 'SUCCESS' || row.hides || row.spoils;
  if (mustHeal !== true) return { ...seen, healed: null };

  await stack.sandbox.heal(tenant);
  if (seen.status === 'EXPIRED') await act.reconnect(id, tenant);
  // What a listing failed to show and what it showed spoilt did not change since: only a full sync finds it.
  const healing = row.hides || row.spoils ? 'full' : 'incremental';
  const syncId = await stack.sync(id, { mode: healing });
  const healed = jobOf(await stack.ended(syncId, ENDED_WITHIN_MS), 'INVOICES');
  if (healed.state !== 'SUCCESS') throw new Error(`Not healed: ${JSON.stringify(healed)}`);
  return { ...seen, healed: await storedRows(look, id) };
}

async function prepare(
  { stack, look }: Runner,
  { mode }: FaultCase,
  tenant: string,
): Promise<{ id: bigint | null; gone: Rows }> {
  const isNew = mode === 'initial';
  const seed = { seed: { invoices: isNew ? 28 : 29 }, page_size: 10 };
  await stack.sandbox.createTenant(tenant, seed);
  await stack.sandbox.clock(tenant, -BEHIND_MS);
  if (isNew) return { id: null, gone: new Map() };
  const id = await stack.connect(tenant, [entry('INVOICES')], { platform: PLATFORM });
  await stack.endedOf(id, { trigger: 'initial' }, ENDED_WITHIN_MS);
  const [[gone, itsForm] = ['', {}], [changed] = ['']] = [
    ...(await stack.sandbox.truth(tenant, 'invoices')),
  ];
  await stack.sandbox.remove(tenant, 'invoices', gone);
  await stack.sandbox.change(tenant, 'invoices', changed, { memo: 'changed before' });
  await look.setModel(id, 'INVOICES', { watermark: LONG_AGO });
  return { id, gone: new Map([[gone, itsForm]]) };
}

/** Somebody works at the platform while it is listed, on rows that the listing has shown and on rows it has not. */
async function move(stack: Stack, tenant: string, ids: string[], gone: string[]): Promise<void> {
  const at = (index: number) => ids[index] ?? '';
  await stack.sandbox.change(tenant, 'invoices', at(2), { memo: 'changed once shown' });
  await stack.sandbox.remove(tenant, 'invoices', at(3));
  await stack.sandbox.change(tenant, 'invoices', at(25), { memo: 'changed before it is shown' });
  await stack.sandbox.remove(tenant, 'invoices', at(26));
  await stack.sandbox.insert(tenant, 'invoices', [
    { memo: 'new', total_amount: 12.5 },
    ...gone.map((id) => ({ id, memo: 'back', total_amount: 12.5 })),
  ]);
}

async function run(
  { stack }: Runner,
  tenant: string,
  { mode, id }: { mode: CaseMode; id: bigint | null },
): Promise<{ id: bigint; job: EndedJob }> {
  if (id === null) {
    const fresh = await stack.connect(tenant, [entry('INVOICES')], { platform: PLATFORM });
    const initial = await stack.endedOf(fresh, { trigger: 'initial' }, ENDED_WITHIN_MS);
    return { id: fresh, job: jobOf(initial, 'INVOICES') };
  }
  const ask =
    mode === 'from_date'
      ? { mode, models: [{ dataModel: 'INVOICES' as const, since: LONG_AGO }] }
      : { mode: mode === 'full' ? mode : ('incremental' as const) };
  const syncId = await stack.sync(id, ask);
  return { id, job: jobOf(await stack.ended(syncId, ENDED_WITHIN_MS), 'INVOICES') };
}

async function storedRows(look: Facts, id: bigint): Promise<Map<string, StoredRow>> {
  const rows = await look.records(id, 'INVOICES');
  return new Map(
    [...rows].map(([platformId, row]) => [
      platformId,
      { raw: row.raw, data: row.data as Row, isLive: row.deletedAt === null },
    ]),
  );
}
