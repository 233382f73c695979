import { type RequestHandler, Router } from 'express';
import type { TemporalWaker } from '../../infra/temporal';
import type { Database } from '../../store/database';
import { isDatabaseReachable } from './reachable';

const LIMIT_MS = 2_000;

/** `/healthz`: the process lives. `/readyz`: it can do its work, or which part of that is down. */
export function health(deps: { db: Database; waker: TemporalWaker }): Router {
  const isAlive: RequestHandler = (_request, response) => {
    response.json({ status: 'ok' });
  };
  const isReady: RequestHandler = async (_request, response) => {
    const [database, temporal] = await Promise.all([
      isDatabaseReachable(deps.db, LIMIT_MS),
      deps.waker.isReachable(),
    ]);
    const isOk = database && temporal;
    response.status(isOk ? 200 : 503).json({
      status: isOk ? 'ok' : 'unavailable',
      database: database ? 'up' : 'down',
      temporal: temporal ? 'up' : 'down',
    });
  };
  return Router().get('/healthz', isAlive).get('/readyz', isReady);
}
