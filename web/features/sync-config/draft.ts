import type { Schemas } from '../../api/client';

/** A sync config as it is being changed, and as it is saved. */

export type SavedEntry = Schemas['SyncConfigEntry'];
export type RequestEntry = Schemas['SyncConfigEntryRequest'];
export type DataModel = SavedEntry['data_model'];
export type Frequency = NonNullable<SavedEntry['frequency']>;
export type Access = keyof SavedEntry['scope_access'];

/** How often: by periods, by a cron line in a zone, or only when somebody asks. */
export type Schedule =
  | { readonly kind: 'every'; readonly frequency: Frequency; readonly interval: number }
  | { readonly kind: 'cron'; readonly cron: string; readonly timezone: string }
  | { readonly kind: 'never' };

export interface DraftEntry {
  readonly model: DataModel;
  readonly enabled: boolean;
  readonly schedule: Schedule;
  /** 1 goes first. */
  readonly priority: number;
  /** A day, `2024-01-31`, or an instant where it was given as one; null: all history. */
  readonly syncFrom: string | null;
  readonly access: SavedEntry['scope_access'];
  readonly customFields: readonly string[];
  /** Whether the saved list names it; one that is not named is off. */
  readonly isListed: boolean;
}

export const FIRST_PRIORITY = 1;
export const LAST_PRIORITY = 9;
const USUAL_PRIORITY = 5;

/** Every data model that can be had, in the order of its priority. */
export function toDraft(
  saved: readonly SavedEntry[],
  models: readonly DataModel[],
): readonly DraftEntry[] {
  const listed = saved.map(fromSaved);
  const known = new Set(listed.map(({ model }) => model));
  return inOrder([...listed, ...models.filter((model) => !known.has(model)).map(unlisted)]);
}

function fromSaved(entry: SavedEntry): DraftEntry {
  return {
    model: entry.data_model,
    enabled: entry.enabled,
    schedule: scheduleOf(entry),
    priority: entry.priority,
    syncFrom: entry.sync_from?.replace('T00:00:00.000Z', '') ?? null,
    access: entry.scope_access,
    customFields: entry.custom_fields,
    isListed: true,
  };
}

function scheduleOf({ cron, timezone, frequency, interval }: SavedEntry): Schedule {
  if (cron !== null) return { kind: 'cron', cron, timezone: timezone ?? 'UTC' };
  if (frequency === 'NEVER') return { kind: 'never' };
  return { kind: 'every', frequency: frequency ?? 'DAILY', interval: interval ?? 1 };
}

function unlisted(model: DataModel): DraftEntry {
  return {
    model,
    enabled: false,
    schedule: { kind: 'every', frequency: 'DAILY', interval: 1 },
    priority: USUAL_PRIORITY,
    syncFrom: null,
    access: { READ: true, CREATE: false, UPDATE: false, DELETE: false },
    customFields: [],
    isListed: false,
  };
}

/** What the API is given. What was not named before and is still off stays unnamed. */
export function toRequest(draft: readonly DraftEntry[]): RequestEntry[] {
  return [...draft]
    .filter((entry) => entry.isListed || entry.enabled)
    .sort((a, b) => a.model.localeCompare(b.model))
    .map((entry) => ({
      data_model: entry.model,
      enabled: entry.enabled,
      ...scheduleFields(entry.schedule),
      priority: entry.priority,
      sync_from: entry.syncFrom,
      scope_access: entry.access,
      custom_fields: [...entry.customFields],
    }));
}

/** The fields that a schedule has in the API. */
export function scheduleFields(
  schedule: Schedule,
): Pick<RequestEntry, 'frequency' | 'interval' | 'cron' | 'timezone'> {
  switch (schedule.kind) {
    case 'every':
      return { frequency: schedule.frequency, interval: schedule.interval };
    case 'cron':
      return { cron: schedule.cron.trim(), timezone: schedule.timezone };
    case 'never':
      return { frequency: 'NEVER', interval: 1 };
  }
}

/** Which data models differ from what is saved. */
export function changedModels(
  draft: readonly DraftEntry[],
  saved: readonly DraftEntry[],
): readonly DataModel[] {
  const before = new Map(saved.map((entry) => [entry.model, textOf(entry)]));
  return draft
    .filter((entry) => before.get(entry.model) !== textOf(entry))
    .map(({ model }) => model);
}

function textOf(entry: DraftEntry): string {
  return JSON.stringify(toRequest([{ ...entry, isListed: true }]));
}

/** In the order in which they go when quota is short; equals by name. */
export function inOrder(draft: readonly DraftEntry[]): readonly DraftEntry[] {
  return [...draft].sort((a, b) => a.priority - b.priority || a.model.localeCompare(b.model));
}

/** What keeps an entry from being saved, beside the field it belongs to. */
export interface EntryProblems {
  readonly interval?: string;
  readonly cron?: string;
  readonly syncFrom?: string;
}

export function problemsOf({ schedule, syncFrom }: DraftEntry, today: string): EntryProblems {
  return {
    ...(schedule.kind === 'every' && !isInterval(schedule.interval)
      ? { interval: 'Use a whole number from 1 to 10,000.' }
      : {}),
    ...(schedule.kind === 'cron' && schedule.cron.trim().split(/\s+/).length !== 5
      ? { cron: 'A cron line has five parts: minute, hour, day, month, weekday.' }
      : {}),
    ...(syncFrom !== null && syncFrom.slice(0, 10) > today
      ? { syncFrom: 'This day is still to come.' }
      : {}),
  };
}

function isInterval(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 10_000;
}
