/** Talking with the page that holds this one in a frame (`/sdk.js`): to its origin only, as its address names it. */

interface Parent {
  readonly window: Window;
  readonly origin: string;
}

type Message =
  | { readonly type: 'ready' | 'exit'; readonly data: Record<string, never> }
  | {
      readonly type: 'success';
      readonly data: { readonly invite_link_id: string; readonly integration_type: string | null };
    };

const parent = findParent();

function findParent(): Parent | null {
  const query = new URLSearchParams(window.location.search);
  if (query.get('embedded') !== '1' || window.parent === window) return null;
  const origin = query.get('origin');
  // An opaque or malformed origin would send the message to nobody, or to everybody.
  if (origin === null || !URL.canParse(origin) || new URL(origin).origin !== origin) return null;
  return { window: window.parent, origin };
}

export const isEmbedded = parent !== null;

export function tellParent(message: Message): void {
  parent?.window.postMessage({ source: 'syncline-connect', ...message }, parent.origin);
}

/** Asks the page that holds this one to close it. */
export function leave(): void {
  tellParent({ type: 'exit', data: {} });
}

/** A frame over a page is left as a dialog is. */
export function leaveByEscape(): (() => void) | undefined {
  if (!isEmbedded) return undefined;
  const onKey = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') leave();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
