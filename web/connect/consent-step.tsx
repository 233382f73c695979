import { Check, ExternalLink, ShieldCheck } from 'lucide-react';
import { upperFirst } from '../lib/format';
import { LargeButton, Step } from './layout';
import type { Link, Platform } from './link';
import { Marks } from './marks';
import { Refusal } from './refusal';

/** What will be allowed, in plain words, before anything is asked at the platform. */
export function ConsentStep({
  link,
  platform,
  onConsented,
  isBusy,
  error,
  onBack,
}: {
  readonly link: Link;
  readonly platform: Platform;
  readonly onConsented: () => void;
  /** On the way to the platform. */
  readonly isBusy: boolean;
  /** Why the way to the platform could not be opened. */
  readonly error: unknown;
  readonly onBack: (() => void) | undefined;
}) {
  const { organisation_name: organisation, company_name: company, reconnects } = link;
  const isOAuth = platform.auth === 'oauth';
  return (
    <Step
      title={
        reconnects === null
          ? `Connect ${platform.name} to ${organisation}`
          : `Reconnect ${platform.name} to ${organisation}`
      }
      description={
        reconnects === null
          ? `${company === null ? 'Your company' : company} shares the data below. Nothing else is read.`
          : `The access you gave earlier no longer works. Sign in again with the same ${platform.name} account; what was synced is kept.`
      }
      mark={<Marks from={organisation} to={platform.name} />}
      onBack={onBack}
    >
      <h2 className="text-[13px] font-medium" id="scopes">
        {organisation} will be able to
      </h2>
      <ul
        aria-labelledby="scopes"
        tabIndex={0}
        className="mt-2 flex max-h-[13.5rem] flex-col gap-1.5 overflow-y-auto rounded-lg border border-line bg-sunken px-3 py-2.5 text-[13px]"
      >
        {platform.scopes.map(({ data_model: model, words }) => (
          <li key={model} className="flex items-start gap-2">
            <Check className="mt-0.5 size-3.5 shrink-0 text-good" aria-hidden />
            {upperFirst(words)}
          </li>
        ))}
      </ul>
      <p className="mt-3 mb-6 flex items-start gap-2 text-xs leading-relaxed text-muted">
        <ShieldCheck className="mt-0.5 size-3.5 shrink-0" aria-hidden />
        <span>
          {isReadOnly(platform) && `It cannot change or delete anything in ${platform.name}. `}
          {isOAuth
            ? `You sign in at ${platform.name} itself: ${organisation} never sees your password.`
            : 'What you enter next is tested with one call before it is stored.'}
        </span>
      </p>
      {error !== null && (
        <div className="mb-4">
          <Refusal error={error} platform={platform.name} />
        </div>
      )}
      <LargeButton
        kind="primary"
        isBusy={isBusy}
        className="mt-auto"
        onClick={onConsented}
        icon={isOAuth ? <ExternalLink className="size-4" aria-hidden /> : undefined}
      >
        {isOAuth ? `Continue to ${platform.name}` : 'Continue'}
      </LargeButton>
    </Step>
  );
}

/** Whether what is asked for lets nothing be changed at the platform. */
function isReadOnly({ scopes }: Platform): boolean {
  return scopes.every(({ access }) => access.every((each) => each === 'READ'));
}
