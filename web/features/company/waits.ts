import { hasFailed } from './model-status';
import type { Explanation } from './queries';

/** Several data models that wait for the same reason, as one thing to say. */
export interface Wait {
  readonly key: string;
  readonly tone: 'bad' | 'warn' | 'wait' | 'info';
  readonly title: string;
  /** Whether it holds for some data models, which then are named; else for the connection. */
  readonly isOfModels: boolean;
  readonly models: readonly string[];
  readonly message: string;
  readonly action: string | null;
  readonly resumesAt: string | null;
  readonly canReconnect: boolean;
}

type Kind = Pick<Wait, 'tone' | 'title' | 'isOfModels' | 'canReconnect'>;

/** What is worth saying, the worst first. Reasons that are not here need nobody's attention. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['expired', kind('bad', 'The connection has expired', { canReconnect: true })],
  ['disconnected', kind('warn', 'Disconnected', { canReconnect: true })],
  ['pending', kind('info', 'The connection is not finished', {})],
  ['overdue', kind('bad', 'Overdue', { isOfModels: true })],
  ['failed', kind('bad', 'The last sync failed', { isOfModels: true })],
  ['backing-off', kind('warn', 'Backing off', { isOfModels: true })],
  ['waiting-for-quota', kind('wait', 'Sleeping', { isOfModels: true })],
  ['late', kind('warn', 'Queued for long', { isOfModels: true })],
  ['paused', kind('info', 'Paused', {})],
]);

function kind(tone: Kind['tone'], title: string, more: Partial<Kind>): Kind {
  return { tone, title, isOfModels: false, canReconnect: false, ...more };
}

export function waitsOf(explanations: readonly Explanation[]): Wait[] {
  return [...KINDS].flatMap(([key, of]) => {
    const concerned = explanations.filter((each) => keyOf(each) === key);
    const first = [...concerned].sort(bySoonest)[0];
    if (first === undefined) return [];
    const error = key === 'failed' ? first.evidence.last_error : null;
    return {
      ...of,
      key,
      models: concerned.map((each) => each.data_model),
      message: error?.message ?? first.message,
      action: first.action,
      resumesAt: first.resumes_at,
    };
  });
}

function keyOf(explanation: Explanation): string {
  const { reason, action } = explanation;
  if (reason === 'queued' && action !== null) return 'late';
  return hasFailed(explanation) ? 'failed' : reason;
}

function bySoonest(a: Explanation, b: Explanation): number {
  return (a.resumes_at ?? '').localeCompare(b.resumes_at ?? '');
}
