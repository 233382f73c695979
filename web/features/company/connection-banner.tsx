import { useState } from 'react';
import { Banner } from '../../components/banner';
import { Button } from '../../components/button';
import { Countdown } from '../../components/instant';
import { lowerFirst, modelName } from '../../lib/format';
import { listInWords } from '../../lib/sync-words';
import type { Explanation } from './queries';
import { ReconnectButton } from './reconnect-button';
import { waitsOf, type Wait } from './waits';

/** Says why something of a connection waits, and until when: the worst first, the rest folded. */
export function ConnectionBanner({
  connectionId,
  explanations,
}: {
  readonly connectionId: number;
  readonly explanations: readonly Explanation[];
}) {
  const [isOpen, setOpen] = useState(false);
  const [worst, ...rest] = waitsOf(explanations);
  if (worst === undefined) return null;
  return (
    <div className="flex flex-col gap-2">
      <WaitBanner
        wait={worst}
        connectionId={connectionId}
        more={
          rest.length > 0 && (
            <Button
              size="small"
              kind="quiet"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Show less' : `${rest.length} more`}
            </Button>
          )
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
  readonly more?: React.ReactNode;
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
              Goes on in{' '}
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
