import { Badge, type Tone } from '../../components/badge';
import type { Model } from './queries';

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

/** Whether nothing is under way and what was last tried did not work. */
export function hasFailed({ status, last_sync: last }: Model): boolean {
  return AT_REST.has(status) && last?.status === 'FAILED';
}

export function ModelStatus({ model }: { readonly model: Model }) {
  if (hasFailed(model)) {
    return (
      <Badge tone="bad" hasDot>
        Last sync failed
      </Badge>
    );
  }
  const [tone, words, isLive = false] = WORDS[model.status] ?? ['neutral', model.status];
  return (
    <Badge tone={tone} hasDot isLive={isLive}>
      {words}
    </Badge>
  );
}
