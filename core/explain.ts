import type { ConnectionStatus, Lane, PullKind, PullPhase } from './names';
import { assertNever } from './names';

/** Why a data model is where it is: one reason out of a closed set, from what is stored of it. */

export const REASONS = [
  'disconnected',
  'expired',
  'pending',
  'disabled',
  'waiting-for-quota',
  'backing-off',
  'fetching',
  'confirming-deletions',
  'deleting',
  'queued',
  'paused',
  'overdue',
  'scheduled',
  'on-request',
] as const;
export type Reason = (typeof REASONS)[number];

export interface OpenPullFacts {
  readonly kind: PullKind;
  readonly phase: PullPhase;
  readonly lane: Lane;
  readonly startedAt: Date;
  readonly attempts: number;
  readonly pages: number;
  readonly fetched: number;
  readonly retryAt: Date | null;
  readonly retryReason: string | null;
  readonly resumeAt: Date | null;
  /** The quota window that refused. */
  readonly resumeReason: string | null;
}

export interface ModelFacts {
  readonly connection: {
    readonly status: ConnectionStatus;
    readonly paused: boolean;
    readonly updatedAt: Date;
  };
  readonly enabled: boolean;
  readonly lastSuccessAt: Date | null;
  readonly nextFireAt: Date | null;
  /** When its workflow must look again. */
  readonly wakeAt: Date | null;
  /** At most one of each kind. */
  readonly openPulls: readonly OpenPullFacts[];
  readonly queued: { readonly jobs: number; readonly since: Date } | null;
  /** The database's clock. */
  readonly now: Date;
}

export interface Explanation {
  readonly reason: Reason;
  /** Since when it holds; null where nothing tells. */
  readonly since: Date | null;
  /** When it goes on by itself; null where that is not a matter of time. */
  readonly resumesAt: Date | null;
  /** One sentence for a person. */
  readonly message: string;
  /** What a person can do; null where nothing needs doing. */
  readonly action: string | null;
  /** The pull it speaks of. */
  readonly pull: OpenPullFacts | null;
}

/** After this long past its time, what should have run is late: the repairer has looked at least once by then. */
const LATE_MS = 60_000;

/** One explanation of a data model. Which facts count more is decided here and nowhere else. */
export function explain(facts: ModelFacts): Explanation {
  const reason = reasonOf(facts);
  const pull = pullOf(reason, facts);
  const nothing = { resumesAt: null, action: null, pull };
  switch (reason) {
    case 'disconnected':
      return {
        ...nothing,
        reason,
        since: facts.connection.updatedAt,
        message: 'The connection was disconnected; its records are kept.',
        action: 'Reconnect it with new credentials.',
      };
    case 'expired':
      return {
        ...nothing,
        reason,
        since: facts.connection.updatedAt,
        message: 'The platform no longer accepts the credentials.',
        action: 'Reconnect: the customer has to grant access again.',
      };
    case 'pending':
      return {
        ...nothing,
        reason,
        since: facts.connection.updatedAt,
        message: 'The connection is not finished yet.',
        action: 'Finish connecting.',
      };
    case 'disabled':
      return {
        ...nothing,
        reason,
        since: null,
        message: 'The sync config does not enable this data model.',
        action: 'Enable it in the sync config if it should be synced.',
      };
    case 'waiting-for-quota':
      return {
        ...nothing,
        reason,
        since: pull?.startedAt ?? null,
        resumesAt: pull?.resumeAt ?? null,
        message: pullMessage(reason, pull),
        action: 'Nothing, or sync fewer data models or less often.',
      };
    case 'backing-off':
      return {
        ...nothing,
        reason,
        since: pull?.startedAt ?? null,
        resumesAt: pull?.retryAt ?? null,
        message: pullMessage(reason, pull),
        action: 'Nothing for now; if it keeps failing, see whether the platform has trouble.',
      };
    case 'fetching':
    case 'confirming-deletions':
    case 'deleting':
      return {
        ...nothing,
        reason,
        since: pull?.startedAt ?? null,
        message: pullMessage(reason, pull),
      };
    case 'queued':
      return {
        ...nothing,
        reason,
        since: facts.queued?.since ?? null,
        message: 'A sync is queued and starts as soon as a worker takes it.',
        action: isLate(facts.queued?.since ?? null, facts) ? WORKER_ACTION : null,
      };
    case 'paused':
      return {
        ...nothing,
        reason,
        since: facts.connection.updatedAt,
        message: 'The connection is paused: no sync starts by itself.',
        action: 'Resume the connection; syncs asked for by hand run all the same.',
      };
    case 'overdue':
      return {
        ...nothing,
        reason,
        since: facts.wakeAt,
        message: 'It should have been looked at by now.',
        action: WORKER_ACTION,
      };
    case 'scheduled':
      return {
        ...nothing,
        reason,
        since: facts.lastSuccessAt,
        resumesAt: facts.nextFireAt,
        message:
          facts.lastSuccessAt === null
            ? 'Not synced yet; waits for its next due time.'
            : 'Up to date; waits for its next due time.',
      };
    case 'on-request':
      return {
        ...nothing,
        reason,
        since: facts.lastSuccessAt,
        message: 'It has no schedule and syncs on request only.',
      };
    default:
      return assertNever(reason);
  }
}

/** What an open pull does, or waits for, in one sentence. */
export function explainPull(pull: OpenPullFacts, now: Date): string {
  return pullMessage(reasonOfPull(pull, now), pull);
}

type PullReason = 'waiting-for-quota' | 'backing-off' | (typeof PHASE_REASONS)[PullPhase];

function pullMessage(reason: PullReason, pull: OpenPullFacts | null): string {
  switch (reason) {
    case 'waiting-for-quota': {
      const why = pull?.resumeReason ?? null;
      const words = why === null ? '' : ` (${WINDOW_WORDS[why] ?? why})`;
      return `Waits for the platform's quota${words} and goes on by itself.`;
    }
    case 'backing-off': {
      const why = pull?.retryReason ? `: ${pull.retryReason}` : '';
      return `Tries again after attempt ${pull?.attempts ?? 0} failed${why}.`;
    }
    default:
      return `${PHASE_WORDS[reason]}: ${pull?.fetched ?? 0} records in ${pull?.pages ?? 0} pages so far.`;
  }
}

const WORKER_ACTION = 'See whether the worker runs and reaches Temporal.';

const WINDOW_WORDS: Readonly<Record<string, string>> = {
  second: "this second's calls are used up",
  minute: "this minute's calls are used up",
  hour: "this hour's calls are used up",
  day: "today's calls are used up",
  concurrent: 'all calls that may run at once are running',
  blocked: 'the platform asked to wait',
  lane: 'more urgent work goes first',
};

const PHASE_WORDS = {
  fetching: 'Reads from the platform',
  'confirming-deletions': 'Asks the platform which unseen records are really gone',
  deleting: 'Marks records that are gone as deleted',
} as const;

function reasonOf(facts: ModelFacts): Reason {
  const { connection, now } = facts;
  if (connection.status !== 'HEALTHY') return STATUS_REASONS[connection.status];
  const active = facts.openPulls.find((pull) => !isWaiting(pull, now));
  if (active !== undefined) return reasonOfPull(active, now);
  const waiting = facts.openPulls[0];
  if (waiting !== undefined) return reasonOfPull(waiting, now);
  if (facts.queued !== null) return 'queued';
  if (!facts.enabled) return 'disabled';
  if (connection.paused) return 'paused';
  if (isLate(facts.wakeAt, facts)) return 'overdue';
  return facts.nextFireAt === null ? 'on-request' : 'scheduled';
}

function reasonOfPull(pull: OpenPullFacts, now: Date): PullReason {
  if (isFuture(pull.resumeAt, now)) return 'waiting-for-quota';
  return isFuture(pull.retryAt, now) ? 'backing-off' : PHASE_REASONS[pull.phase];
}

const STATUS_REASONS = {
  DISCONNECTED: 'disconnected',
  EXPIRED: 'expired',
  PENDING: 'pending',
} as const satisfies Record<Exclude<ConnectionStatus, 'HEALTHY'>, Reason>;

const PHASE_REASONS = {
  listing: 'fetching',
  relisting: 'fetching',
  confirming: 'confirming-deletions',
  tombstoning: 'deleting',
} as const satisfies Record<PullPhase, Reason>;

function pullOf(reason: Reason, facts: ModelFacts): OpenPullFacts | null {
  switch (reason) {
    case 'waiting-for-quota':
    case 'backing-off':
      return facts.openPulls[0] ?? null;
    case 'fetching':
    case 'confirming-deletions':
    case 'deleting':
      return facts.openPulls.find((pull) => !isWaiting(pull, facts.now)) ?? null;
    default:
      return null;
  }
}

function isWaiting(pull: OpenPullFacts, now: Date): boolean {
  return isFuture(pull.resumeAt, now) || isFuture(pull.retryAt, now);
}

function isFuture(at: Date | null, now: Date): boolean {
  return at !== null && at.getTime() > now.getTime();
}

function isLate(at: Date | null, facts: ModelFacts): boolean {
  return at !== null && facts.now.getTime() - at.getTime() > LATE_MS;
}
