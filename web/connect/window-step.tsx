import { ExternalLink } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../api/client';
import { LargeButton, Step } from './layout';
import type { Connected, Link, Platform } from './link';
import { Mark } from './marks';
import { onWindowResult, openPlatformWindow, type Start, windowAddress } from './platform-window';
import { describeReason } from './result-end';
import { Banner } from '../components/banner';

const LOOK_MS = 2_000;

/** In a frame: waits for the window in which the platform asks. */
export function WindowStep({
  link,
  platform,
  start,
  isOpen,
  onConnected,
  onBack,
}: {
  readonly link: Link;
  readonly platform: Platform;
  readonly start: Start;
  /** Whether the browser let the window open. */
  readonly isOpen: boolean;
  readonly onConnected: (connected: Connected) => void;
  readonly onBack: () => void;
}) {
  const { name, integration_type: integrationType } = platform;
  const [failed, setFailed] = useState<string | null>(null);
  // Under a key of its own: the page above would say of a used link that somebody else has used it.
  const seen = useQuery({
    queryKey: ['link seen by the window step', link.invite_link_id],
    queryFn: async () => {
      const path = { invite_link_id: link.invite_link_id };
      const { data, error } = await api.GET('/connect/{invite_link_id}', { params: { path } });
      if (data === undefined) throw error;
      return data.data.status;
    },
    refetchInterval: LOOK_MS,
  });
  const isUsed = seen.data === 'USED';
  useEffect(() => {
    if (isUsed) onConnected({ integrationType, platform: name, progressToken: null });
  });
  useEffect(() =>
    onWindowResult(({ result, progressToken }) => {
      if (result === 'connected') onConnected({ integrationType, platform: name, progressToken });
      else setFailed(result);
    }),
  );
  const failure = failed === null ? null : describeReason(failed, name);
  return (
    <Step
      title={failure === null ? `Continue in the ${name} window` : failure.title}
      description={
        failure === null
          ? `Sign in to ${name} there and allow access. This page goes on by itself.`
          : failure.text
      }
      mark={<Mark name={name} size="large" />}
      onBack={onBack}
    >
      {!isOpen && failure === null && (
        <Banner tone="warn" title="Your browser blocked the window">
          Open it with the button below.
        </Banner>
      )}
      <div className="mt-auto flex flex-col gap-2">
        <LargeButton
          kind={failure === null && isOpen ? 'secondary' : 'primary'}
          icon={<ExternalLink className="size-4" aria-hidden />}
          onClick={() => {
            setFailed(null);
            openPlatformWindow(link.invite_link_id, start);
          }}
        >
          {failure === null ? `Open the ${name} window` : 'Try again'}
        </LargeButton>
        <a
          href={windowAddress(link.invite_link_id, start)}
          target="_blank"
          rel="opener"
          className="py-1 text-center text-[13px] text-accent-text hover:underline"
        >
          Use a new tab instead
        </a>
      </div>
    </Step>
  );
}
