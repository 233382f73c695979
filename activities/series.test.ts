import { setTimeout as delay } from 'node:timers/promises';
import { SERIES } from '../core/quota';
import { noteToldToWait, Series } from './series';

let accounts = 0;
function series(calls: number, more: { account?: string } = {}) {
  accounts += 1;
  const account = more.account ?? `account-${accounts}`;
  const askedAt = performance.now();
  return new Series({ account, leaseId: 'lease', calls, now: 1_760_000_000_000, askedAt });
}

describe('a series of calls', () => {
  it('goes on until its calls are used up, and tells how many were made', () => {
    const two = series(2);
    two.begin();
    expect(two.end(null)).toEqual({ leaseId: 'lease', calls: 1, observed: null, limited: null });
    expect(two.mayGoOn()).toBe(true);
    two.begin();
    expect(two.end(null).calls).toBe(2);
    expect(two.mayGoOn()).toBe(false);
  });

  it('dates its calls by the database’s clock, each at its own time', async () => {
    const dated = series(5);
    expect(dated.begin().getTime()).toBe(1_760_000_000_000);
    await delay(20);
    const second = dated.begin().getTime() - 1_760_000_000_000;
    expect(second).toBeGreaterThanOrEqual(19);
    expect(second).toBeLessThan(5_000);
  });

  it('is over when a call fails', () => {
    const failed = series(5);
    failed.begin();
    expect(failed.fail(null)).toMatchObject({ calls: 1, limited: null });
    expect(failed.mayGoOn()).toBe(false);
  });

  it('is over when the platform has less left than was thought', () => {
    const scarce = series(5);
    scarce.begin();
    scarce.end([{ window: 'minute', limit: 100, remaining: 40, resetMs: null }]);
    expect(scarce.mayGoOn()).toBe(false);
  });

  it('is over before a lane that was refused a place asks again', async () => {
    const long = series(5);
    long.begin();
    long.end(null);
    await delay(SERIES.ms + 5);
    expect(long.mayGoOn()).toBe(false);
  });

  it('is renewed while its last call is under way, which is the first of the new permit', async () => {
    const account = 'renewed';
    const renewed = series(2, { account });
    renewed.begin();
    expect(renewed.mayBeRenewed()).toBe(false);
    const seen = [{ window: 'minute', limit: 100, remaining: 90, resetMs: null } as const];
    renewed.end(seen);
    renewed.begin();
    expect(renewed.mayBeRenewed()).toBe(true);
    const before = { leaseId: 'lease', calls: 1, observed: seen, limited: null };
    expect(renewed.beforeThis()).toEqual(before);
    const [now, askedAt] = [1_760_000_050_000, performance.now()];
    renewed.renew({ account, leaseId: 'next', calls: 3, now, askedAt });
    expect(renewed.end(null)).toEqual({ leaseId: 'next', calls: 1, observed: null, limited: null });
    await delay(20);
    expect(renewed.begin().getTime()).toBeGreaterThanOrEqual(now + 19);
    expect(renewed.mayBeRenewed()).toBe(false);
    expect(renewed.end(null).calls).toBe(2);
    expect(renewed.mayGoOn()).toBe(true);
  });

  it('is not renewed where it is one call, nor after the account was told to wait or has less left', () => {
    const one = series(1);
    one.begin();
    const [told, scarce] = [series(2, { account: 'told' }), series(2)];
    for (const each of [told, scarce]) each.begin();
    told.end(null);
    scarce.end([{ window: 'minute', limit: 100, remaining: 40, resetMs: null }]);
    for (const each of [told, scarce]) each.begin();
    noteToldToWait('told');
    expect([one, told, scarce].map((each) => each.mayBeRenewed())).toEqual([false, false, false]);
  });

  it('is over when another call of the account was told to wait, and that of another account is not', () => {
    const [mine, other] = [series(5, { account: 'same' }), series(5)];
    for (const each of [mine, other]) {
      each.begin();
      each.end(null);
    }
    noteToldToWait('same');
    expect([mine.mayGoOn(), other.mayGoOn()]).toEqual([false, true]);
  });
});
