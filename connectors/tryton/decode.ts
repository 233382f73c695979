import { isObject } from '../engine/json';

/**
 * Tryton writes values that JSON has no form for as objects with a `__class__` (trytond/protocols/jsonrpc.py). Times
 * are in UTC, which a Tryton server always runs in.
 */

const pad = (value: unknown, width = 2): string => String(value).padStart(width, '0');

function dateOf(value: Readonly<Record<string, unknown>>): string {
  return `${pad(value.year, 4)}-${pad(value.month)}-${pad(value.day)}`;
}

function timeOf(value: Readonly<Record<string, unknown>>): string {
  const millis = Math.floor(Number(value.microsecond ?? 0) / 1_000);
  return `${pad(value.hour)}:${pad(value.minute)}:${pad(value.second)}.${pad(millis, 3)}`;
}

function decodeClass(value: Readonly<Record<string, unknown>>): unknown {
  switch (value.__class__) {
    case 'Decimal':
      return value.decimal;
    case 'date':
      return dateOf(value);
    case 'datetime':
      return `${dateOf(value)}T${timeOf(value)}Z`;
    case 'time':
      return timeOf(value);
    case 'timedelta':
      return value.seconds;
    case 'bytes':
      return value.base64;
    default:
      return undefined;
  }
}

/**
 * A Tryton value in plain JSON, at every depth: decimals as texts, dates and instants in ISO 8601, time spans in
 * seconds. A class it does not know stays as it is, and is refused where a field wants something of it.
 */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isObject(value)) return value;
  if (typeof value.__class__ === 'string') return decodeClass(value) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, decode(child)]));
}

/** An instant as Tryton wants it in a domain. */
export function encodeInstant(at: Date): Readonly<Record<string, unknown>> {
  return {
    __class__: 'datetime',
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: at.getUTCMilliseconds() * 1_000,
  };
}
