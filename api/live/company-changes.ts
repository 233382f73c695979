import { AppError } from '../../core/errors';
import type { Logger } from '../../infra/logger';
import type { Database } from '../../store/database';
import {
  COMPANY_PARTS,
  type CompanyPart,
  type CompanyPrint,
  readCompanyPrints,
} from '../../store/read/company-prints';

export type TellChange = (parts: readonly CompanyPart[]) => void;

/** Tells those who watch companies what of them has changed, within about a second. */
export interface CompanyChanges {
  /**
   * Begins to watch: changes after this has settled are told to whoever listens. Throws `AppError` (429) where too many
   * watch already, 404 where the company is gone.
   */
  watch(companyId: bigint): Promise<Watch>;
  /** Ends all watches; no new ones begin. */
  close(): void;
}

export interface Watch {
  /** `end` is called where the watch ends without its listener's doing. Answers how to leave. */
  listen(tell: TellChange, end: () => void): () => void;
}

/** Streams of this process; each costs a socket, and its company's print once a second. */
const MAX_WATCHES = 200;
const POLL_EVERY_MS = 1_000;
/** Whoever has not begun to listen by then has gone: its request was given up. */
const LISTEN_WITHIN_MS = 15_000;

interface Watched {
  print: CompanyPrint | null;
  readonly listeners: Set<{ tell: TellChange; end: () => void }>;
  /** Watches that have begun and nobody listens to yet. */
  opening: number;
}

/**
 * One statement a second reads the prints of all companies that are watched, and none while nobody watches. What
 * others changed is found in the database alone, so that it does not matter which process did it.
 */
export function watchCompanies(
  deps: { db: Database; logger: Logger },
  maxWatches = MAX_WATCHES,
): CompanyChanges {
  const companies = new Map<bigint, Watched>();
  let watches = 0;
  let timer: NodeJS.Timeout | undefined;
  let isPolling = false;
  let isClosed = false;

  async function poll(): Promise<void> {
    isPolling = true;
    try {
      const prints = await readCompanyPrints(deps.db, [...companies.keys()]);
      for (const [id, watched] of companies) {
        tellChanges(watched, prints.find((print) => print.id === id) ?? null);
      }
    } catch (error) {
      // It is asked again in a second; meanwhile pages look by themselves.
      deps.logger.debug({ err: error }, 'companies not watched');
    }
    isPolling = false;
    schedule();
  }

  function schedule(): void {
    clearTimeout(timer);
    if (companies.size === 0 || isPolling || isClosed) return;
    timer = setTimeout(() => void poll(), POLL_EVERY_MS);
  }

  function leave(companyId: bigint, watched: Watched): void {
    watches -= 1;
    if (watched.listeners.size + watched.opening === 0) companies.delete(companyId);
  }

  return {
    async watch(companyId) {
      if (isClosed) throw new AppError('unavailable', 'The server is stopping: try again shortly.');
      if (watches >= maxWatches) {
        throw new AppError('rate-limited', `At most ${maxWatches} streams are open at once.`);
      }
      const watched = companies.get(companyId) ?? { print: null, listeners: new Set(), opening: 0 };
      companies.set(companyId, watched);
      watches += 1;
      watched.opening += 1;
      try {
        watched.print ??= (await readCompanyPrints(deps.db, [companyId]))[0] ?? null;
      } catch (error) {
        watched.opening -= 1;
        leave(companyId, watched);
        throw error;
      }
      schedule();
      const givenUp = setTimeout(() => {
        watched.opening -= 1;
        leave(companyId, watched);
      }, LISTEN_WITHIN_MS).unref();
      return {
        listen(tell, end) {
          clearTimeout(givenUp);
          const listener = { tell, end };
          watched.listeners.add(listener);
          watched.opening -= 1;
          if (isClosed) end();
          return () => {
            if (watched.listeners.delete(listener)) leave(companyId, watched);
          };
        },
      };
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const { listeners } of companies.values()) for (const { end } of listeners) end();
    },
  };
}

function tellChanges(watched: Watched, print: CompanyPrint | null): void {
  const before = watched.print;
  // Gone for good: what it was is told to have changed, once.
  const parts = COMPANY_PARTS.filter((part) => before?.[part] !== print?.[part]);
  watched.print = print;
  if (before === null || parts.length === 0) return;
  for (const { tell } of watched.listeners) tell(parts);
}
