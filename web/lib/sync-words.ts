import { count } from './format';

/** Syncs, runs and their counts in words, one way on every page. */

export const MODES: Readonly<Record<string, string>> = {
  incremental: 'Incremental',
  full: 'Full',
  from_date: 'From a date',
};
export const TRIGGERS: Readonly<Record<string, string>> = {
  auto: 'Auto',
  manual: 'Manual',
  initial: 'Initial',
};
export const LANES = ['interactive', 'scheduled', 'backfill'] as const;
export const LANE_NAMES: Readonly<Record<(typeof LANES)[number], string>> = {
  interactive: 'Interactive',
  scheduled: 'Scheduled',
  backfill: 'Backfill',
};

export interface Counts {
  readonly fetched: number;
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly revived: number;
  readonly repeated: number;
  readonly quarantined: number;
  readonly deleted: number;
}

/** Records that are no longer what they were. */
export function changesOf(counts: Counts): number {
  return counts.inserted + counts.changed + counts.revived + counts.deleted;
}

/** `2 inserted, 3 changed`; what did not happen is left out. */
export function countsInWords(counts: Counts): string {
  const told = [
    ['inserted', counts.inserted],
    ['changed', counts.changed],
    ['revived', counts.revived],
    ['deleted', counts.deleted],
    ['quarantined', counts.quarantined],
  ] as const;
  const words = told
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${count(value)} ${name}`);
  return words.join(', ') || 'Nothing changed';
}

/** `Invoices, Contacts and 3 more`. */
export function listInWords(names: readonly string[], most = 3): string {
  if (names.length > most) {
    return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  }
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** The counts of several syncs together. */
export function sumOf(all: readonly Counts[]): Counts {
  const total = (of: (counts: Counts) => number) => all.reduce((sum, each) => sum + of(each), 0);
  return {
    fetched: total(({ fetched }) => fetched),
    inserted: total(({ inserted }) => inserted),
    changed: total(({ changed }) => changed),
    unchanged: total(({ unchanged }) => unchanged),
    revived: total(({ revived }) => revived),
    repeated: total(({ repeated }) => repeated),
    quarantined: total(({ quarantined }) => quarantined),
    deleted: total(({ deleted }) => deleted),
  };
}
