import { useSyncExternalStore } from 'react';
import { createSignal } from './signal';

const KEY = 'syncline-time-zone';
const changed = createSignal();

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone that instants are shown in: the chosen one, else the browser's. */
export function currentZone(): string {
  return localStorage.getItem(KEY) ?? browserZone();
}

/** `null` follows the browser. */
export function setZone(zone: string | null): void {
  if (zone === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, zone);
  changed.send();
}

export function useZone(): string {
  return useSyncExternalStore(changed.subscribe, currentZone);
}
