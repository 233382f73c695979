/** What the page's address says. The page has one path and no router. */
export interface Address {
  /** Null on the page of errors that belong to no link. */
  readonly linkId: string | null;
  /** How a sign-in at the platform ended: the platform's redirect led back here. */
  readonly result: string | null;
  /** Why it failed, or why the page belongs to no link, in a word. */
  readonly reason: string | null;
  /** The platform that it was about. */
  readonly integrationType: string | null;
  readonly progressToken: string | null;
  /** Set in the window that an embedded page opens: the platform to go on to at once. */
  readonly start: { readonly integrationType: string; readonly companyName: string | null } | null;
}

export function readAddress({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Address {
  const query = new URLSearchParams(search);
  const [, , id = ''] = pathname.split('/');
  const linkId = id === '' || id === 'error' ? null : decodeURIComponent(id);
  const start = query.get('start');
  return {
    linkId,
    result: query.get('result'),
    reason: query.get('reason'),
    integrationType: query.get('integration_type'),
    progressToken: query.get('progress'),
    start:
      start === null ? null : { integrationType: start, companyName: query.get('company_name') },
  };
}

const TOLD = ['result', 'reason', 'integration_type', 'progress', 'start', 'company_name'];

/** The same page without how an earlier attempt ended, so that loading it again does not tell it again. */
export function forgetResult(): void {
  const query = new URLSearchParams(window.location.search);
  for (const name of TOLD) query.delete(name);
  replaceQuery(query);
}

/** Loading the page again then shows the progress again. */
export function rememberProgress(token: string): void {
  const query = new URLSearchParams(window.location.search);
  query.set('result', 'connected');
  query.set('progress', token);
  replaceQuery(query);
}

function replaceQuery(query: URLSearchParams): void {
  const text = query.toString();
  window.history.replaceState(
    null,
    '',
    text === '' ? window.location.pathname : `${window.location.pathname}?${text}`,
  );
}
