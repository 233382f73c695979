import { CircleCheck, Clock, Link2Off, type LucideIcon, ShieldAlert, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem';
import { isEmbedded, leave } from './frame';
import { LargeButton, Step } from './layout';
import type { Link } from './link';

const TONES = {
  neutral: 'bg-hover text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const;

/** A step from which there is no way on, or only the one it offers: what happened, and what to do. */
export function End({
  icon: Icon,
  tone,
  title,
  text,
  action,
}: {
  readonly icon: LucideIcon;
  readonly tone: keyof typeof TONES;
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}) {
  return (
    <Step
      title={title}
      description={text}
      isCentred
      mark={
        <span
          aria-hidden
          className={`inline-flex size-12 items-center justify-center rounded-xl ${TONES[tone]}`}
        >
          <Icon className="size-6" />
        </span>
      }
    >
      <div className="flex flex-col gap-2">
        {action}
        {isEmbedded && <LargeButton onClick={leave}>Close</LargeButton>}
      </div>
    </Step>
  );
}

export function UnknownEnd() {
  return (
    <End
      icon={Link2Off}
      tone="neutral"
      title="This link is not valid"
      text="It may be incomplete, or it was withdrawn. Open it again from the message it came in, or ask its sender for a new one. Nothing was connected."
    />
  );
}

export function LinkEnd({ link }: { readonly link: Link }) {
  const { status, organisation_name: organisation, company_name: company } = link;
  if (status === 'USED') {
    return (
      <End
        icon={CircleCheck}
        tone="good"
        title="This link has already been used"
        text={`${company ?? 'Your company'} is connected to ${organisation}, so there is nothing left to do. To connect something else, ask ${organisation} for a new link.`}
      />
    );
  }
  return (
    <End
      icon={Clock}
      tone="warn"
      title="This link has expired"
      text={`Links work for a limited time. Ask ${organisation} for a new one. Nothing was connected.`}
    />
  );
}

export function NothingOfferedEnd({ link }: { readonly link: Link }) {
  return (
    <End
      icon={Link2Off}
      tone="neutral"
      title="This link offers no platform"
      text={`The platforms it was made for are not available. Ask ${link.organisation_name} for a new link.`}
    />
  );
}

/** The platform led back with what belongs to no link, so there is none to start again from. */
export function NoLinkEnd({ reason }: { readonly reason: string | null }) {
  if (reason === 'link') return <UnknownEnd />;
  if (reason === 'unavailable') {
    return (
      <End
        icon={WifiOff}
        tone="warn"
        title="The sign-in could not be finished"
        text="Our server had a problem just then. Nothing was connected. Open your link again in a minute."
      />
    );
  }
  return (
    <End
      icon={ShieldAlert}
      tone="bad"
      title="This sign-in could not be verified"
      text="It was not started in this browser, took longer than ten minutes, or was already finished. For your safety nothing was connected. Open your link again and start from there."
    />
  );
}

export function UnreachableEnd({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry: () => void;
}) {
  const { code } = problemOf(error);
  return (
    <End
      icon={WifiOff}
      tone="warn"
      title={code === 'rate-limited' ? 'Too many requests' : 'The page could not be loaded'}
      text={
        code === 'rate-limited'
          ? 'Wait a minute, then try again.'
          : 'The server could not be reached. Check your internet connection, then try again.'
      }
      action={
        <LargeButton kind="primary" onClick={retry}>
          Try again
        </LargeButton>
      }
    />
  );
}
