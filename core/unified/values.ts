/** Canonical forms of single values. Each answers null for what is not a value of its kind. */

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const PLAIN_DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
const MAX_DECIMAL_LENGTH = 400;

/**
 * A number or a decimal string as a canonical decimal string: no exponent, no leading or trailing zeros, no negative
 * zero. Equal amounts become equal texts, so an amount written `10.50` once and `10.5` later is no change.
 */
export function canonicalDecimal(value: unknown): string | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return null;
    const written = String(value);
    return written.includes('e') ? expandDecimal(written) : written;
  }
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_DECIMAL_LENGTH) {
    return null;
  }
  if (PLAIN_DECIMAL.test(value)) {
    if (value === '-0') return '0';
    return value.length < 300 || Number.isFinite(Number(value)) ? value : null;
  }
  return expandDecimal(value);
}

function expandDecimal(value: string): string | null {
  const parts = DECIMAL.exec(value);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  let digits = whole + fraction;
  // The wire shows a number: what no double can hold would be served as null.
  if (digits === '' || !Number.isFinite(Number(value))) return null;
  let point = whole.length + Number(exponent);
  if (point < 0) {
    digits = '0'.repeat(-point) + digits;
    point = 0;
  }
  if (point > digits.length) digits += '0'.repeat(point - digits.length);
  const left = digits.slice(0, point).replace(/^0+/, '') || '0';
  const right = digits.slice(point).replace(/0+$/, '');
  const size = right === '' ? left : `${left}.${right}`;
  return sign === '-' && size !== '0' ? `-${size}` : size;
}

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const CANONICAL_INSTANT = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Whether a day exists: `Date` would turn 30 February into 2 March. */
function dayExists(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return true;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return leap && day === 29;
  return day <= 30 || (day === 31 && ![4, 6, 9, 11].includes(month));
}

function dayOf(value: string): boolean {
  return dayExists(
    Number(value.slice(0, 4)),
    Number(value.slice(5, 7)),
    Number(value.slice(8, 10)),
  );
}

function canonicalZone(zone: string): string {
  if (zone.length === 1) return 'Z';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** A date and time with a zone as UTC with milliseconds (finer fractions are cut). Local times are refused. */
export function canonicalInstant(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (CANONICAL_INSTANT.test(value)) return dayOf(value) ? value : null;
  const parts = INSTANT.exec(value);
  if (parts === null || !dayOf(value)) return null;
  const [, , , , hour = '', minute = '', second = '00', fraction = '', zone = 'Z'] = parts;
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  const at = new Date(
    `${value.slice(0, 10)}T${hour}:${minute}:${second}.${millis}${canonicalZone(zone)}`,
  );
  // In UTC a year of four digits may have become one of five, or one before the first.
  const written = Number.isNaN(at.getTime()) ? '' : at.toISOString();
  return CANONICAL_INSTANT.test(written) ? written : null;
}

/** A calendar date as it is, or an instant in its canonical form. */
export function canonicalDate(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (value.length === 10) return DATE.test(value) && dayOf(value) ? value : null;
  return canonicalInstant(value);
}

const UNSTORABLE = /[\0\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A text without what PostgreSQL's jsonb refuses: NUL is dropped, half a surrogate pair becomes U+FFFD. */
export function cleanText(value: string): string {
  if (!UNSTORABLE.test(value)) return value;
  return value.replaceAll('\0', '').replace(LONE_SURROGATE, '\ufffd');
}

// Wider than `UNSTORABLE`: also what JSON escapes. One test serves both for the many texts that need neither.
const NOT_PLAIN = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A cleaned text as JSON. */
export function jsonText(value: string): string {
  return NOT_PLAIN.test(value) ? JSON.stringify(cleanText(value)) : `"${value}"`;
}
