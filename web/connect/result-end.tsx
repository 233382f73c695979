import { CircleX, Clock, type LucideIcon, UserX } from 'lucide-react';
import { End } from './ends';
import type { Address } from './address';
import { LargeButton } from './layout';
import type { Link } from './link';

interface Description {
  readonly icon: LucideIcon;
  readonly tone: 'neutral' | 'warn' | 'bad';
  readonly title: string;
  readonly text: string;
}

/** How a sign-in at the platform ended without a connection. Each leads back to the start of the link. */
export function ResultEnd({
  address: { result, reason, integrationType },
  link,
  onRetry,
}: {
  readonly address: Address;
  readonly link: Link;
  readonly onRetry: () => void;
}) {
  const platform = link.platforms.find((each) => each.integration_type === integrationType);
  return (
    <End
      {...describeReason(reason ?? result ?? '', platform?.name ?? 'The platform')}
      action={
        <LargeButton kind="primary" onClick={onRetry}>
          Start again
        </LargeButton>
      }
    />
  );
}

/** `denied`, or the reason of a failure. */
export function describeReason(reason: string, platform: string): Description {
  switch (reason) {
    case 'denied':
      return {
        icon: CircleX,
        tone: 'neutral',
        title: 'You did not allow access',
        text: `${platform} gave no access, and nothing was stored. If that was a mistake, start again and choose Allow.`,
      };
    case 'different-account':
      return {
        icon: UserX,
        tone: 'bad',
        title: 'This is a different account',
        text: 'Sign in with the account that was connected before. To connect another account, ask for a new link. Nothing was changed.',
      };
    case 'platform-unavailable':
      return {
        icon: Clock,
        tone: 'warn',
        title: 'The platform cannot be reached',
        text: `${platform} did not answer. Nothing was stored; try again in a minute.`,
      };
    case 'platform-denied':
      return {
        icon: CircleX,
        tone: 'bad',
        title: `${platform} refused the sign-in`,
        text: 'It did not accept what it had given you a moment before. Nothing was stored. Start again; if it keeps happening, tell the sender of this link.',
      };
    case 'conflict':
      return {
        icon: CircleX,
        tone: 'warn',
        title: 'This is already connected',
        text: `${platform} was connected for your company meanwhile, or is no longer offered. Nothing was changed.`,
      };
    default:
      return {
        icon: CircleX,
        tone: 'bad',
        title: 'The connection was not made',
        text: `${platform} did not complete the sign-in. Nothing was stored. Start again; if it keeps happening, tell the sender of this link.`,
      };
  }
}
