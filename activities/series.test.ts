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
