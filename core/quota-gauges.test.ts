import { ask, newQuotaState, settle } from './quota';
import { gauges } from './quota-gauges';

const AT = Date.UTC(2026, 0, 1, 12);
const declared = {
  windows: { minute: 10, day: 100 },
  counting: 'rolling',
  concurrent: 2,
  observable: false,
} as const;

function permit(lane: 'interactive' | 'backfill', leaseId: string) {
  return {
    leaseId,
    lane,
    priority: 5,
    now: AT,
    leaseMs: 45_000,
    purpose: 'read',
    calls: 1,
  } as const;
}

describe('gauges of the quota ledger', () => {
  it('show an untouched ledger as empty', () => {
    expect(gauges(newQuotaState(declared), new Date(AT))).toEqual({
      windows: [
        {
          window: 'minute',
          limit: 10,
          used: 0,
          remaining: 10,
          freesAt: null,
          reservedForWrites: 0,
        },
        { window: 'day', limit: 100, used: 0, remaining: 100, freesAt: null, reservedForWrites: 0 },
      ],
      concurrent: { limit: 2, used: 0 },
      blockedUntil: null,
      waitingLanes: [],
    });
  });

  it('count calls in progress and ended ones, and tell when they stop counting', () => {
    let { state } = ask(newQuotaState(declared), permit('interactive', 'a'));
    state = settle(state, { leaseId: 'a', calls: 1, now: AT, observed: null, limited: null });
    ({ state } = ask(state, permit('interactive', 'b')));
    const shown = gauges(state, new Date(AT));
    expect(shown.windows[0]).toMatchObject({
      used: 2,
      remaining: 8,
      freesAt: new Date(AT + 61_000),
    });
    expect(shown.concurrent.used).toBe(1);
    expect(gauges(state, new Date(AT + 200_000)).windows[0]?.used).toBe(0);
  });

  it('show a block with its end, lanes that wait, and what writes keep', () => {
    let state = { ...newQuotaState(declared), writeReserve: 0.2 };
    state = settle(state, {
      leaseId: 'x',
      calls: 1,
      now: AT,
      observed: null,
      limited: { retryAfterMs: 30_000 },
    });
    ({ state } = ask(state, permit('backfill', 'a')));
    const shown = gauges(state, new Date(AT));
    expect(shown.blockedUntil).toEqual(new Date(AT + 30_000));
    expect(shown.waitingLanes).toEqual(['backfill']);
    expect(shown.windows.map((each) => each.reservedForWrites)).toEqual([2, 20]);
    expect(gauges(state, new Date(AT + 30_000)).blockedUntil).toBeNull();
  });
});
