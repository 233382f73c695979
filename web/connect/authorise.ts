import { useEffect } from 'react';
import { $api } from '../api/client';
import type { Link } from './link';
import { type Start, windowAddress } from './platform-window';

/** Asks for the platform's sign-in page and goes there, in this window. */
export function useAuthorise(link: Link) {
  const { mutate, reset, isPending, isSuccess, error } = $api.useMutation(
    'post',
    '/connect/{invite_link_id}/oauth',
    { onSuccess: ({ data }) => window.location.assign(data.authorize_url) },
  );
  useEffect(() => {
    // Back from the platform by the browser's own button: the page is as it was left, so it must not wait any more.
    const comeBack = (event: PageTransitionEvent) => event.persisted && reset();
    window.addEventListener('pageshow', comeBack);
    return () => window.removeEventListener('pageshow', comeBack);
  }, [reset]);
  const authorise = (start: Start) => {
    const { integrationType, companyName } = start;
    // The platform leads back to the public address, and only there is the cookie found that this sets.
    const { origin } = new URL(link.url);
    if (origin !== window.location.origin) {
      window.location.assign(`${origin}${windowAddress(link.invite_link_id, start)}`);
      return;
    }
    mutate({
      params: { path: { invite_link_id: link.invite_link_id } },
      body: {
        integration_type: integrationType,
        ...(companyName === null ? {} : { company_name: companyName }),
      },
    });
  };
  // Until the browser has left this page there is nothing to press.
  return { authorise, isBusy: isPending || isSuccess, error };
}
