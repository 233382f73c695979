import { Socket } from 'node:net';
import { Client } from 'pg';
import { isOutage, sqlState } from './sql-state';

/** Waits are counted in turns of the event loop of this length or more: see `patience`. */
const TURN_MS = 100;

/**
 * Makes the question whether the database server answers, asked on a connection of its own: those of a pool may all
 * hang. It is asked once at a time, whoever wants to know, and answered within `limitMs`; never throws.
 */
export function createProbe(url: string, limitMs: number): () => Promise<boolean> {
  let asking: Promise<boolean> | null = null;
  return () => {
    asking ??= answers(url, limitMs).finally(() => {
      asking = null;
    });
    return asking;
  };
}

async function answers(url: string, limitMs: number): Promise<boolean> {
  const socket = new Socket();
  const client = new Client({ connectionString: url, stream: () => socket });
  // Unheard, a connection that breaks would end the process.
  client.on('error', () => undefined);
  const settled = new AbortController();
  try {
    return await Promise.race([connects(client), patience(limitMs, settled.signal)]);
  } finally {
    settled.abort();
    socket.destroy();
  }
}

async function connects(client: Client): Promise<boolean> {
  try {
    await client.connect();
    return true;
  } catch (error) {
    // A server that refuses us (too many connections) is there all the same.
    return sqlState(error) !== null && !isOutage(error);
  }
}

/**
 * Answers false after `limitMs` in which this process could have heard an answer. A process that is busy itself hears
 * late, and would take a server for lost that has answered long ago: so its own slow turns prolong the wait.
 */
async function patience(limitMs: number, signal: AbortSignal): Promise<false> {
  for (let left = limitMs; left > 0 && !signal.aborted; left -= TURN_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, TURN_MS)));
  }
  return false;
}
