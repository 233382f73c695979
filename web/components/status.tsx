import { Badge, type Tone } from './badge';

/** States of the API in words and tones, one way on every page. */

const CONNECTION: Readonly<Record<string, [Tone, string]>> = {
  HEALTHY: ['good', 'Healthy'],
  PENDING: ['info', 'Pending'],
  EXPIRED: ['bad', 'Expired'],
  DISCONNECTED: ['neutral', 'Disconnected'],
  SLEEPING: ['warn', 'Sleeping'],
  SYNCING: ['info', 'Syncing'],
  PAUSED: ['neutral', 'Paused'],
};
const JOB: Readonly<Record<string, [Tone, string]>> = {
  CREATED: ['neutral', 'Queued'],
  RUNNING: ['info', 'Running'],
  SUCCESS: ['good', 'Succeeded'],
  FAILED: ['bad', 'Failed'],
};

export interface ConnectionState {
  readonly connection_status: string;
  readonly sync_status: string;
  readonly paused: boolean;
}

/** The one thing worth saying of a connection: what is broken before what waits before what is well. */
export function ConnectionStatus({ connection }: { readonly connection: ConnectionState }) {
  const name = nameOf(connection);
  return <Named names={CONNECTION} name={name} isLive={name === 'SYNCING'} />;
}

function nameOf({ connection_status: status, sync_status: activity, paused }: ConnectionState) {
  if (status !== 'HEALTHY') return status;
  if (activity === 'SLEEPING') return 'SLEEPING';
  if (activity !== 'IDLE') return 'SYNCING';
  return paused ? 'PAUSED' : status;
}

export function JobStatus({
  status,
  errorCode,
}: {
  readonly status: string;
  /** Of a failed job: one that somebody cancelled has not gone wrong. */
  readonly errorCode?: string | undefined;
}) {
  if (errorCode === 'cancelled') return <Badge hasDot>Cancelled</Badge>;
  return <Named names={JOB} name={status} isLive={status === 'RUNNING'} />;
}

function Named({
  names,
  name,
  isLive = false,
}: {
  readonly names: Readonly<Record<string, [Tone, string]>>;
  readonly name: string;
  readonly isLive?: boolean;
}) {
  const [tone, words]: [Tone, string] = names[name] ?? ['neutral', name];
  return (
    <Badge tone={tone} hasDot isLive={isLive}>
      {words}
    </Badge>
  );
}
