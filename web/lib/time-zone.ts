import { useSyncExternalStore } from 'react';

const KEY = 'syncline-time-zone';
const listeners = new Set<() => void>();

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone that instants are shown in: the chosen one, else the browser's. */
export function currentZone(): string {
  return localStorage.getItem(KEY) ?? browserZone();
}

/** `null` follows the browser. */
export function setZone(zone: string | null): void {
  if (zone === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, zone);
  for (const listener of listeners) listener();
}

export function useZone(): string {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentZone);
}
