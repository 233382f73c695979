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

/**
 * Nesting that is still stored. Beyond some thousand levels JSON.stringify and PostgreSQL's parser run out of stack,
 * each somewhere else, and whoever reads the record later would have to go as deep.
 */
export const MAX_LEVELS = 1_000;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1));
}

/** The value without what lies deeper than `levels`. */
function cut(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((child) => cut(child, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, cut(child, levels - 1)]),
  );
}

function write(item: unknown): string {
  const written = JSON.stringify(item);
  // Most texts escape nothing: that is seen ten times faster than that the expression matches nowhere.
  if (!written.includes('\\u')) return written;
  return MAYBE_UNSTORABLE.test(written) ? JSON.stringify(cleaned(item)) : written;
}

/**
 * A platform's item as JSON that PostgreSQL's jsonb takes. One that nests deeper than `MAX_LEVELS` is cut there, and is
 * not whole.
 */
export function rawJson(item: unknown): { readonly json: string; readonly isWhole: boolean } {
  try {
    const json = write(item);
    // Each level takes two characters: the usual record is too short to be looked through.
    if (json.length < 2 * MAX_LEVELS || !isDeeper(item, MAX_LEVELS)) return { json, isWhole: true };
  } catch {
    // What was parsed from JSON can be written again, unless the stack ends before it does.
  }
  return { json: write(cut(item, MAX_LEVELS)), isWhole: false };
}
