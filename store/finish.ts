import type { JobError } from '../core/errors';
import type { PullKind } from '../core/names';
import { afterSuccess } from '../core/windows';
import type { TakenPull } from './begin';
import type { Database, Tx } from './database';
import { type ChunkEnd, isWanted, settleGone, settleWake } from './end-chunk';
import { endPull } from './end-pull';
import { inHotTransaction } from './hot-transaction';
import { lockConnectionShared, lockModels, one } from './locks';
import type { ModelRow } from './rows';

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

/**
 * Ends a pull that has read (and swept) all it had to: model, pull, jobs, roll-up of their syncs and watermark in one
 * transaction, with the chunk's own end. Fenced off: changes nothing of the pull.
 */
export function finishPull(
  db: Database,
  pull: TakenPull,
  input: { sweepSkipped: boolean; sweepDone: boolean },
): Promise<ChunkEnd> {
  return endUnderFence(db, pull, async (tx, model, row) => {
    const rejected = allRejected(row);
    if (rejected !== null) {
      await endPull(tx, pull.id, { state: 'FAILED', error: rejected });
      return { words: `FAILED ${rejected.code}`, model };
    }
    const covered = await moveCoverage(tx, pull, model, row);
    await endPull(tx, pull.id, {
      state: 'SUCCESS',
      error: null,
      sweep: { skipped: input.sweepSkipped, done: input.sweepDone },
    });
    return { words: summary(row), model: covered };
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
  readonly model: ModelRow;
}

async function endUnderFence(
  db: Database,
  pull: TakenPull,
  end: (tx: Tx, model: ModelRow, row: FinishedPull) => Promise<Ended>,
): Promise<ChunkEnd> {
  return inHotTransaction(db, async (tx) => {
    const connection = await lockConnectionShared(tx, pull.connection.id);
    const [model] = await lockModels(tx, pull.connection.id, [pull.dataModel]);
    if (connection === null || model === undefined) {
      return settleGone(tx, pull.connection.id, pull.dataModel);
    }
    const row = await one(
      tx.$queryRaw<FinishedPull[]>`
        SELECT kind, since, first_date, continues, fetched, inserted, changed, unchanged, revived, repeated,
          quarantined, deleted, deletions_held
        FROM pulls WHERE id = ${pull.id} AND fence = ${pull.fence} AND state = 'RUNNING' FOR NO KEY UPDATE`,
    );
    const ended = row === null ? { words: null, model } : await end(tx, model, row);
    if (!isWanted(connection, model)) return settleGone(tx, connection.id, pull.dataModel);
    return settleWake(tx, connection, ended.model, ended.words);
  });
}

async function moveCoverage(
  tx: Tx,
  pull: TakenPull,
  model: ModelRow,
  row: FinishedPull,
): Promise<ModelRow> {
  if (row.first_date === null) throw new Error('A pull succeeded without an answer');
  const coverage = afterSuccess(
    { watermark: model.watermark, coveredFrom: model.covered_from, owedSince: model.owed_since },
    { kind: row.kind, since: row.since, firstDate: row.first_date },
  );
  // A continued initial read with an old first `Date`: what changed since is due at once.
  const [moved] = await tx.$queryRaw<{ next_fire_at: Date | null }[]>`
    UPDATE model_states SET watermark = ${coverage.watermark}, covered_from = ${coverage.coveredFrom},
      owed_since = ${coverage.owedSince}, last_success_at = syncline_now(),
      next_fire_at = CASE WHEN ${row.continues} AND next_fire_at IS NOT NULL THEN syncline_now() ELSE next_fire_at END
    WHERE connection_id = ${pull.connection.id} AND data_model = ${pull.dataModel}
    RETURNING next_fire_at`;
  return {
    ...model,
    watermark: coverage.watermark,
    covered_from: coverage.coveredFrom,
    owed_since: coverage.owedSince,
    next_fire_at: moved?.next_fire_at ?? null,
  };
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
