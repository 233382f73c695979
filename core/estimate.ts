import type { QuotaWindow } from './quota-state';
import { type Schedule, scheduleWords, upcoming } from './schedule';
import type { DataModel } from './unified/models';

/** What a sync config will ask of a platform, before it does: a first estimate from what the last syncs took. */

export interface PlannedModel {
  readonly dataModel: DataModel;
  readonly schedule: Schedule;
  /** Calls of its last auto syncs, on average; null where there were none. */
  readonly callsPerRun: number | null;
}

export interface EstimatedModel {
  readonly dataModel: DataModel;
  readonly callsPerRun: number;
  readonly runsPerHour: number;
  readonly callsPerHour: number;
  readonly basis: 'measured' | 'assumed';
}

export interface EstimatedLimit {
  readonly window: QuotaWindow;
  readonly limit: number;
  /** Calls in such a window on average, by the auto syncs of this connection alone. */
  readonly calls: number;
  /** Of the limit; above 1 the config asks for more than there is. */
  readonly share: number;
}

export interface Estimate {
  readonly callsPerHour: number;
  readonly byModel: readonly EstimatedModel[];
  readonly limits: readonly EstimatedLimit[];
  readonly warnings: readonly string[];
}

/** What an incremental sync that finds little takes. */
const ASSUMED_CALLS = 1;
/** From here on little is left for people who press Refresh, and for writes. */
const TIGHT_SHARE = 0.5;
const HOURS: Record<QuotaWindow, number> = { second: 1 / 3_600, minute: 1 / 60, hour: 1, day: 24 };

/** Adds up what the models' schedules will call, and holds it against the limits that are known. */
export function estimate(
  models: readonly PlannedModel[],
  limits: readonly { readonly window: QuotaWindow; readonly limit: number }[],
  from: Date,
): Estimate {
  // A cron line takes a while to walk, and most models share theirs.
  const known = new Map<string, number>();
  const rateOf = (schedule: Schedule) => {
    const key = JSON.stringify(schedule);
    const rate = known.get(key) ?? runsPerDay(schedule, from) / 24;
    known.set(key, rate);
    return rate;
  };
  const byModel = models.map((model): EstimatedModel => {
    const callsPerRun = model.callsPerRun ?? ASSUMED_CALLS;
    const runsPerHour = rateOf(model.schedule);
    return {
      dataModel: model.dataModel,
      callsPerRun,
      runsPerHour,
      callsPerHour: callsPerRun * runsPerHour,
      basis: model.callsPerRun === null ? 'assumed' : 'measured',
    };
  });
  const callsPerHour = byModel.reduce((sum, model) => sum + model.callsPerHour, 0);
  const held = limits.map(({ window, limit }): EstimatedLimit => {
    const calls = callsPerHour * HOURS[window];
    return { window, limit, calls, share: calls / limit };
  });
  return { callsPerHour, byModel, limits: held, warnings: warningsOf(held) };
}

/** The window that is used most decides: where it has room, the others have too. */
function warningsOf(limits: readonly EstimatedLimit[]): string[] {
  const worst = limits.reduce<EstimatedLimit | null>(
    (most, each) => (most === null || each.share > most.share ? each : most),
    null,
  );
  if (worst === null || worst.share < TIGHT_SHARE) return [];
  const percent = Math.round(worst.share * 100);
  if (worst.share > 1) {
    return [
      `This asks for ${percent} % of the platform's calls per ${worst.window}. Syncs will be paused and resumed by its rate limit, so that no data model is as fresh as its frequency says; writes to the platform, which use the same quota, may have to wait. Sync less often, or fewer data models.`,
    ];
  }
  return [
    `This uses ${percent} % of the platform's calls per ${worst.window}: full syncs, Refresh and writes to the platform share what is left, and may be paused.`,
  ];
}

const DAY_MS = 86_400_000;
/** Ticks that are walked: nine weeks of a daily line, a week of one that comes nine times a working day. */
const MAX_WALKED = 64;

/** How often a schedule comes on a day, on average over its next ticks. */
export function runsPerDay(schedule: Schedule, from: Date): number {
  const ticks = upcoming({ schedule, anchor: from, jitterMs: 0 }, from, MAX_WALKED);
  const first = ticks[0];
  const last = ticks.at(-1);
  if (first === undefined || last === undefined || first === last) return 0;
  return ((ticks.length - 1) * DAY_MS) / (last.getTime() - first.getTime());
}

/** The schedule in words, its next due times, and how often it comes. */
export function preview(
  due: { schedule: Schedule; anchor: Date; jitterMs: number },
  from: Date,
  count: number,
): { words: string; next: Date[]; runsPerDay: number } {
  return {
    words: scheduleWords(due.schedule),
    next: upcoming(due, from, count),
    runsPerDay: runsPerDay(due.schedule, from),
  };
}
