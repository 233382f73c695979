import { cleanText } from '../../core/unified/values';

// What JSON text holds only if a NUL or a lone surrogate stands in it (or the six plain characters, which do no harm).
const MAYBE_UNSTORABLE = /\\u0000|\\ud[89a-f]/;

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [cleanText(key), cleaned(child)]),
  );
}

/** A platform's item as JSON that PostgreSQL's jsonb takes. */
export function rawJson(item: unknown): string {
  const written = JSON.stringify(item);
  return MAYBE_UNSTORABLE.test(written) ? JSON.stringify(cleaned(item)) : written;
}
