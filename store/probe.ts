import { Client } from 'pg';
import { isOutage, sqlState } from './sql-state';

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
  const client = new Client({ connectionString: url, connectionTimeoutMillis: limitMs });
  // Unheard, a connection that breaks would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // A server that refuses us (too many connections) is there all the same.
    return sqlState(error) !== null && !isOutage(error);
  } finally {
    client.end().catch(() => undefined);
  }
}
