import { Badge, type Tone } from '../../components/badge';
import type { Explanation, Model } from './queries';

const LIVE = true;
const WORDS: Readonly<Record<string, readonly [Tone, string, isLive?: boolean]>> = {
  disconnected: ['neutral', 'Disconnected'],
  expired: ['bad', 'Expired'],
  pending: ['info', 'Pending'],
  disabled: ['neutral', 'Not enabled'],
  'waiting-for-quota': ['warn', 'Sleeping'],
  'backing-off': ['warn', 'Backing off'],
  fetching: ['info', 'Reading', LIVE],
  'confirming-deletions': ['info', 'Confirming deletions', LIVE],
  deleting: ['info', 'Deleting', LIVE],
  queued: ['info', 'Queued'],
  paused: ['neutral', 'Paused'],
  overdue: ['bad', 'Overdue'],
  scheduled: ['good', 'Up to date'],
  'on-request': ['neutral', 'On request'],
};
const AT_REST = new Set(['scheduled', 'on-request']);

/** Ends of a sync that somebody wanted. */
const WANTED = new Set(['cancelled', 'model-disabled', 'disconnected']);

/** Whether nothing is under way and what was last tried did not work. */
export function hasFailed({ reason, evidence: { last_error: error } }: Explanation): boolean {
  return AT_REST.has(reason) && error !== null && !WANTED.has(error.code);
}

export function ModelStatus({
  model,
  explanation,
}: {
  readonly model: Model;
  readonly explanation: Explanation | undefined;
}) {
  // What is shown as queued before the server knows of it is explained a moment later.
  if (AT_REST.has(model.status) && explanation !== undefined && hasFailed(explanation)) {
    return (
      <Badge tone="bad" hasDot>
        Last sync failed
      </Badge>
    );
  }
  if (AT_REST.has(model.status) && model.last_success_at === null) {
    return <Badge hasDot>Not synced yet</Badge>;
  }
  const [tone, words, isLive = false] = WORDS[model.status] ?? ['neutral', model.status];
  return (
    <Badge tone={tone} hasDot isLive={isLive}>
      {words}
    </Badge>
  );
}
