import type { Address } from './address';

/**
 * Platforms refuse to show their sign-in within a frame, and a frame's cookies are not ours to set. So an embedded page
 * opens this same page in a window of its own, which goes on to the platform, and comes back here when that is done.
 * Then it tells the embedded page how it ended. Where the browser has cut the two apart meanwhile, nobody hears it: the
 * window then shows the progress itself, and the embedded page sees by the link's status that it was used.
 */

const RESULT = 'syncline-connect-result';
const HEARD = 'syncline-connect-heard';
const LOOK = 'popup,width=520,height=760';

export interface Start {
  readonly integrationType: string;
  readonly companyName: string | null;
}

export interface WindowResult {
  /** `connected`, or in a word why not. */
  readonly result: string;
  readonly progressToken: string | null;
}

export function windowAddress(linkId: string, { integrationType, companyName }: Start): string {
  const query = new URLSearchParams({ start: integrationType });
  if (companyName !== null) query.set('company_name', companyName);
  return `/connect/${encodeURIComponent(linkId)}?${query.toString()}`;
}

/** Null where the browser forbids it. Only in the act of a click is it allowed at all. */
export function openPlatformWindow(linkId: string, start: Start): Window | null {
  return window.open(windowAddress(linkId, start), 'syncline-connect', LOOK);
}

/** In the opened window, once it is back: tells how it ended, and closes when that was heard. */
export function tellOpener({ result, reason, progressToken }: Address): (() => void) | undefined {
  const opener: unknown = window.opener;
  if (result === null || !isWindow(opener)) return undefined;
  const heard = (event: MessageEvent<unknown>) => {
    if (event.origin === window.location.origin && event.data === HEARD) window.close();
  };
  window.addEventListener('message', heard);
  const ended = { type: RESULT, result: reason ?? result, progressToken };
  opener.postMessage(ended, window.location.origin);
  return () => window.removeEventListener('message', heard);
}

/** In the embedded page: how a window that it opened ended. */
export function onWindowResult(listener: (ended: WindowResult) => void): () => void {
  const hear = ({ origin, data, source }: MessageEvent<unknown>) => {
    if (origin !== window.location.origin) return;
    const ended = parseResult(data);
    if (ended === null) return;
    source?.postMessage(HEARD, { targetOrigin: origin });
    listener(ended);
  };
  window.addEventListener('message', hear);
  return () => window.removeEventListener('message', hear);
}

function parseResult(data: unknown): WindowResult | null {
  if (typeof data !== 'object' || data === null) return null;
  if (!('type' in data) || data.type !== RESULT) return null;
  if (!('result' in data) || typeof data.result !== 'string') return null;
  const token = 'progressToken' in data ? data.progressToken : null;
  return { result: data.result, progressToken: typeof token === 'string' ? token : null };
}

/** A window of another origin answers nothing but `postMessage`, so nothing more may be asked of it. */
function isWindow(opener: unknown): opener is Window {
  return typeof opener === 'object' && opener !== null && opener !== window;
}
