import { MAX_ATTEMPTS } from '../core/backoff';
import type { JobError } from '../core/errors';
import type { Lane, PullKind, PullPhase } from '../core/names';
import { type LastBackfill, planPull } from '../core/pull';
import { type Choice, choose } from '../core/queue';
import { priorityOf, syncFromOf } from '../core/sync-config';
import type { DataModel } from '../core/unified/models';
import type { Window } from '../core/windows';
import { Prisma } from '../prisma/generated/client';
import type { Database, Tx } from './database';
import { type ChunkEnd, isWanted, settleGone, settleWake } from './end-chunk';
import { endPull } from './end-pull';
import {
  CREDENTIALS_COLUMNS,
  credentialsOf,
  type CredentialsRow,
  type StoredCredentials,
} from './credentials';
import { claimedByTaken } from './jobs';
import { inHotTransaction } from './hot-transaction';
import { lockModelShared, one } from './locks';
import { type ModelQueue, queuedJobs, readQueue } from './queue';
import type { ConnectionRow, HeldModel } from './rows';
import { writeTick } from './ticks';

/** The place a pull has reached: what every stored page moves on. */
export interface Checkpoint {
  readonly phase: PullPhase;
  readonly cursor: Readonly<Record<string, unknown>> | null;
  /** Last platform id asked for or tombstoned, while sweeping. */
  readonly sweepAfter: string | null;
}

/** A pull this attempt may work on. Whatever it stores carries `fence`; an older number stores nothing. */
export interface TakenPull {
  readonly id: bigint;
  readonly connection: ConnectionRow;
  readonly dataModel: DataModel;
  readonly kind: PullKind;
  readonly fence: bigint;
  readonly window: Window;
  readonly lane: Lane;
  readonly priority: number;
  readonly checkpoint: Checkpoint;
  readonly startedAt: Date;
  readonly attempts: number;
  readonly restarts: number;
  readonly listingPage: number;
  readonly furthestPage: number;
  readonly unreadableIds: boolean;
  readonly continues: boolean;
  /** Whether it was shown as waiting for quota. */
  readonly isAsleep: boolean;
  /** Whether the model has quarantined records that an older version of the connector failed to map. */
  readonly hasOldRejects: boolean;
  /** The connection's as the pull was taken; null where it has none. */
  readonly credentials: StoredCredentials | null;
}

export type Begun =
  | { readonly kind: 'pull'; readonly pull: TakenPull }
  | { readonly kind: 'end'; readonly end: ChunkEnd };

/** What opening and taking a pull needs to know of the connector. */
interface ConnectorFacts {
  readonly overlapMs: number;
  readonly connectorVersion: number;
}

/** A checkpoint older than this is not continued: platforms forget their cursors. */
const CURSOR_LIFE = '24 hours';

/**
 * Takes a data model's most urgent pull, writing the tick first if one is due. Fails a pull that has used up its
 * attempts. Counts the attempt before the call it stands for, so that a page that kills the worker counts too.
 */
export function begin(
  db: Database,
  input: { connectionId: bigint; dataModel: DataModel } & ConnectorFacts,
): Promise<Begun> {
  return inHotTransaction(db, async (tx) => {
    const { connectionId, dataModel } = input;
    const held =
      (await writeTick(tx, connectionId, dataModel)) ??
      (await lockModelShared(tx, connectionId, dataModel));
    if (held === null || !isWanted(held)) {
      return { kind: 'end', end: await settleGone(tx, connectionId, dataModel) };
    }
    const choice = await chooseLiving(tx, held);
    if (choice === null) return { kind: 'end', end: await settleWake(tx, held, null) };
    return { kind: 'pull', pull: await take(tx, held, choice, input) };
  });
}

/** Chooses until the choice is not a pull that has used up its attempts. */
async function chooseLiving(
  tx: Tx,
  model: HeldModel,
): Promise<{ choice: Choice; read: ModelQueue } | null> {
  for (;;) {
    const read = await readQueue(tx, model);
    const choice = choose(read.queue);
    if (choice === null) return null;
    const exhausted = read.pulls.find(
      (pull) => pull.open_id === choice.open?.id && pull.attempts >= MAX_ATTEMPTS,
    );
    if (exhausted === undefined) return { choice, read };
    await endPull(tx, exhausted.open_id, { state: 'FAILED', error: exhaustedError(exhausted) });
  }
}

function exhaustedError(pull: {
  error_code: string | null;
  error_message: string | null;
}): JobError {
  if (pull.error_code === 'platform-unavailable') {
    return {
      code: 'platform-unavailable',
      message: `${MAX_ATTEMPTS} attempts in a row failed; the last: ${pull.error_message ?? 'no answer'}`,
    };
  }
  return {
    code: 'internal',
    message: `${MAX_ATTEMPTS} attempts in a row ended without a stored page: ${pull.error_message ?? 'the worker stopped each time'}`,
  };
}

async function take(
  tx: Tx,
  model: HeldModel,
  { choice, read }: { choice: Choice; read: ModelQueue },
  { overlapMs, connectorVersion }: ConnectorFacts,
): Promise<TakenPull> {
  const fence = model.fence + 1n;
  const row =
    choice.open === null
      ? await open(tx, model, { choice, read, fence, overlapMs, connectorVersion })
      : await goOn(tx, model, { id: choice.open.id, lane: choice.lane, fence, connectorVersion });
  if (row === null) throw new Error('The pull that was taken is not there');
  return {
    id: row.id,
    connection: model,
    dataModel: model.data_model,
    kind: choice.kind,
    fence,
    window: { since: row.since, sweep: row.sweep },
    lane: choice.lane,
    priority: priorityOf(model.config),
    checkpoint: { phase: row.phase, cursor: row.cursor, sweepAfter: row.sweep_after },
    startedAt: row.started_at,
    attempts: row.attempts,
    restarts: row.restarts,
    listingPage: row.listing_page,
    furthestPage: row.furthest_page,
    unreadableIds: row.unreadable_ids,
    continues: row.continues,
    isAsleep: row.resume_at !== null,
    hasOldRejects: row.has_old_rejects,
    credentials: row.version === null ? null : credentialsOf(row),
  };
}

type PullRow = TakenRow & (CredentialsRow | { version: null });

interface TakenRow {
  id: bigint;
  since: Date | null;
  sweep: boolean;
  phase: PullPhase;
  cursor: Record<string, unknown> | null;
  sweep_after: string | null;
  started_at: Date;
  attempts: number;
  restarts: number;
  listing_page: number;
  furthest_page: number;
  unreadable_ids: boolean;
  continues: boolean;
  resume_at: Date | null;
  has_old_rejects: boolean;
}

/**
 * Begins a statement (`WITH …`) that gives a new number to a model and to all its open pulls but one: whatever an older
 * attempt, of either pull, still does somewhere can store nothing more.
 */
function fencedOff(model: HeldModel, fence: bigint, butPull: bigint | null): Prisma.Sql {
  return Prisma.sql`
    model AS (
      UPDATE model_states SET fence = ${fence}, wake_ups = 0, wake_at = syncline_now() + interval '3 minutes'
      WHERE connection_id = ${model.id} AND data_model = ${model.data_model}
    ), fenced_off AS (
      UPDATE pulls SET fence = ${fence} WHERE connection_id = ${model.id} AND data_model = ${model.data_model}
        AND state = 'RUNNING' AND id IS DISTINCT FROM ${butPull}::bigint
    )`;
}

/** Ends such a statement, which has `taken` a pull. */
function asTaken(model: HeldModel, connectorVersion: number): Prisma.Sql {
  return Prisma.sql`
    SELECT id, since, sweep, phase, cursor, sweep_after, started_at, attempts, restarts, listing_page, furthest_page,
      unreadable_ids, continues, resume_at, EXISTS (
        SELECT 1 FROM quarantined_records q WHERE q.connection_id = ${model.id}
          AND q.data_model = ${model.data_model} AND q.connector_version < ${connectorVersion}
      ) AS has_old_rejects, ${CREDENTIALS_COLUMNS}
    FROM taken LEFT JOIN credentials c ON c.connection_id = ${model.id}`;
}

/** Goes on with an open pull. */
function goOn(
  tx: Tx,
  model: HeldModel,
  pull: { id: bigint; lane: Lane; fence: bigint; connectorVersion: number },
): Promise<PullRow | null> {
  return one(
    tx.$queryRaw<PullRow[]>`
      WITH ${fencedOff(model, pull.fence, pull.id)}, taken AS (
        UPDATE pulls SET fence = ${pull.fence}, lane = ${pull.lane}, attempts = attempts + 1,
          taken_at = syncline_now(), retry_at = NULL
        WHERE id = ${pull.id}
        RETURNING *
      ) ${asTaken(model, pull.connectorVersion)}`,
  );
}

/** Opens a pull as `core/pull.ts` plans it, and has it claim its jobs. */
async function open(
  tx: Tx,
  model: HeldModel,
  how: {
    choice: Choice;
    read: ModelQueue;
    fence: bigint;
    overlapMs: number;
    connectorVersion: number;
  },
): Promise<PullRow | null> {
  const { kind, lane } = how.choice;
  const queued = queuedJobs(how.read.jobs, model.watermark, kind);
  const owes = queued.some((job) => job.trigger === 'initial');
  const facts = {
    watermark: model.watermark,
    owedSince: model.owed_since,
    syncFrom: syncFromOf(model.config),
    overlapMs: how.overlapMs,
  };
  const plan = planPull(queued, facts, owes ? await lastBackfill(tx, model) : null);
  const { since, sweep } = plan.window;
  return one(
    tx.$queryRaw<PullRow[]>`
      WITH ${fencedOff(model, how.fence, null)}, taken AS (
        INSERT INTO pulls (connection_id, data_model, kind, since, sweep, continues, cursor, cursor_born_at, first_date,
          listing_page, furthest_page, fence, lane, attempts, started_at, taken_at)
        SELECT ${model.id}, ${model.data_model}, ${kind}, ${since}, ${sweep}, last.id IS NOT NULL, last.cursor,
          last.cursor_born_at, last.first_date, coalesce(last.listing_page, 0), coalesce(last.furthest_page, 0),
          ${how.fence}, ${lane}, 1, syncline_now(), syncline_now()
        FROM (SELECT 1) AS always LEFT JOIN pulls last ON last.id = ${plan.continues}
        RETURNING *
      ), ${claimedByTaken(plan.claims)} ${asTaken(model, how.connectorVersion)}`,
  );
}

function lastBackfill(tx: Tx, model: HeldModel): Promise<LastBackfill | null> {
  return one(
    tx.$queryRaw<LastBackfill[]>`
      SELECT id, state, sweep, phase, since, error_code AS "errorCode",
        coalesce(cursor IS NOT NULL AND cursor_born_at > syncline_now() - ${CURSOR_LIFE}::interval, false)
          AS "cursorLives",
        EXISTS (SELECT 1 FROM sync_jobs j WHERE j.pull_id = last.id AND j.trigger = 'initial') AS "servedInitial"
      FROM pulls last WHERE connection_id = ${model.id} AND data_model = ${model.data_model}
        AND kind = 'backfill' AND state <> 'RUNNING' ORDER BY id DESC LIMIT 1`,
  );
}
