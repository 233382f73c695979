import type { JobError } from '../core/errors';
import type { PullKind } from '../core/names';
import { afterSuccess } from '../core/windows';
import type { TakenPull } from './begin';
import type { Database, Tx } from './database';
import { type ChunkEnd, isWanted, settleChunk, settleGone, settleWake } from './end-chunk';
import { type EmptyPages, endPull } from './end-pull';
import { inHotTransaction } from './hot-transaction';
import { lockedModel, one } from './locks';
import type { HeldModel } from './rows';

/** More fetched records than this, every one of which failed mapping, is no success. */
const MIN_RECORDS_TO_JUDGE = 10;

interface FinishedPull {
  kind: PullKind;
  since: Date | null;
  first_date: Date | null;
  continues: boolean;
  fetched: bigint;
  inserted: bigint;
  changed: bigint;
  unchanged: bigint;
  revived: bigint;
  repeated: bigint;
  quarantined: bigint;
  deleted: bigint;
  deletions_held: number;
}

/** How a pull came to its end. */
export interface Finish {
  readonly sweepSkipped: boolean;
  readonly sweepDone: boolean;
  /** The last pages of its listing, where nothing stored them. */
  readonly emptyEnd?: EmptyPages | null;
}

/**
 * Ends a pull that has read (and swept) all it had to: model, pull, jobs, roll-up of their syncs and watermark in one
 * transaction, with the chunk's own end. Fenced off: changes nothing of the pull.
 */
export function finishPull(
  db: Database,
  pull: TakenPull,
  { sweepSkipped, sweepDone, emptyEnd = null }: Finish,
): Promise<ChunkEnd> {
  return endUnderFence(db, pull, async (tx, held) => {
    const rejected = allRejected(held);
    if (rejected !== null) {
      await endPull(tx, pull.id, { state: 'FAILED', error: rejected });
      return { words: `FAILED ${rejected.code}`, model: held };
    }
    const covered = afterwards({
      ...held,
      first_date: held.first_date ?? emptyEnd?.firstDate ?? null,
    });
    await endPull(tx, pull.id, {
      state: 'SUCCESS',
      error: null,
      sweep: { skipped: sweepSkipped, done: sweepDone },
      emptyEnd,
      covered,
    });
    if (held.continues) await makeDue(tx, covered);
    return { words: summary(held), model: covered };
  });
}

/** Ends a pull that cannot go on. The watermark stays, nothing more is tombstoned. */
export function failPull(db: Database, pull: TakenPull, error: JobError): Promise<ChunkEnd> {
  return endUnderFence(db, pull, async (tx, model) => {
    await endPull(tx, pull.id, { state: 'FAILED', error });
    return { words: `FAILED ${error.code}`, model };
  });
}

/** What is said of a pull that has ended, and its model as it is then. */
interface Ended {
  readonly words: string;
  readonly model: HeldModel;
}

async function endUnderFence(
  db: Database,
  pull: TakenPull,
  end: (tx: Tx, held: HeldModel & FinishedPull) => Promise<Ended>,
): Promise<ChunkEnd> {
  const connectionId = pull.connection.id;
  const { dataModel } = pull;
  return inHotTransaction(db, async (tx) => {
    const held = await one(
      tx.$queryRaw<(HeldModel & FinishedPull)[]>`
        WITH ${lockedModel(connectionId, dataModel)}
        SELECT held.*, p.kind, p.since, p.first_date, p.continues, p.fetched, p.inserted, p.changed, p.unchanged,
          p.revived, p.repeated, p.quarantined, p.deleted, p.deletions_held
        FROM held JOIN pulls p ON p.id = ${pull.id} AND p.fence = ${pull.fence} AND p.state = 'RUNNING'
        FOR NO KEY UPDATE OF p`,
    );
    if (held === null) return settleChunk(tx, { connectionId, dataModel });
    const { model, words } = await end(tx, held);
    return isWanted(model) ? settleWake(tx, model, words) : settleGone(tx, connectionId, dataModel);
  });
}

/** The model once its pull has succeeded. */
function afterwards(held: HeldModel & FinishedPull): HeldModel {
  if (held.first_date === null) throw new Error('A pull succeeded without an answer');
  const coverage = afterSuccess(
    { watermark: held.watermark, coveredFrom: held.covered_from, owedSince: held.owed_since },
    { kind: held.kind, since: held.since, firstDate: held.first_date },
  );
  return {
    ...held,
    watermark: coverage.watermark,
    covered_from: coverage.coveredFrom,
    owed_since: coverage.owedSince,
    next_fire_at: held.continues && held.next_fire_at !== null ? held.now : held.next_fire_at,
  };
}

/** A continued initial pull comes with an old first `Date`: what has changed since is due at once. */
async function makeDue(tx: Tx, model: HeldModel): Promise<void> {
  await tx.$executeRaw`
    UPDATE model_states SET next_fire_at = ${model.next_fire_at}
    WHERE connection_id = ${model.id} AND data_model = ${model.data_model}`;
}

function allRejected(row: FinishedPull): JobError | null {
  const fetched = Number(row.fetched);
  if (fetched <= MIN_RECORDS_TO_JUDGE || Number(row.quarantined) + Number(row.repeated) < fetched) {
    return null;
  }
  return Number(row.quarantined) === 0
    ? null
    : {
        code: 'records-invalid',
        message: `None of the ${fetched} records could be mapped; they are kept in quarantine.`,
      };
}

function summary(row: FinishedPull): string {
  const parts = (['inserted', 'changed', 'revived', 'quarantined', 'deleted'] as const).flatMap(
    (outcome) => (row[outcome] > 0n ? [`${row[outcome]} ${outcome}`] : []),
  );
  const held = row.deletions_held > 0 ? [`${row.deletions_held} deletions held`] : [];
  const said = [...parts, ...held];
  return `SUCCESS ${said.length === 0 ? 'no change' : said.join(', ')}`;
}
