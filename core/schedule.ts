import { Cron } from 'croner';
import { assertNever, type Frequency } from './names';

/** When a data model's ticks are due: every `interval` periods counted from an anchor, or by a cron line in a zone. */
export type Schedule =
  | { readonly frequency: Frequency; readonly interval: number }
  | { readonly cron: string; readonly timezone: string };

export interface Due {
  readonly schedule: Schedule;
  /** The connection's creation: models of one connection with one frequency are due together. */
  readonly anchor: Date;
  /** Spreads connections made at one instant; see `jitterMs`. Not used for cron. */
  readonly jitterMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MAX_JITTER_MS = 120_000;
const LAST_INSTANT = Date.UTC(9999, 11, 31);
/** Cron lines are walked step by step; past this many missed ticks the count is only a floor. */
const MAX_COUNTED = 10_000;

/** First due instant strictly after `after`; null when there is none (NEVER, impossible dates). */
export function nextDue(due: Due, after: Date): Date | null {
  const { schedule } = due;
  if ('cron' in schedule) return cronNext(schedule, after);
  if (schedule.frequency === 'NEVER') return null;
  const start = due.anchor.getTime() + due.jitterMs;
  const n = periodsUpTo(schedule, start, after.getTime());
  const next = periodStart(schedule, start, n + 1);
  // Past the year 9999 dates have no common text form, and no tick will come.
  return next > LAST_INSTANT ? null : new Date(next);
}

/** The due instants after `after` in their order, at most `count` of them. */
export function upcoming(due: Due, after: Date, count: number): Date[] {
  const { schedule } = due;
  // Made once: reading a cron line costs more than a step along it.
  const next = 'cron' in schedule ? cronSteps(schedule) : (at: Date) => nextDue(due, at);
  const found: Date[] = [];
  for (let at = next(after); at !== null && found.length < count; at = next(at)) found.push(at);
  return found;
}

/**
 * The ticks due in (from, to], `from` itself being due: how many they are and when the next one is.
 * One tick is written for all of them.
 */
export function collapse(due: Due, from: Date, to: Date): { missed: number; next: Date | null } {
  const { schedule } = due;
  const next = nextDue(due, to);
  if ('cron' in schedule) return { missed: cronCount(schedule, from, to), next };
  if (schedule.frequency === 'NEVER') return { missed: 0, next };
  const start = due.anchor.getTime() + due.jitterMs;
  const missed =
    periodsUpTo(schedule, start, to.getTime()) - periodsUpTo(schedule, start, from.getTime());
  return { missed: Math.max(0, missed), next };
}

/** Up to a tenth of the period, at most 120 s, the same for the same connection and schedule. */
export function jitterMs(schedule: Schedule, connectionId: string): number {
  if ('cron' in schedule || schedule.frequency === 'NEVER') return 0;
  const period = nominalPeriodMs(schedule.frequency) * schedule.interval;
  return Math.floor(fraction(connectionId) * Math.min(period / 10, MAX_JITTER_MS));
}

/** Why a schedule cannot be used, or null. A cron line must have five fields and a later date in its zone. */
export function scheduleProblem(schedule: Schedule): { field: string; reason: string } | null {
  if ('frequency' in schedule) {
    return schedule.interval >= 1 ? null : { field: 'interval', reason: 'Must be 1 or more.' };
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: schedule.timezone });
  } catch {
    return { field: 'timezone', reason: 'Not an IANA time zone.' };
  }
  if (schedule.cron.trim().split(/\s+/).length !== 5) {
    return { field: 'cron', reason: 'Needs five fields: minute, hour, day, month, weekday.' };
  }
  try {
    // eslint-disable-next-line no-restricted-syntax -- a line that comes, comes whenever it is asked.
    if (cronNext(schedule, new Date()) === null) {
      return { field: 'cron', reason: 'Never comes: no date matches it.' };
    }
  } catch {
    return { field: 'cron', reason: 'Cannot be read as a cron line.' };
  }
  return null;
}

/** In words, for people ("every hour", "every 3 days", "cron 0 6 * * 1-5 Europe/Berlin"). */
export function scheduleWords(schedule: Schedule): string {
  if ('cron' in schedule) return `cron ${schedule.cron} ${schedule.timezone}`;
  if (schedule.frequency === 'NEVER') return 'never by itself';
  const unit = UNIT_WORDS[schedule.frequency];
  return schedule.interval === 1 ? `every ${unit}` : `every ${schedule.interval} ${unit}s`;
}

const UNIT_WORDS = {
  MINUTELY: 'minute',
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
} as const;

type Periodic = { readonly frequency: Exclude<Frequency, 'NEVER'>; readonly interval: number };

function isPeriodic(schedule: { frequency: Frequency; interval: number }): schedule is Periodic {
  return schedule.frequency !== 'NEVER';
}

/** How many whole periods have ended by `at` (0 = none yet, however far before the start it lies). */
function periodsUpTo(
  schedule: { frequency: Frequency; interval: number },
  start: number,
  at: number,
): number {
  if (!isPeriodic(schedule) || at < start) return 0;
  const fixed = fixedPeriodMs(schedule);
  if (fixed !== null) return Math.floor((at - start) / fixed);
  // Months and years have no fixed length: estimate, then step to the exact one.
  let n = Math.floor((at - start) / (nominalPeriodMs(schedule.frequency) * schedule.interval));
  while (periodStart(schedule, start, n + 1) <= at) n += 1;
  while (n > 0 && periodStart(schedule, start, n) > at) n -= 1;
  return n;
}

/** Instant at which period `n` starts; month ends are clamped (31 January + 1 month = 28 or 29 February). */
function periodStart(
  schedule: { frequency: Frequency; interval: number },
  start: number,
  n: number,
): number {
  if (!isPeriodic(schedule)) return start;
  const fixed = fixedPeriodMs(schedule);
  if (fixed !== null) return start + n * fixed;
  const months = n * schedule.interval * (schedule.frequency === 'YEARLY' ? 12 : 1);
  return addMonths(new Date(start), months).getTime();
}

function addMonths(date: Date, months: number): Date {
  const target = new Date(date);
  target.setUTCDate(1);
  target.setUTCMonth(target.getUTCMonth() + months);
  const lastDay = new Date(
    Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0),
  ).getUTCDate();
  target.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return target;
}

function fixedPeriodMs(schedule: Periodic): number | null {
  switch (schedule.frequency) {
    case 'MINUTELY':
    case 'HOURLY':
    case 'DAILY':
    case 'WEEKLY':
      return nominalPeriodMs(schedule.frequency) * schedule.interval;
    case 'MONTHLY':
    case 'YEARLY':
      return null;
    default:
      return assertNever(schedule.frequency);
  }
}

function nominalPeriodMs(frequency: Exclude<Frequency, 'NEVER'>): number {
  switch (frequency) {
    case 'MINUTELY':
      return MINUTE_MS;
    case 'HOURLY':
      return HOUR_MS;
    case 'DAILY':
      return DAY_MS;
    case 'WEEKLY':
      return 7 * DAY_MS;
    case 'MONTHLY':
      return 30 * DAY_MS;
    case 'YEARLY':
      return 365 * DAY_MS;
    default:
      return assertNever(frequency);
  }
}

function cronNext(schedule: { cron: string; timezone: string }, after: Date): Date | null {
  return cronSteps(schedule)(after);
}

function cronSteps(schedule: { cron: string; timezone: string }): (after: Date) => Date | null {
  // Paused: croner must never start its own timer.
  const cron = new Cron(schedule.cron, { timezone: schedule.timezone, paused: true });
  return (after) => cron.nextRun(after);
}

function cronCount(schedule: { cron: string; timezone: string }, from: Date, to: Date): number {
  const cron = new Cron(schedule.cron, { timezone: schedule.timezone, paused: true });
  let count = 0;
  for (let at = cron.nextRun(from); at !== null && at <= to; at = cron.nextRun(at)) {
    count += 1;
    if (count >= MAX_COUNTED) break;
  }
  return count;
}

/** FNV-1a over the text, as a fraction of 1: stable over releases, unlike a library's hash. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  // FNV's low bits vary most for short texts; fold them into the high ones.
  return (((hash >>> 0) ^ (hash << 16)) >>> 0) / 2 ** 32;
}
