import { toString as cronInWords } from 'cronstrue';
import type { Frequency, Schedule } from './draft';

export const UNITS: Readonly<Record<Exclude<Frequency, 'NEVER'>, string>> = {
  MINUTELY: 'minute',
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
};

/** `Every 3 days`; `At 06:00 AM, Monday through Friday (Europe/Berlin)`; `Only on request`. */
export function scheduleInWords(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'never':
      return 'Only on request';
    case 'cron': {
      const words = cronWords(schedule.cron);
      return words === null ? `Cron ${schedule.cron}` : `${words} (${schedule.timezone})`;
    }
    case 'every': {
      if (schedule.frequency === 'NEVER') return 'Only on request';
      const unit = UNITS[schedule.frequency];
      return schedule.interval === 1 ? `Every ${unit}` : `Every ${schedule.interval} ${unit}s`;
    }
  }
}

/** A cron line in words, null where it cannot be read. */
export function cronWords(cron: string): string | null {
  try {
    return cronInWords(cron.trim(), { use24HourTimeFormat: true, verbose: false });
  } catch {
    return null;
  }
}
