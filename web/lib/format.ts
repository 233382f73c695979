/** Numbers and instants in words, one way everywhere. */

const numbers = new Intl.NumberFormat('en');

export const count = (value: number): string => numbers.format(value);

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** For a sentence that goes on after a colon. */
export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** For words that begin a line. */
export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `INVOICE_PAYMENTS` → `Invoice payments`. */
export function modelName(model: string): string {
  return upperFirst(model.toLowerCase().replaceAll('_', ' '));
}

const UNITS: readonly [limitSeconds: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] =
  [
    [60, 1, 'second'],
    [3_600, 60, 'minute'],
    [86_400, 3_600, 'hour'],
    [86_400 * 14, 86_400, 'day'],
    [86_400 * 60, 86_400 * 7, 'week'],
    [86_400 * 730, 86_400 * 30, 'month'],
    [Number.POSITIVE_INFINITY, 86_400 * 365, 'year'],
  ];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** `5 min. ago`, `in 3 hr.`, `now`. */
export function ago(instant: string | Date, now: number): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const [, size, unit] = UNITS.find(([limit]) => Math.abs(seconds) < limit) ?? [0, 1, 'second'];
  return relative.format(Math.round(seconds / size), unit);
}

/** `1:05` or `2:03:09` until an instant; `0:00` once it has passed. */
export function countdown(instant: string, now: number): string {
  const left = Math.max(0, Math.ceil((new Date(instant).getTime() - now) / 1000));
  const [hours, minutes, seconds] = [
    Math.floor(left / 3600),
    Math.floor(left / 60) % 60,
    left % 60,
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** `820 ms`, `4.2 s`, `3 min 5 s`, `2 h 4 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** What of a wait is over: it is told in full from the moment it begins. */
export function sleptSoFar(sleptMs: number, until: string | null, now: number): number {
  return until === null ? sleptMs : Math.max(0, sleptMs - Math.max(0, Date.parse(until) - now));
}

/** `25 Nov 2026, 09:04:11` in a zone. */
export function instantIn(instant: string | Date, zone: string, withSeconds = true): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
  }).format(new Date(instant));
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.4 MB`. */
export function bytes(value: number): string {
  const power = Math.min(SIZES.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${SIZES[power]}`;
}
