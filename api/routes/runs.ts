import { z } from 'zod';
import { invalid } from '../../core/errors';
import { instantText } from '../../core/instant-text';
import { DATA_MODELS } from '../../core/unified/models';
import { listRuns } from '../../store/read/runs';
import { cutPageAt, decodeCursor, encodeCursor } from '../cursor';
import { route } from '../http/route';
import { presentRun } from '../presenters/run';
import { cursor, instantQuery, limit, nextCursor } from '../schemas/common';
import { runAnswer } from '../schemas/runs';
import { mustExist, params } from './connection-shared';

const place = z.strictObject({
  list: z.string(),
  at: instantText,
  rootfi_id: z.int().nonnegative(),
});

const list = route({
  method: 'get',
  path: '/core/connections/{connection_id}/runs',
  operationId: 'listConnectionRuns',
  tag: 'connections',
  summary: 'Lists the jobs of a connection, newest first, as bars of a timeline',
  params,
  query: z.strictObject({
    data_model: z.enum(DATA_MODELS, 'Not a data model.').optional(),
    from: instantQuery.optional().meta({
      description: 'Asked for at or after this instant; those still open are told all the same.',
    }),
    to: instantQuery.optional().meta({ description: 'Asked for before this instant.' }),
    limit,
    next: cursor,
  }),
  response: z.object({ data: z.array(runAnswer), next: nextCursor }),
  errors: ['not-found', 'invalid-params'],
  async run({ params: { connection_id: connectionId }, query, caller, deps }) {
    const { organisationId } = caller;
    const { from, to } = query;
    if (from !== undefined && to !== undefined && from >= to) {
      throw invalid('to', 'Must lie after from.');
    }
    const runsOf = `runs of ${connectionId}`;
    const after = query.next === undefined ? null : decodeCursor(place, runsOf, query.next, 'next');
    const found = await listRuns(deps.db, {
      organisationId,
      connectionId,
      dataModel: query.data_model,
      from,
      to,
      before: after === null ? null : { at: new Date(after.at), id: BigInt(after.rootfi_id) },
      limit: query.limit,
    });
    if (found.length === 0) await mustExist(deps, caller, connectionId);
    const { rows, ...cursors } = cutPageAt(found, query.limit, ({ createdAt, id }) =>
      encodeCursor({ list: runsOf, at: createdAt.toISOString(), rootfi_id: Number(id) }),
    );
    return { data: rows.map(presentRun), ...cursors };
  },
});

export const runRoutes = [list];
