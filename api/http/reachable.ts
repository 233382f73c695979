import type { Database } from '../../store/database';
import { withTimeLimit } from './time-limit';

/** Whether the database answers within the time given. */
export async function isDatabaseReachable(db: Database, limitMs: number): Promise<boolean> {
  try {
    await withTimeLimit(limitMs, 'No answer.', () => db.pool.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
}
