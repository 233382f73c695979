import type { Logger } from '../infra/logger';
import type { RequestEntry } from '../store/request-log';

/**
 * Gathers what was asked of platforms, and writes it in batches beside the syncs: no call and no page waits for it, and
 * where it cannot be written its lines are lost and nothing else.
 */
export interface RequestLog {
  add(entry: RequestEntry): void;
  /** Writes what is left; at the end of a process. */
  close(): Promise<void>;
}

/** What the log is written with. */
export interface RequestStore {
  insert(entries: readonly RequestEntry[]): Promise<void>;
  /** Removes what a pull has logged beyond what is kept of one. */
  trim(pull: { connectionId: bigint; pullId: bigint }): Promise<unknown>;
}

const WRITE_EVERY_MS = 1_000;
const BATCH = 200;
/** Some ten megabytes at the most, were the database slow for long; the oldest go first. */
const MOST_WAITING = 5_000;
/** Entries of one pull after which what it has beyond its share is removed. */
const TRIM_EVERY = 500;
/** Pulls whose entries are counted; the ones that have called last. */
const MOST_COUNTED = 1_000;

export function createRequestLog(store: RequestStore, logger: Logger): RequestLog {
  let waiting: RequestEntry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | null = null;
  let lost = 0;
  let isClosing = false;
  const counted = new Map<bigint, number>();

  function add(entry: RequestEntry): void {
    waiting.push(entry);
    if (waiting.length > MOST_WAITING) {
      lost += BATCH;
      waiting = waiting.slice(BATCH);
    }
    if (waiting.length >= BATCH) void write();
    else timer ??= setTimeout(() => void write(), WRITE_EVERY_MS);
  }

  /** One statement at a time; what comes meanwhile goes with the next. */
  function write(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = null;
      if (waiting.length > 0) timer ??= setTimeout(() => void write(), WRITE_EVERY_MS);
    });
    return writing;
  }

  async function writeAll(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        await store.insert(batch);
        for (const pull of full(batch)) await store.trim(pull);
      } catch (error) {
        lost += batch.length;
        if (isClosing) {
          // A process that stops does not wait for a database that is away.
          lost += waiting.length;
          waiting = [];
        }
        logger.debug({ err: error }, 'calls to platforms not logged');
      }
    }
    if (lost > 0) logger.warn({ lost }, 'lines of the log of platform calls were lost');
    lost = 0;
  }

  /** The pulls of a batch that have logged enough to be looked at. */
  function full(batch: readonly RequestEntry[]): { connectionId: bigint; pullId: bigint }[] {
    const found = new Map<bigint, { connectionId: bigint; pullId: bigint }>();
    for (const { connectionId, pullId } of batch) {
      const count = (counted.get(pullId) ?? 0) + 1;
      counted.delete(pullId);
      counted.set(pullId, count % TRIM_EVERY);
      if (count >= TRIM_EVERY) found.set(pullId, { connectionId, pullId });
    }
    for (const pullId of counted.keys()) {
      if (counted.size <= MOST_COUNTED) break;
      counted.delete(pullId);
    }
    return [...found.values()];
  }

  return {
    add,
    async close() {
      isClosing = true;
      await writing;
      await write();
    },
  };
}
