import { randomUUID } from 'node:crypto';
import type { Connector, PlatformAnswer, PlatformRequest, Send } from '../connectors/contract';
import { callPlatform } from '../connectors/engine/call';
import { PlatformError } from '../connectors/engine/errors';
import { declaredLimits, quotaAccount } from '../connectors/engine/limits';
import { INLINE_WAIT_MS, SLEEPING_FROM_MS } from '../core/backoff';
import { type Declared, SERIES } from '../core/quota';
import type { TakenPull } from '../store/begin';
import { noteAwake, noteSleep } from '../store/pull-progress';
import { askPermit, type CallEnd, renewPermit, settlePermit } from '../store/quota';
import { accessOf, DeadCredentialsError, type HeldAccess, renewAccess } from './access';
import { CallEndings } from './call-endings';
import type { ActivityDeps, RunContext } from './deps';
import { noteCall } from './noted-call';
import { noteToldToWait, Series } from './series';
import { waitInline } from './waiting';

/** Quota will be had only later than a chunk should wait for it; noted in the pull's row. */
export class QuotaWaitError extends Error {}

/** The fence no longer holds: another attempt has gone on, or the pull has ended. Stop quietly. */
export class FencedError extends Error {}

/** Bound of one call to a platform; its lease is held for it longer than that. */
export const CALL_TIMEOUT_MS = 30_000;
const LEASE_MS = 45_000;

/** The platform calls of one attempt at a pull, each under quota and with valid access. */
export interface PlatformCalls {
  /** Throws `PlatformError`, `DeadCredentialsError`, `QuotaWaitError`, `FencedError`. */
  readonly send: Send;
  /** The database's clock when the last call was permitted. */
  lastSentAt(): Date;
  /** Once the place of every call is given back; throws what that threw. */
  settled(): Promise<void>;
}

export function createPlatformCalls(
  deps: ActivityDeps,
  connector: Connector,
  pull: TakenPull,
  run: RunContext,
): PlatformCalls {
  const account = quotaAccount(pull.connection.integration_type, pull.connection.account);
  const declared = declaredLimits(connector);
  let held: HeldAccess | null = null;
  let sentAt = pull.startedAt;
  let series: Series | null = null;
  const shown = { asleep: pull.isAsleep };
  const endings = new CallEndings((end) => settlePermit(deps.db, account, declared, end));

  /** The place that the call before leaves to this one, or one asked for. */
  const place = async (): Promise<Series> => {
    const before = await endings.take();
    if (before !== null && before.leaseId === series?.leaseId && series.mayGoOn()) return series;
    // Most pulls have one page: what they do not use they need not reserve.
    const calls = series === null ? 1 : SERIES.calls;
    series = await permit(deps, pull, run, { account, declared, calls, before, shown });
    return series;
  };

  const callOnce = async (
    request: PlatformRequest,
    access: HeldAccess,
  ): Promise<PlatformAnswer> => {
    const held = await place();
    sentAt = held.begin();
    // Beside the call, so that the next one need not wait for its commit.
    const renewed = renewSeries(deps, pull, held, { account, declared });
    const noted = noteCall({ connector, pull, access, request, at: sentAt });
    try {
      const answer = await callPlatform(connector, access.access, request, {
        signal: run.signal,
        timeoutMs: deps.callTimeoutMs,
        refusePrivateTargets: deps.refusePrivateTargets,
        onAnswer: noted.onAnswer,
      });
      await renewed;
      endings.add(held.end(noted.observed()));
      deps.requestLog.add(noted.entry(null));
      return answer;
    } catch (error) {
      deps.requestLog.add(noted.entry(error));
      const limited =
        error instanceof PlatformError && error.kind === 'rate-limited'
          ? { retryAfterMs: error.retryAfterMs }
          : null;
      if (limited !== null) noteToldToWait(account);
      await renewed;
      endings.add(held.fail(limited));
      throw error;
    }
  };

  return {
    lastSentAt: () => sentAt,
    settled: () => endings.settled(),
    async send(request) {
      held ??= await accessOf(deps, connector, pull);
      for (;;) {
        try {
          const answer = await callOnce(request, held);
          held = { ...held, isFresh: false };
          return answer;
        } catch (error) {
          if (!isAccessRefused(error)) throw error;
          if (held.isFresh) {
            throw new DeadCredentialsError(held.version, 'The platform refuses even fresh access');
          }
        }
        // Access that another chunk renewed is not fresh to us: it may have ended again since.
        held = await renewAccess(deps, connector, pull.connection.id, held.version);
      }
    },
  };
}

function isAccessRefused(error: unknown): boolean {
  return (
    error instanceof PlatformError &&
    (error.kind === 'unauthorised' || error.kind === 'invalid-grant')
  );
}

/** Has a series go on beyond the call under way, where that is its last; as it was where that cannot be had. */
async function renewSeries(
  deps: ActivityDeps,
  pull: TakenPull,
  series: Series,
  { account, declared }: { account: string; declared: Declared },
): Promise<void> {
  if (!series.mayBeRenewed()) return;
  const leaseId = randomUUID();
  const askedAt = performance.now();
  // A failure is the next call's to hear of, which then asks by itself.
  const permit = await renewPermit(deps.db, account, declared, {
    ...wishOf(pull),
    before: series.beforeThis(),
    leaseId,
    calls: 1 + SERIES.calls,
  }).catch(() => null);
  if (permit !== null) series.renew({ account, leaseId, askedAt, ...permit });
}

/** How a pull's calls stand among others. */
function wishOf({ lane, priority }: TakenPull) {
  return { lane, priority, leaseMs: LEASE_MS, purpose: 'read' } as const;
}

/** Waits for a permit, inside the activity while that is short. */
async function permit(
  deps: ActivityDeps,
  pull: TakenPull,
  run: RunContext,
  ask: {
    account: string;
    declared: Declared;
    calls: number;
    before: CallEnd | null;
    shown: { asleep: boolean };
  },
): Promise<Series> {
  const leaseId = randomUUID();
  let { before } = ask;
  let waitedMs = 0;
  for (;;) {
    const askedAt = performance.now();
    const verdict = await askPermit(deps.db, ask.account, ask.declared, {
      ...wishOf(pull),
      before,
      leaseId,
      calls: ask.calls,
    });
    if (verdict.granted) {
      if (ask.shown.asleep) await noteAwake(deps.db, pull);
      ask.shown.asleep = false;
      return new Series({
        account: ask.account,
        leaseId,
        calls: verdict.calls,
        now: verdict.now,
        askedAt,
      });
    }
    before = null;
    const waitMs = Math.max(1, verdict.resumeAt - verdict.now);
    const isLong = waitedMs + waitMs > INLINE_WAIT_MS;
    if (isLong || waitMs >= SLEEPING_FROM_MS) {
      const sleep = {
        resumeAt: new Date(verdict.resumeAt),
        reason: verdict.reason,
        waitMs,
        givesBack: isLong,
      };
      if (!(await noteSleep(deps.db, pull, sleep))) throw new FencedError();
      ask.shown.asleep = true;
    }
    if (isLong) throw new QuotaWaitError(verdict.reason);
    await waitInline(run, waitMs, `quota (${verdict.reason})`);
    waitedMs += waitMs;
  }
}
