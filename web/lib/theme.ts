import { useSyncExternalStore } from 'react';
import { createSignal } from './signal';

const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'syncline-theme';
const changed = createSignal();
const system = matchMedia('(prefers-color-scheme: dark)');

function currentTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  apply();
}

function isDark(): boolean {
  const theme = currentTheme();
  return theme === 'dark' || (theme === 'system' && system.matches);
}

function apply(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
  changed.send();
}

system.addEventListener('change', apply);

export function useTheme(): Theme {
  return useSyncExternalStore(changed.subscribe, currentTheme);
}

/** Whether pages are dark now, by choice or as the system is. */
export function useIsDark(): boolean {
  return useSyncExternalStore(changed.subscribe, isDark);
}
