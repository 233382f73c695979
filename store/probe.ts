import { Socket } from 'node:net';
import { Client } from 'pg';
import { isOutage, sqlState } from './sql-state';

/** Waits are counted in turns of the event loop of this length or more: see `patience`. */
const TURN_MS = 100;

/**
 * Of an answering server: the backend processes that have waited for their clients, statement or none, for the time
 * given. A client that for so long waits for one of them waits for what a network has swallowed.
 */
export type Answer = { readonly waiting: ReadonlySet<number> };

/**
 * Makes the question whether the database server answers, asked on a connection of its own: those of a pool may all
 * hang. It is asked once at a time, whoever wants to know, and answered within `limitMs`, null where the server does
 * not answer; never throws.
 */
export function createProbe(
  url: string,
  { answerMs, askAfterMs }: { answerMs: number; askAfterMs: number },
): () => Promise<Answer | null> {
  let asking: Promise<Answer | null> | null = null;
  return () => {
    asking ??= answer(url, answerMs, askAfterMs).finally(() => {
      asking = null;
    });
    return asking;
  };
}

async function answer(url: string, limitMs: number, waitingMs: number): Promise<Answer | null> {
  const socket = new Socket();
  const client = new Client({ connectionString: url, stream: () => socket });
  // Unheard, a connection that breaks would end the process.
  client.on('error', () => undefined);
  const settled = new AbortController();
  try {
    return await Promise.race([connects(client, waitingMs), patience(limitMs, settled.signal)]);
  } finally {
    settled.abort();
    socket.destroy();
  }
}

async function connects(client: Client, waitingMs: number): Promise<Answer | null> {
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE usename = current_user AND state <> 'active' AND state_change < clock_timestamp() - $1 * interval '1 ms'`,
      [waitingMs],
    );
    return { waiting: new Set(rows.map(({ pid }) => pid)) };
  } catch (error) {
    // A server that refuses us (too many connections) is there all the same.
    return sqlState(error) !== null && !isOutage(error) ? { waiting: new Set() } : null;
  }
}

/**
 * Answers null after `limitMs` in which this process could have heard an answer. A process that is busy itself hears
 * late, and would take a server for lost that has answered long ago: so its own slow turns prolong the wait.
 */
async function patience(limitMs: number, signal: AbortSignal): Promise<null> {
  for (let left = limitMs; left > 0 && !signal.aborted; left -= TURN_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, TURN_MS)));
  }
  return null;
}
