import { useState } from 'react';
import { useAuthorise } from './authorise';
import { ChooseStep } from './choose-step';
import { ConsentStep } from './consent-step';
import { CredentialsStep } from './credentials-step';
import { NothingOfferedEnd } from './ends';
import { isEmbedded } from './frame';
import type { Connected, Link } from './link';
import { NameStep } from './name-step';
import { openPlatformWindow } from './platform-window';
import { WindowStep } from './window-step';

/** From an open link to a connection: the company's name where it is missing, a platform, consent, a way in. */
export function Flow({
  link,
  onConnected,
  onChanged,
}: {
  readonly link: Link;
  readonly onConnected: (connected: Connected) => void;
  /** The link is no longer what it was: it was used elsewhere, or has expired. */
  readonly onChanged: () => void;
}) {
  const [companyName, setCompanyName] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [stage, setStage] = useState<'consent' | 'credentials' | 'window' | 'blocked'>('consent');
  const { authorise, isBusy, error } = useAuthorise(link);

  const offered = offeredBy(link);
  const platform =
    offered.length === 1
      ? offered[0]
      : offered.find(({ integration_type: type }) => type === chosen);
  const needsName = link.company_name === null && link.reconnects === null;

  if (offered.length === 0) return <NothingOfferedEnd link={link} />;
  if (needsName && companyName === null) return <NameStep link={link} onNamed={setCompanyName} />;
  const renameBack = needsName ? () => setCompanyName(null) : undefined;
  if (platform === undefined) {
    return <ChooseStep link={link} platforms={offered} onChosen={setChosen} onBack={renameBack} />;
  }
  const start = { integrationType: platform.integration_type, companyName };
  const consent = () => {
    if (platform.auth === 'credentials') setStage('credentials');
    else if (!isEmbedded) authorise(start);
    else {
      // A browser lets a window open in the very act of a click only.
      setStage(openPlatformWindow(link.invite_link_id, start) === null ? 'blocked' : 'window');
    }
  };
  const back = () => setStage('consent');
  switch (stage) {
    case 'consent':
      return (
        <ConsentStep
          link={link}
          platform={platform}
          isBusy={isBusy}
          error={error}
          onConsented={consent}
          onBack={offered.length > 1 ? () => setChosen(null) : renameBack}
        />
      );
    case 'credentials':
      return (
        <CredentialsStep
          link={link}
          platform={platform}
          companyName={companyName}
          onConnected={onConnected}
          onChanged={onChanged}
          onBack={back}
        />
      );
    case 'window':
    case 'blocked':
      return (
        <WindowStep
          link={link}
          platform={platform}
          start={start}
          isOpen={stage === 'window'}
          onConnected={onConnected}
          onBack={back}
        />
      );
  }
}

/** A link that reconnects offers the connection's own platform only. */
function offeredBy({ platforms, reconnects }: Link): Link['platforms'] {
  if (reconnects === null) return platforms;
  return platforms.filter(({ integration_type: type }) => type === reconnects.integration_type);
}
