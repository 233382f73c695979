import type { ErrorRule, Headers, PlatformErrorKind } from '../contract';
import { isObject } from './json';

/** What an answer means where the connector's own rules do not speak of it. Asked in order. */
export const DEFAULT_ERROR_RULES: readonly ErrorRule[] = [
  // RFC 6749 §5.2: the grant itself is dead. Some platforms answer it with 401.
  {
    status: [400, 401],
    matches: (body) => isObject(body) && body.error === 'invalid_grant',
    kind: 'invalid-grant',
  },
  { status: 401, kind: 'unauthorised' },
  { status: 429, kind: 'rate-limited' },
  // RFC 9110 §10.2.3: with Retry-After a 503 is a platform that says when to come back.
  { status: 503, matches: (_body, headers) => 'retry-after' in headers, kind: 'rate-limited' },
  { status: 408, kind: 'transient' },
  { status: 425, kind: 'transient' },
  { status: [500, 599], kind: 'transient' },
  { status: [300, 499], kind: 'refused' },
];

function covers(rule: ErrorRule, status: number): boolean {
  if (typeof rule.status === 'number') return rule.status === status;
  return status >= rule.status[0] && status <= rule.status[1];
}

/** What kind of error an answer is; null for a good one. */
export function classifyAnswer(
  rules: readonly ErrorRule[],
  answer: { readonly status: number; readonly body: unknown; readonly headers: Headers },
): PlatformErrorKind | null {
  for (const list of [rules, DEFAULT_ERROR_RULES]) {
    const rule = list.find(
      (candidate) =>
        covers(candidate, answer.status) &&
        (candidate.matches === undefined || candidate.matches(answer.body, answer.headers)),
    );
    if (rule !== undefined) return rule.kind;
  }
  return answer.status >= 200 && answer.status <= 299 ? null : 'transient';
}

/** Rules that can never decide, because earlier unconditional ones cover all their statuses. */
export function unreachableRules(rules: readonly ErrorRule[]): ErrorRule[] {
  return rules.filter((rule, index) => {
    const [first, last] =
      typeof rule.status === 'number' ? [rule.status, rule.status] : rule.status;
    const earlier = rules.slice(0, index).filter(({ matches }) => matches === undefined);
    for (let status = first; status <= last; status += 1) {
      if (!earlier.some((candidate) => covers(candidate, status))) return false;
    }
    return true;
  });
}
