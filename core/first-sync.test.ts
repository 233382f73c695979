import { rollUp, type FirstSyncFacts, firstSyncState } from './first-sync';

const NEW: FirstSyncFacts = {
  hasSucceededSince: false,
  hasEverSucceeded: false,
  isQueued: false,
  pull: null,
};
const running = { state: 'RUNNING', hasEndedSince: false, isWaiting: false } as const;
const failed = { state: 'FAILED', hasEndedSince: true, isWaiting: false } as const;

describe('firstSyncState', () => {
  it.each<[string, Partial<FirstSyncFacts>, string | null]>([
    ['nothing is stored', {}, null],
    ['a job is stored', { isQueued: true }, 'queued'],
    ['a pull reads', { isQueued: true, pull: running }, 'running'],
    ['the platform says wait', { pull: { ...running, isWaiting: true } }, 'waiting'],
    ['it has succeeded', { hasSucceededSince: true, hasEverSucceeded: true }, 'done'],
    ['a later sync runs', { hasSucceededSince: true, pull: running, isQueued: true }, 'done'],
    ['it has failed', { pull: failed }, 'failed'],
    ['it failed and is tried again', { pull: failed, isQueued: true }, 'queued'],
    [
      'it failed before the reconnect, and is not due',
      { pull: { ...failed, hasEndedSince: false }, hasEverSucceeded: true },
      'done',
    ],
    [
      'it succeeded before the reconnect, and is due',
      { hasEverSucceeded: true, isQueued: true },
      'queued',
    ],
  ])('when %s', (_what, facts, state) => {
    expect(firstSyncState({ ...NEW, ...facts })).toBe(state);
  });
});

describe('rollUp', () => {
  it('is done when nothing is left to wait for', () => {
    expect(rollUp(['done', 'running'])).toEqual({ done: false, failed: false });
    expect(rollUp(['failed', 'queued'])).toEqual({ done: false, failed: false });
    expect(rollUp(['done', 'failed'])).toEqual({ done: true, failed: true });
    expect(rollUp(['done'])).toEqual({ done: true, failed: false });
    expect(rollUp([])).toEqual({ done: true, failed: false });
  });
});
