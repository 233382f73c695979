import { invalid } from '../../core/errors';

/** Deeper input serves no one, and exhausts the stack of whatever walks it by recursion. */
const DEEPEST = 32;

/** Half a surrogate pair, or a control character that is no white space: PostgreSQL refuses some of them in text and jsonb. */
const UNSTORABLE = /\p{Cs}|(?![\t\n\r])\p{Cc}/u;

interface Place {
  readonly key: PropertyKey;
  readonly within: Place | null;
  readonly depth: number;
}

/**
 * Refuses input that could not be stored, or not be stored as it came, whatever its schema says of it: control
 * characters and broken characters in texts and keys, `__proto__` as a key, nesting past 32. Throws `AppError` (400).
 */
export function refuseUnstorable(input: unknown, nameOf: (path: PropertyKey[]) => string): void {
  const refuse = (place: Place | null, reason: string): never => {
    throw invalid(nameOf(pathOf(place)), reason);
  };
  const open: { value: object; place: Place | null }[] = [];
  // A stack of its own: the input decides how deep it goes.
  const look = (value: unknown, place: Place | null) => {
    if (typeof value === 'string' && UNSTORABLE.test(value)) {
      refuse(place, 'It holds a control character or a broken one.');
    }
    if (typeof value !== 'object' || value === null) return;
    if ((place?.depth ?? 0) >= DEEPEST) {
      // Its whole path would be as long as the input is deep.
      throw invalid(
        nameOf(pathOf(place).slice(0, 2)),
        `It is nested deeper than ${DEEPEST} levels.`,
      );
    }
    open.push({ value, place });
  };
  look(input, null);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, place: within } = next;
    const isList = Array.isArray(value);
    for (const [name, child] of Object.entries(value)) {
      const place = { key: isList ? Number(name) : name, within, depth: (within?.depth ?? 0) + 1 };
      if (name === '__proto__') refuse(place, 'It is not known here.');
      if (UNSTORABLE.test(name)) refuse(within, 'One of its keys holds a control character.');
      look(child, place);
    }
  }
}

function pathOf(place: Place | null): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at = place; at !== null; at = at.within) path.unshift(at.key);
  return path;
}
