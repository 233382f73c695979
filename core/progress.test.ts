import { overallProgress, type ProgressFacts, progressOf } from './progress';

const NEW: ProgressFacts = {
  hasSucceededSince: false,
  hasEverSucceeded: false,
  isQueued: false,
  pull: null,
};
const running = { state: 'RUNNING', hasEndedSince: false, isWaiting: false } as const;
const failed = { state: 'FAILED', hasEndedSince: true, isWaiting: false } as const;

describe('progressOf', () => {
  it.each<[string, Partial<ProgressFacts>, string | null]>([
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
    expect(progressOf({ ...NEW, ...facts })).toBe(state);
  });
});

describe('overallProgress', () => {
  it('is done when nothing is left to wait for', () => {
    expect(overallProgress(['done', 'running'])).toEqual({ done: false, failed: false });
    expect(overallProgress(['failed', 'queued'])).toEqual({ done: false, failed: false });
    expect(overallProgress(['done', 'failed'])).toEqual({ done: true, failed: true });
    expect(overallProgress(['done'])).toEqual({ done: true, failed: false });
    expect(overallProgress([])).toEqual({ done: true, failed: false });
  });
});
