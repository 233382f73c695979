import { useEffect, useState } from 'react';
import { $api } from '../api/client';
import { problemOf } from '../api/problem';
import { type Address, forgetResult, rememberProgress } from './address';
import { LinkEnd, NoLinkEnd, UnknownEnd, UnreachableEnd } from './ends';
import { Flow } from './flow';
import { leaveByEscape, tellParent } from './frame';
import { Frame } from './layout';
import type { Connected } from './link';
import { LoadingStep } from './loading-step';
import { tellOpener } from './platform-window';
import { ProgressStep } from './progress-step';
import { ResultEnd } from './result-end';
import { StartStep } from './start-step';

/** What an end customer sees of us: from an invite link to a connected platform. */
export function ConnectPage({ initial }: { readonly initial: Address }) {
  const { linkId } = initial;
  useEffect(leaveByEscape, []);
  return (
    <Frame>
      {linkId === null ? (
        <NoLinkEnd reason={initial.reason} />
      ) : (
        <LinkPage linkId={linkId} initial={initial} />
      )}
    </Frame>
  );
}

function LinkPage({ linkId, initial }: { readonly linkId: string; readonly initial: Address }) {
  const [address, setAddress] = useState(initial);
  const [connected, setConnected] = useState(connectedBy(initial));
  const path = { invite_link_id: linkId };
  const asked = $api.useQuery('get', '/connect/{invite_link_id}', { params: { path } });
  const isReady = !asked.isPending;
  useEffect(() => {
    if (isReady) tellParent({ type: 'ready', data: {} });
  }, [isReady]);
  // A window that an embedded page opened closes once that page has heard how it ended.
  useEffect(() => tellOpener(initial), [initial]);

  const startAgain = () => {
    forgetResult();
    setAddress({ ...address, result: null, reason: null, progressToken: null, start: null });
    void asked.refetch();
  };
  const connect = (made: Connected) => {
    if (made.progressToken !== null) rememberProgress(made.progressToken);
    setConnected(made);
    tellParent({
      type: 'success',
      data: { invite_link_id: linkId, integration_type: made.integrationType },
    });
  };

  if (asked.isPending) return <LoadingStep />;
  if (asked.isError) {
    if (problemOf(asked.error).code === 'not-found') return <UnknownEnd />;
    return <UnreachableEnd error={asked.error} retry={() => void asked.refetch()} />;
  }
  const link = asked.data.data;
  if (connected !== null) return <ProgressStep link={link} connected={connected} />;
  if (link.status !== 'OPEN') return <LinkEnd link={link} />;
  if (address.result !== null) {
    return <ResultEnd address={address} link={link} onRetry={startAgain} />;
  }
  if (address.start !== null) {
    return <StartStep link={link} start={address.start} onBack={startAgain} />;
  }
  return <Flow link={link} onConnected={connect} onChanged={() => void asked.refetch()} />;
}

function connectedBy({ result, integrationType, progressToken }: Address): Connected | null {
  return result === 'connected' ? { integrationType, platform: null, progressToken } : null;
}
