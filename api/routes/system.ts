import { z } from 'zod';
import {
  readConnectionFacts,
  readDatabaseFacts,
  readQueue,
  readTicks,
} from '../../store/read/system';
import { route } from '../http/route';
import { presentSystem } from '../presenters/system';
import { systemAnswer } from '../schemas/system';

const read = route({
  method: 'get',
  path: '/core/system',
  operationId: 'getSystem',
  tag: 'system',
  summary: 'How this installation does: worker, Temporal, database, queue, ticks, connections',
  description:
    'Queue, ticks and connections are those of your organisation. It is not answered where the database is down: `GET /readyz` tells that.',
  response: z.object({ data: systemAnswer }),
  errors: [],
  async run({ caller: { organisationId }, deps }) {
    const [workers, database, queue, ticks, connections] = await Promise.all([
      deps.waker.workers(),
      readDatabaseFacts(deps.db),
      readQueue(deps.db, organisationId),
      readTicks(deps.db, organisationId),
      readConnectionFacts(deps.db, organisationId),
    ]);
    return { data: presentSystem({ workers, database, queue, ticks, connections }, deps.config) };
  },
});

export const systemRoutes = [read];
