import { z } from 'zod';
import type { Answer } from './ask';
import { show } from './load';

/** What the product promises: within this time a request is accepted or refused. */
const PROMISE_MS = 3_000;

/** Of many faults the first few say enough. */
const SHOWN = 10;

const refusal = z.object({
  error: z.object({
    message: z.string(),
    code: z.literal('unavailable'),
    field: z.literal(''),
    request_id: z.string().min(1),
  }),
});
const health = z.object({
  status: z.enum(['ok', 'unavailable']),
  database: z.enum(['up', 'down']),
  temporal: z.enum(['up', 'down']),
});

/**
 * What is wrong with the answers: each must be a yes, or a 503 in the error form that names the part, says that it
 * heals alone and what to do. `mayBeSilent`: the API itself was down at times, so some could not be heard.
 */
export function faultsOf(answers: readonly Answer[], mayBeSilent: boolean): string[] {
  const allowance = slowestOf(answers.filter(({ what }) => what === 'GET /healthz'));
  const faults = answers.flatMap((answer) => {
    const late = answer.ms > PROMISE_MS + allowance ? [`late: ${show(answer)}`] : [];
    return isClear(answer, mayBeSilent) ? late : [...late, `not clear: ${show(answer)}`];
  });
  return faults.slice(0, SHOWN);
}

function isClear(answer: Answer, mayBeSilent: boolean): boolean {
  if (answer.status === 0) return mayBeSilent;
  if (answer.what === 'GET /healthz') return answer.status === 200;
  if (answer.what === 'GET /readyz') return isTrue(answer);
  if (answer.status === 200) return true;
  const parsed = refusal.safeParse(answer.body);
  return (
    answer.status === 503 &&
    parsed.success &&
    /database/.test(parsed.data.error.message) &&
    /by itself/.test(parsed.data.error.message) &&
    /again/.test(parsed.data.error.message)
  );
}

/** Ready means both up, and not ready names what is down. */
function isTrue({ status, body }: Answer): boolean {
  const parsed = health.safeParse(body);
  if (!parsed.success) return false;
  const { database, temporal } = parsed.data;
  const isReady = database === 'up' && temporal === 'up';
  return (
    status === (isReady ? 200 : 503) && parsed.data.status === (isReady ? 'ok' : 'unavailable')
  );
}

export function healthOf(answer: Answer): z.output<typeof health> | null {
  return health.safeParse(answer.body).data ?? null;
}

export function slowestOf(answers: readonly Answer[]): number {
  return answers.reduce((slowest, { ms }) => Math.max(slowest, ms), 0);
}

/** One line for people: how many of each status, and the slowest answer. */
export function summary(title: string, answers: readonly Answer[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  const tally = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${count} × ${status === 0 ? 'none' : status}`);
  const [slowest] = [...answers].sort((a, b) => b.ms - a.ms);
  const words =
    slowest === undefined ? '' : `; slowest ${slowest.ms} ms (${slowest.what} ${slowest.status})`;
  return `${title}: ${tally.join(', ')}${words}\n`;
}
