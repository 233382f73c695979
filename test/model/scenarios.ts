import type { Budget, Scenario } from './world';

/** What is explored: who may ask for what, what the platform's people do, and how much bad luck there may be. */

const NONE: Budget = { crashes: 0, failures: 0, cancels: 0, lostCursors: 0, hidden: 0 };
const LIMITS = { attempts: 2, restarts: 2 };

const tick = { mode: 'incremental', trigger: 'auto' } as const;
const refresh = { mode: 'incremental', trigger: 'manual' } as const;
const full = { mode: 'full', trigger: 'manual' } as const;
const allowed = { mode: 'full', trigger: 'manual', allowMassDelete: true } as const;
const fromDate = { mode: 'from_date', trigger: 'manual' } as const;
const initial = { mode: 'incremental', trigger: 'initial' } as const;

const edit = (row: 'a' | 'b') => ({ row, to: 'changed' }) as const;
const remove = (row: 'a' | 'b') => ({ row, to: 'deleted' }) as const;

const scenario = (name: string, more: Partial<Scenario>): Scenario => ({
  name,
  start: 'synced',
  requests: [],
  changes: [],
  byIds: true,
  limits: LIMITS,
  ...more,
  budget: { ...NONE, ...more.budget },
});

export const SCENARIOS: Scenario[] = [
  scenario('a tick, a full sync and a Refresh, with attempts that crash or are taken for dead', {
    requests: [tick, full, refresh],
    changes: [edit('a'), remove('b')],
    budget: { ...NONE, crashes: 1 },
  }),
  scenario('a row that goes and comes back under a full sync, and a cancel', {
    requests: [full, refresh],
    changes: [remove('a'), edit('a')],
    budget: { ...NONE, cancels: 1 },
  }),
  scenario('deletions held and permitted, and a permission withdrawn', {
    requests: [full, allowed],
    changes: [remove('a'), remove('b')],
    budget: { ...NONE, cancels: 1 },
  }),
  scenario('a platform that cannot be asked by id', {
    requests: [full, tick],
    changes: [remove('b'), edit('b')],
    byIds: false,
    budget: { ...NONE, crashes: 1 },
  }),
  scenario('an initial sync that fails and is continued, with a from-date sync between', {
    start: 'new',
    requests: [initial, fromDate, initial],
    changes: [edit('a')],
    budget: { ...NONE, failures: 3 },
  }),
  scenario('an initial sync, a Refresh that finds no watermark, and a full sync', {
    start: 'new',
    requests: [initial, refresh, full],
    changes: [edit('b')],
    budget: { ...NONE, cancels: 1 },
  }),
  scenario('failures in every place, until pulls fail', {
    requests: [full, refresh],
    changes: [edit('a'), remove('b')],
    budget: { ...NONE, failures: 2 },
  }),
  scenario('cursors that are forgotten', {
    requests: [full, tick],
    changes: [edit('b'), edit('a')],
    budget: { ...NONE, lostCursors: 2 },
  }),
  scenario('listings that fail to show what is there', {
    requests: [full, tick, full],
    changes: [remove('b')],
    budget: { ...NONE, hidden: 1 },
  }),
];
