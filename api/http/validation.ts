import type { z } from 'zod';
import { type AppError, invalid, missing } from '../../core/errors';
import { refuseUnstorable } from './storable';

/** The input as its schema understands it. Throws `AppError` that names the field at fault. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  refuseUnstorable(input, (path) => split(path).field);
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw toAppError(result.error, input);
}

/** Where a field lies: an object's keys joined by dots, up to the first list; the message tells the place in the list. */
export function toAppError(
  error: z.ZodError,
  input: unknown,
  within: readonly string[] = [],
): AppError {
  const issue = error.issues.map(deepest).sort((a, b) => b.path.length - a.path.length)[0];
  if (issue === undefined) return invalid('body', 'It cannot be read.');
  const isMissing = issue.code !== 'unrecognized_keys' && isAbsent(input, issue.path);
  const inside =
    issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  const { field, rest } = split([...within, ...inside]);
  if (isMissing) return missing(field, issue.code === 'custom' ? issue.message : rest);
  return invalid(field, `${rest ? `${rest}: ` : ''}${reasonOf(issue)}`);
}

type Issue = z.core.$ZodIssue;

/** Of a union's branches, the one that came furthest is the one the caller meant. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .flat()
    .map(deepest)
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined || inner.path.length === 0) return issue;
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function reasonOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'It is not known here.';
  return /[.!?]$/.test(issue.message) ? issue.message : `${issue.message}.`;
}

function split(path: readonly PropertyKey[]): { field: string; rest: string } {
  const firstIndex = path.findIndex((part) => typeof part === 'number');
  const end = firstIndex === -1 ? path.length : firstIndex;
  const field = path.slice(0, end).map(String).join('.') || 'body';
  const rest = path
    .slice(end)
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  return { field, rest: rest ? `Entry ${rest}` : '' };
}

/** Whether the last key of a path is absent from the object that should hold it. */
function isAbsent(input: unknown, path: readonly PropertyKey[]): boolean {
  let value = input;
  for (const [index, part] of path.entries()) {
    // The path leads into what a text was turned into, so the text was there.
    if (typeof value !== 'object' || value === null) return false;
    value = Reflect.get(value, part);
    if (value === undefined) return index === path.length - 1;
  }
  return false;
}
