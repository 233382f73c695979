import fc from 'fast-check';
import { LANES, type Lane } from './names';
import {
  ask,
  type Ask,
  type Declared,
  mayGoOn,
  newQuotaState,
  type Observed,
  type QuotaState,
  renewSeries,
  SERIES,
  settle,
  used,
  type Verdict,
  WINDOW_MS,
} from './quota';

const UNLIMITED: Declared = { windows: {}, counting: 'rolling', concurrent: 4, observable: true };

function declared(more: Partial<Declared> = {}): Declared {
  return { ...UNLIMITED, observable: false, ...more };
}

const ASK = {
  lane: 'scheduled',
  priority: 5,
  leaseMs: 45_000,
  purpose: 'read',
} as const;

let lease = 0;
function take(
  state: QuotaState,
  now: number,
  more: Partial<Ask> = {},
): { state: QuotaState; verdict: Verdict; leaseId: string } {
  lease += 1;
  const leaseId = `lease-${lease}`;
  const asked = ask(state, {
    ...ASK,
    leaseId,
    now,
    calls: 1,
    ...more,
  });
  return { ...asked, leaseId };
}

/** The state once a lease's calls have ended well, at a platform that says nothing of limits. */
function ended(
  state: QuotaState,
  { leaseId }: { readonly leaseId: string },
  now: number,
  calls = 1,
): QuotaState {
  return settle(state, { leaseId, calls, now, observed: null, limited: null });
}

/** Takes and ends one call at once. */
function call(state: QuotaState, now: number, more: Partial<Ask> = {}): QuotaState {
  const taken = take(state, now, more);
  expect(taken.verdict.granted).toBe(true);
  return ended(taken.state, taken, now);
}

function refused(verdict: Verdict): { resumeAt: number; reason: string } {
  if (verdict.granted) throw new Error('Expected a refusal');
  return verdict;
}

describe('windows', () => {
  test('permits are given at once while a window has room, and the next when the first has left it', () => {
    let state = newQuotaState(declared({ windows: { minute: 3 } }));
    for (const at of [0, 10, 20]) state = call(state, at);
    const { resumeAt, reason } = refused(take(state, 30).verdict);
    expect(reason).toBe('minute');
    // Calls in the first sub-window of a second have left when a whole minute has passed since its end.
    expect(resumeAt).toBe(61_000);
    expect(take(state, resumeAt - 1).verdict.granted).toBe(false);
    expect(take(state, resumeAt).verdict.granted).toBe(true);
  });

  test('a calendar window is free again at its next start', () => {
    let state = newQuotaState(declared({ windows: { minute: 2 }, counting: 'calendar' }));
    state = call(call(state, 50_000), 59_000);
    expect(refused(take(state, 59_500).verdict).resumeAt).toBe(60_000);
    expect(take(state, 60_000).verdict.granted).toBe(true);
  });

  test('the strictest of several windows decides', () => {
    let state = newQuotaState(declared({ windows: { second: 2, minute: 3 } }));
    for (const at of [0, 1_100, 2_200]) state = call(state, at);
    expect(refused(take(state, 2_300).verdict).reason).toBe('minute');
  });

  test('a call in progress counts, and one left by a crash counts until a window after its lease', () => {
    let state = newQuotaState(declared({ windows: { minute: 1 }, concurrent: 2 }));
    state = take(state, 0).state;
    expect(refused(take(state, 1_000).verdict).reason).toBe('minute');
    // The lease ends at 45 s; the call may have been made as late as that.
    expect(take(state, 100_000).verdict.granted).toBe(false);
    expect(take(state, 106_000).verdict.granted).toBe(true);
  });
});

describe('what the platform says', () => {
  const minute = (remaining: number, limit = 60): Observed => ({
    window: 'minute',
    limit,
    remaining,
    resetMs: 10_000,
  });

  test('before its first answer one call at a time finds out', () => {
    const first = take(newQuotaState(UNLIMITED), 0);
    expect(first.verdict.granted).toBe(true);
    const second = take(first.state, 1);
    // Answers come soon, and what is not known is not scarce: the lane does not count as waiting.
    expect(refused(second.verdict)).toEqual({ granted: false, reason: 'concurrent', resumeAt: 51 });
    expect(second.state.waiting).toEqual({});
    // Where it is slow they ask less and less often.
    const resumeAts = [120, 9_000].map((now) => refused(take(first.state, now).verdict).resumeAt);
    expect(resumeAts).toEqual([240, 9_300]);
    const known = settle(second.state, {
      leaseId: first.leaseId,
      calls: 1,
      now: 5,
      observed: [],
      limited: null,
    });
    const third = take(known, 6, { calls: 5 });
    expect(third.verdict).toMatchObject({ granted: true, calls: 5 });
    expect(take(third.state, 7).verdict.granted).toBe(true);
  });

  test('being told to wait by the first answer is a wait of its lane', () => {
    const first = take(newQuotaState(UNLIMITED), 0);
    const { leaseId } = first;
    const limited = { retryAfterMs: 60_000 };
    const state = settle(first.state, { leaseId, calls: 1, now: 5, observed: null, limited });
    const second = take(state, 6, { lane: 'interactive' });
    expect(refused(second.verdict).reason).toBe('blocked');
    expect(Object.keys(second.state.waiting)).toEqual(['interactive']);
  });

  test("others' calls count until the platform's reset, then one call finds out", () => {
    const first = take(newQuotaState(UNLIMITED), 0);
    const state = settle(first.state, {
      leaseId: first.leaseId,
      calls: 1,
      now: 5,
      observed: [minute(0)],
      limited: null,
    });
    expect(refused(take(state, 10).verdict).resumeAt).toBe(10_005);
    const probe = take(state, 10_005);
    expect(probe.verdict.granted).toBe(true);
    expect(take(probe.state, 10_006).verdict.granted).toBe(false);
  });

  test('the stricter of declared and observed limit holds', () => {
    let state = newQuotaState(declared({ windows: { minute: 2 }, observable: true }));
    const first = take(state, 0);
    state = settle(first.state, {
      leaseId: first.leaseId,
      calls: 1,
      now: 1,
      observed: [minute(59)],
      limited: null,
    });
    state = call(state, 2);
    expect(refused(take(state, 3).verdict).reason).toBe('minute');
  });

  test('an answer older than the window is ignored', () => {
    let state = newQuotaState(declared({ windows: { second: 5 }, observable: true }));
    const first = take(state, 0);
    state = settle(first.state, {
      leaseId: first.leaseId,
      calls: 1,
      now: 3_000,
      observed: [{ window: 'second', limit: 5, remaining: 0, resetMs: 1_000 }],
      limited: null,
    });
    expect(take(state, 3_001).verdict.granted).toBe(true);
  });

  test('a window it no longer speaks of is forgotten', () => {
    const first = take(newQuotaState(UNLIMITED), 0);
    let state = settle(first.state, {
      leaseId: first.leaseId,
      calls: 1,
      now: 1,
      observed: [minute(0, 1)],
      limited: null,
    });
    const probe = take(state, 20_000);
    const later = take(state, 70_000);
    expect(probe.verdict.granted).toBe(false);
    state = settle(later.state, {
      leaseId: later.leaseId,
      calls: 1,
      now: 70_001,
      observed: [],
      limited: null,
    });
    expect(take(state, 70_002).verdict.granted).toBe(true);
  });

  test('its concurrency limit lowers ours and is raised again with it', () => {
    const first = take(newQuotaState(UNLIMITED), 0);
    const state = settle(first.state, {
      leaseId: first.leaseId,
      calls: 1,
      now: 1,
      observed: [{ window: 'concurrent', limit: 2, remaining: 1, resetMs: null }],
      limited: null,
    });
    const two = take(take(state, 2).state, 3);
    expect(two.verdict.granted).toBe(true);
    expect(refused(take(two.state, 4).verdict)).toEqual({
      granted: false,
      resumeAt: 304,
      reason: 'concurrent',
    });
  });
});

describe('being told to wait', () => {
  test('blocks everyone, at least 1 s and growing, and an answer resets the growth', () => {
    let state = newQuotaState(declared());
    const waits: number[] = [];
    let now = 0;
    for (let strike = 0; strike < 4; strike += 1) {
      const taken = take(state, now);
      state = settle(taken.state, {
        leaseId: taken.leaseId,
        calls: 1,
        now,
        observed: null,
        limited: { retryAfterMs: 0 },
      });
      const { resumeAt, reason } = refused(take(state, now).verdict);
      expect(reason).toBe('blocked');
      waits.push(resumeAt - now);
      now = resumeAt;
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    state = call(state, now);
    const taken = take(state, now);
    state = settle(taken.state, {
      leaseId: taken.leaseId,
      calls: 1,
      now,
      observed: null,
      limited: { retryAfterMs: null },
    });
    expect(refused(take(state, now).verdict).resumeAt - now).toBe(1_000);
  });

  test("the platform's own word is kept, up to a day", () => {
    const wait = (retryAfterMs: number) => {
      const taken = take(newQuotaState(declared()), 0);
      const state = settle(taken.state, {
        leaseId: taken.leaseId,
        calls: 1,
        now: 0,
        observed: null,
        limited: { retryAfterMs },
      });
      return refused(take(state, 0).verdict).resumeAt;
    };
    expect(wait(120_000)).toBe(120_000);
    expect(wait(10 * WINDOW_MS.day)).toBe(WINDOW_MS.day);
  });
});

describe('lanes', () => {
  /** A full minute in which each lane has been refused and so waits. */
  function fullMinute(limit: number): QuotaState {
    let state = newQuotaState(declared({ windows: { minute: limit }, concurrent: 100 }));
    for (let i = 0; i < limit; i += 1) state = call(state, 0, { lane: 'scheduled' });
    for (const lane of LANES) state = take(state, 1, { lane }).state;
    return state;
  }

  test('a lane that waits gets at least a tenth of the window, the most urgent the most', () => {
    let state = fullMinute(60);
    const served: Record<Lane, number> = { interactive: 0, scheduled: 0, backfill: 0 };
    const start = 61_000;
    for (let i = 0; i < 60; i += 1) {
      // Every lane keeps asking, the least urgent first.
      for (const lane of [...LANES].reverse()) {
        const taken = take(state, start + i, { lane });
        state = taken.state;
        if (!taken.verdict.granted) continue;
        served[lane] += 1;
        state = ended(state, taken, start + i);
      }
    }
    expect(served.backfill).toBeGreaterThanOrEqual(6);
    expect(served.scheduled).toBeGreaterThanOrEqual(6);
    expect(served.interactive + served.scheduled + served.backfill).toBe(60);
    expect(served.interactive).toBeGreaterThan(served.scheduled);
  });

  test('a backfill leaves the last lease free only while a more urgent lane waits', () => {
    const state = newQuotaState(declared({ concurrent: 2 }));
    const one = take(state, 0, { lane: 'backfill' });
    const two = take(one.state, 1, { lane: 'backfill' });
    expect(two.verdict.granted).toBe(true);
    const waits = take(two.state, 2, { lane: 'interactive' });
    expect(waits.verdict.granted).toBe(false);
    const freed = ended(waits.state, two, 3);
    expect(take(freed, 4, { lane: 'backfill' }).verdict.granted).toBe(false);
    expect(take(freed, 5, { lane: 'interactive' }).verdict.granted).toBe(true);
    // The grace of a lane that no longer asks ends.
    expect(take(freed, 6_000, { lane: 'backfill' }).verdict.granted).toBe(true);
  });

  test("within a lane the more urgent model's wait goes first", () => {
    let state = newQuotaState(declared({ windows: { minute: 1 } }));
    state = call(state, 0);
    state = take(state, 1, { priority: 1 }).state;
    expect(take(state, 61_000, { priority: 5 }).verdict.granted).toBe(false);
    expect(take(state, 61_001, { priority: 1 }).verdict.granted).toBe(true);
  });

  test('a more urgent model that asks no more holds its lane up for its grace, and not for ever', () => {
    let state = newQuotaState(declared({ windows: { second: 100 }, concurrent: 1 }));
    const held = take(state, 0);
    // The first one's sync is cancelled while it waits; the other asks whenever it is told to.
    state = take(held.state, 1, { priority: 1 }).state;
    state = ended(state, held, 2);
    let now = 2;
    for (;;) {
      const asked = take(state, now, { priority: 5 });
      if (asked.verdict.granted) break;
      ({ state } = asked);
      now = refused(asked.verdict).resumeAt;
      expect(now).toBeLessThan(10_000);
    }
    expect(now).toBeGreaterThan(5_000);
  });

  test('what is reserved for writes is not given to reads, and never is the whole', () => {
    const reserve = (limit: number, share: number) => ({
      ...newQuotaState(declared({ windows: { minute: limit } })),
      writeReserve: share,
    });
    let state = reserve(10, 0.3);
    for (let i = 0; i < 7; i += 1) state = call(state, 0);
    expect(take(state, 1).verdict.granted).toBe(false);
    expect(take(state, 1, { purpose: 'write' }).verdict.granted).toBe(true);
    expect(take(reserve(1, 1), 0).verdict.granted).toBe(true);
  });
});

describe('a series', () => {
  const minute = (limit: number, more: Partial<Declared> = {}) =>
    newQuotaState(declared({ windows: { minute: limit }, concurrent: 4, ...more }));
  const granted = (verdict: Verdict) => (verdict.granted ? verdict.calls : 0);

  test('counts with all its calls while it lasts, and then with those that were made', () => {
    const taken = take(minute(100), 0, { calls: 5 });
    expect(granted(taken.verdict)).toBe(5);
    expect(used(taken.state, 'minute', 1)).toBe(5);
    const state = ended(taken.state, taken, 200, 2);
    expect(used(state, 'minute', 201)).toBe(2);
  });

  test('holds one place, whatever its length', () => {
    let state = minute(100);
    for (let n = 0; n < 4; n += 1) {
      const taken = take(state, n, { calls: 5 });
      expect(granted(taken.verdict)).toBe(5);
      ({ state } = taken);
    }
    expect(refused(take(state, 5, { calls: 5 }).verdict).reason).toBe('concurrent');
  });

  test('counts whole where a crash has left it', () => {
    const { state } = take(minute(100), 0, { calls: 5 });
    expect(used(state, 'minute', 50_000)).toBe(5);
    expect(used(state, 'minute', 110_000)).toBe(0);
  });

  test('gets shorter as a window fills, so that half of it is never in series', () => {
    let state = minute(40);
    const lengths: number[] = [];
    for (let n = 0; n < 30; n += 1) {
      const taken = take(state, n, { calls: 5 });
      lengths.push(granted(taken.verdict));
      state = ended(taken.state, taken, n);
    }
    expect(lengths.slice(0, 3)).toEqual([5, 4, 4]);
    expect(lengths.slice(13)).toEqual(lengths.slice(13).map(() => 1));
  });

  test('is one call where the platform has not told its limits, where a lane waits, and after a refusal', () => {
    expect(granted(take(newQuotaState(UNLIMITED), 0, { calls: 5 }).verdict)).toBe(1);

    let state = minute(100, { concurrent: 1 });
    const held = take(state, 0, { calls: 1 });
    state = take(held.state, 1, { lane: 'interactive' }).state;
    state = ended(state, held, 2);
    expect(granted(take(state, 400, { lane: 'interactive', calls: 5 }).verdict)).toBe(1);

    const limited = take(minute(100), 0);
    state = settle(limited.state, {
      leaseId: limited.leaseId,
      calls: 1,
      now: 1,
      observed: null,
      limited: { retryAfterMs: null },
    });
    expect(granted(take(state, 2_000, { calls: 5 }).verdict)).toBe(1);
  });

  test('is renewed while its last call is under way: in one place, and no call is lost', () => {
    let state = minute(100);
    const held = take(state, 0, { calls: 5 });
    ({ state } = held);
    for (let n = 0; n < 3; n += 1) ({ state } = take(state, n));
    const renewed = renewal(state, held, 200);
    state = renewed?.state ?? state;
    expect(renewed?.calls).toBe(6);
    // Four made, six that may come (one of them is under way), and three of others.
    expect(used(state, 'minute', 201)).toBe(13);
    expect(state.leases).toHaveLength(4);
    state = ended(state, { leaseId: 'renewed' }, 300, 3);
    expect(used(state, 'minute', 301)).toBe(4 + 3 + 3);
  });

  test('is not renewed where its last call would be all: then all stays as it was', () => {
    const held = take(minute(100), 0, { calls: 5 });
    const others = [1, 2, 3].reduce((state, at) => take(state, at).state, held.state);
    const waited = take(others, 4, { lane: 'interactive' });
    expect(refused(waited.verdict).reason).toBe('concurrent');
    expect(renewal(waited.state, held, 200)).toBeNull();
    const limited = settle(held.state, {
      leaseId: 'another',
      calls: 1,
      now: 5,
      observed: null,
      limited: { retryAfterMs: 60_000 },
    });
    expect(renewal(limited, held, 200)).toBeNull();
  });

  function renewal(state: QuotaState, { leaseId }: { readonly leaseId: string }, now: number) {
    return renewSeries(
      state,
      { leaseId, calls: 4, now, observed: null, limited: null },
      { ...ASK, leaseId: 'renewed', now, calls: 6 },
    );
  }

  test('is over when the platform has less than half of a window left', () => {
    const seen = (remaining: number): Observed[] => [
      { window: 'minute', limit: 100, remaining, resetMs: null },
      { window: 'concurrent', limit: 4, remaining: 0, resetMs: null },
    ];
    expect([50, 49].map((remaining) => mayGoOn(seen(remaining)))).toEqual([true, false]);
  });
});

describe('against a platform that counts exactly', () => {
  /** A platform with rolling limits that it counts when a call arrives, somewhere between permit and end. */
  class Platform {
    readonly arrivals: number[] = [];
    rejected = 0;
    constructor(private readonly limits: Partial<Record<keyof typeof WINDOW_MS, number>>) {}

    arrive(at: number): Observed[] {
      for (const [window, limit] of this.#limits()) {
        if (this.#count(window, at) >= limit) {
          this.rejected += 1;
          break;
        }
      }
      this.arrivals.push(at);
      return this.#limits().map(([window, limit]) => ({
        window,
        limit,
        remaining: Math.max(0, limit - this.#count(window, at)),
        resetMs: null,
      }));
    }

    #limits(): [keyof typeof WINDOW_MS, number][] {
      return (['second', 'minute', 'hour', 'day'] as const).flatMap((window) => {
        const limit = this.limits[window];
        return limit === undefined ? [] : [[window, limit] as [typeof window, number]];
      });
    }

    #count(window: keyof typeof WINDOW_MS, at: number): number {
      return this.arrivals.filter((arrival) => arrival > at - WINDOW_MS[window] && arrival <= at)
        .length;
    }
  }

  test('never makes a call too many, and uses nearly all there is', () => {
    fc.assert(
      fc.property(
        fc.record({
          second: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
          minute: fc.integer({ min: 5, max: 300 }),
          workers: fc.integer({ min: 1, max: 8 }),
          latencies: fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 5, maxLength: 40 }),
        }),
        ({ second, minute, workers, latencies }) => {
          const platform = new Platform(second === undefined ? { minute } : { second, minute });
          run(platform, workers, latencies, 240_000);
          expect(platform.rejected).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('with short calls at least nine tenths of a minute quota are used', () => {
    const platform = new Platform({ minute: 60 });
    run(platform, 4, [20, 35, 50], 600_000);
    expect(platform.rejected).toBe(0);
    expect(platform.arrivals.length).toBeGreaterThanOrEqual(0.9 * 600);
  });

  test('with plenty of quota most calls are made in series that are renewed', () => {
    const platform = new Platform({ second: 200, minute: 6_000 });
    const { renewals } = run(platform, 4, [20, 25, 30], 60_000);
    expect(platform.rejected).toBe(0);
    expect(renewals).toBeGreaterThan(platform.arrivals.length / 10);
  });

  /** `workers` callers that each ask, call, settle and ask again, on one virtual clock. */
  function run(
    platform: Platform,
    workers: number,
    latencies: readonly number[],
    untilMs: number,
  ): { renewals: number } {
    let state = newQuotaState(UNLIMITED);
    let n = 0;
    let renewals = 0;
    const events: { at: number; act: () => void }[] = [];
    const latency = () => latencies[n++ % latencies.length] ?? 1;
    const schedule = (at: number, act: () => void) => {
      events.push({ at, act });
    };
    const askAt = (now: number): void => {
      const taken = take(state, now, { calls: SERIES.calls });
      state = taken.state;
      const { verdict } = taken;
      if (!verdict.granted) {
        schedule(verdict.resumeAt, () => askAt(verdict.resumeAt));
        return;
      }
      const { leaseId } = taken;
      callAt(now, { leaseId, calls: verdict.calls, until: now + SERIES.ms, made: 1 });
    };
    interface Held {
      readonly leaseId: string;
      readonly calls: number;
      readonly until: number;
      readonly made: number;
    }
    /** As callers do while the last call of their series is under way: that call is the first of the new permit. */
    const renewedAt = (now: number, held: Held): Held => {
      if (held.made < held.calls || held.calls === 1) return held;
      const leaseId = `${held.leaseId}+`;
      const before = { leaseId: held.leaseId, calls: held.made - 1, observed: null, limited: null };
      const wish = { ...ASK, leaseId, now, calls: 1 + SERIES.calls };
      const renewed = renewSeries(state, { ...before, now }, wish);
      if (renewed === null) return held;
      state = renewed.state;
      renewals += 1;
      return { leaseId, calls: renewed.calls, until: now + SERIES.ms, made: 1 };
    };
    const callAt = (now: number, begun: Held): void => {
      const held = renewedAt(now, begun);
      const { leaseId, made } = held;
      const arrival = now + latency();
      const end = arrival + latency();
      schedule(arrival, () => {
        const observed = platform.arrive(arrival);
        schedule(end, () => {
          if (made < held.calls && end < held.until && mayGoOn(observed)) {
            callAt(end, { ...held, made: made + 1 });
            return;
          }
          state = settle(state, { leaseId, calls: made, now: end, observed, limited: null });
          askAt(end);
        });
      });
    };
    for (let worker = 0; worker < workers; worker += 1) schedule(worker, () => askAt(worker));
    for (;;) {
      events.sort((a, b) => a.at - b.at);
      const next = events.shift();
      if (next === undefined || next.at > untilMs) return { renewals };
      next.act();
    }
  }
});

test('the number of calls used is for gauges', () => {
  let state = newQuotaState(declared({ windows: { minute: 5 } }));
  state = call(call(state, 0), 1);
  expect(used(state, 'minute', 2)).toBe(2);
  expect(used(state, 'minute', 70_000)).toBe(0);
});
