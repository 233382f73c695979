import { useEffect, useRef } from 'react';
import { Spinner } from '../components/spinner';
import { useAuthorise } from './authorise';
import { LargeButton, Step } from './layout';
import type { Link } from './link';
import type { Start } from './platform-window';
import { Refusal } from './refusal';

/** The first page of a window that an embedded page opened: on to the platform, as consent was given there. */
export function StartStep({
  link,
  start,
  onBack,
}: {
  readonly link: Link;
  readonly start: Start;
  readonly onBack: () => void;
}) {
  const { authorise, error } = useAuthorise(link);
  const hasStarted = useRef(false);
  const { platforms } = link;
  const name =
    platforms.find((each) => each.integration_type === start.integrationType)?.name ??
    'the platform';
  useEffect(() => {
    if (hasStarted.current) return;
    hasStarted.current = true;
    authorise(start);
  });
  return (
    <Step title={error === null ? `Taking you to ${name}` : `${name} cannot be opened`}>
      {error === null ? (
        <p role="status" className="flex items-center gap-2 text-[13px] text-muted">
          <Spinner />
          One moment
        </p>
      ) : (
        <div className="flex flex-1 flex-col gap-6">
          <Refusal error={error} platform={name} />
          <div className="mt-auto flex flex-col gap-2">
            <LargeButton kind="primary" onClick={() => authorise(start)}>
              Try again
            </LargeButton>
            <LargeButton onClick={onBack}>Back</LargeButton>
          </div>
        </div>
      )}
    </Step>
  );
}
