import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import * as z from 'zod/mini';
import { createSignal } from '../lib/signal';

/**
 * What the server says has changed, so that a page asks again at once instead of every few seconds. A lost connection
 * costs nothing but time: whoever shows live data asks by itself while `useIsLive` says no.
 */

const PARTS = ['syncs', 'models', 'connections', 'activity'] as const;
type Part = (typeof PARTS)[number];

const changed = z.object({ company_id: z.int(), parts: z.array(z.string()) });

/** Which paths tell of a part. */
const PATHS: Readonly<Record<Part, RegExp>> = {
  syncs: /^\/core\/syncs|\/runs$/,
  models: /\/(models|explain|quota|quarantine|held_deletions)$/,
  connections: /^\/core\/(companies\/\{company_id\}|connections(\/\{connection_id\})?)$|\/explain$/,
  activity: /\/activity$/,
};

/** The server ends a stream now and then, and refuses one where too many are open. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A busy company changes many times a second; a person reads twice at most. */
const GATHER_MS = 400;

let isLive = false;
const liveChanged = createSignal();

function setLive(next: boolean): void {
  isLive = next;
  liveChanged.send();
}

/** Whether changes of the company on the screen are told as they happen. */
export function useIsLive(): boolean {
  return useSyncExternalStore(liveChanged.subscribe, () => isLive);
}

/** For `refetchInterval`: seldom while changes are told, else often enough to look alive. */
export function useRefetchInterval(): number {
  return useIsLive() ? 30_000 : 5_000;
}

/** Asks again for all that may have changed: after something was asked of the server. */
export async function refreshLive(queryClient: QueryClient): Promise<void> {
  await refreshParts(queryClient, PARTS);
}

function refreshParts(queryClient: QueryClient, parts: readonly Part[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === 'string' && parts.some((part) => PATHS[part].test(path)),
  });
}

/** Asks again for what the server says has changed of a company, for as long as a page shows it. */
export function useLiveCompany(companyId: number | undefined): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (companyId === undefined) return;
    return watch(companyId, queryClient);
  }, [companyId, queryClient]);
}

/** A browser opens six connections to a server at most, so that a page which nobody sees gives up its own. */
function watch(companyId: number, queryClient: QueryClient): () => void {
  let source: EventSource | undefined;
  let retry: number | undefined;
  let retryMs = RETRY_MS;
  const refresh = gather(queryClient);
  const close = () => {
    window.clearTimeout(retry);
    source?.close();
    source = undefined;
    setLive(false);
  };
  const open = () => {
    close();
    if (document.visibilityState === 'hidden') return;
    source = new EventSource(`/v3/core/events?company_id=${companyId}`);
    source.addEventListener('open', () => {
      setLive(true);
      retryMs = RETRY_MS;
      // What changed while nobody listened is not told again.
      refresh.add(PARTS);
    });
    source.addEventListener('changed', (event) => {
      const message = changed.safeParse(parse(event.data));
      if (message.success) refresh.add(PARTS.filter((part) => message.data.parts.includes(part)));
    });
    source.addEventListener('error', () => {
      close();
      retry = window.setTimeout(open, retryMs);
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
    });
  };
  document.addEventListener('visibilitychange', open);
  open();
  return () => {
    document.removeEventListener('visibilitychange', open);
    close();
    refresh.stop();
  };
}

/** Joins changes that come close together into one asking. */
function gather(queryClient: QueryClient) {
  const waiting = new Set<Part>();
  let timer: number | undefined;
  const flush = () => {
    timer = undefined;
    const parts = [...waiting];
    waiting.clear();
    void refreshParts(queryClient, parts);
  };
  return {
    add(parts: readonly Part[]): void {
      for (const part of parts) waiting.add(part);
      timer ??= window.setTimeout(flush, GATHER_MS);
    },
    stop(): void {
      window.clearTimeout(timer);
    },
  };
}

function parse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
