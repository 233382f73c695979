/** Tells the components that show something kept outside of them when it has changed. */
export interface Signal {
  /** For `useSyncExternalStore`. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly send: () => void;
}

export function createSignal(): Signal {
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send() {
      for (const listener of listeners) listener();
    },
  };
}
