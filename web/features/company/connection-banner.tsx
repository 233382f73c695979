import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Banner } from '../../components/banner';
import { Button } from '../../components/button';
import { Countdown } from '../../components/instant';
import { lowerFirst, modelName } from '../../lib/format';
import { listInWords } from '../../lib/sync-words';
import type { Explanation, Model } from './queries';
import { ReconnectButton } from './reconnect-button';
import { waitsOf, type Wait } from './waits';

/** Says why something of a connection waits, and until when: the worst first, the rest folded. */
export function ConnectionBanner({
  connectionId,
  explanations,
  models,
}: {
  readonly connectionId: number;
  readonly models: readonly Model[];
  readonly explanations: readonly Explanation[];
}) {
  const [isOpen, setOpen] = useState(false);
  const [worst, ...rest] = waitsOf(explanations);
  if (worst === undefined) return null;
  const failedSync = models.find(
    ({ data_model: name, last_sync: last }) =>
      worst.key === 'failed' && worst.models.includes(name) && last?.status === 'FAILED',
  )?.last_sync;
  return (
    <div className="flex flex-col gap-2">
      <WaitBanner
        wait={worst}
        connectionId={connectionId}
        more={
          <>
            {failedSync != null && (
              <Link
                to="/syncs/$syncId"
                params={{ syncId: failedSync.sync_id }}
                className="rounded text-[13px] font-medium text-accent-text hover:underline"
              >
                See the sync
              </Link>
            )}
            {rest.length > 0 && (
              <Button
                size="small"
                kind="quiet"
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              >
                {isOpen ? 'Show less' : `${rest.length} more`}
              </Button>
            )}
          </>
        }
      />
      {isOpen &&
        rest.map((wait) => <WaitBanner key={wait.key} wait={wait} connectionId={connectionId} />)}
    </div>
  );
}

function WaitBanner({
  wait,
  connectionId,
  more,
}: {
  readonly wait: Wait;
  readonly connectionId: number;
  readonly more?: ReactNode;
}) {
  const names = wait.models.map(modelName);
  return (
    <Banner
      tone={wait.tone}
      title={
        <>
          {wait.title}
          {wait.isOfModels && `: ${listInWords(names)}`}
        </>
      }
      actions={
        <>
          {wait.resumesAt !== null && (
            // A timer is not read out at each of its seconds, as the rest of a status is.
            <span role="timer" className="text-[13px] text-text">
              {wait.key === 'failed' ? 'Next sync in' : 'Goes on in'}{' '}
              <strong className="font-semibold">
                <Countdown to={wait.resumesAt} />
              </strong>
            </span>
          )}
          {wait.canReconnect && <ReconnectButton connectionId={connectionId} />}
          {more}
        </>
      }
    >
      {wait.message}
      {wait.action !== null && <p className="text-muted">What to do: {lowerFirst(wait.action)}</p>}
    </Banner>
  );
}
