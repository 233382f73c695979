import { z } from 'zod';
import { listData } from '../data/list';
import { dataQuery } from '../data/query';
import { DATA_RESOURCES, type DataResource } from '../data/resources';
import { type Route, route } from '../http/route';
import { nextCursor, prevCursor } from '../schemas/common';
import { recordAnswer } from '../schemas/record';

/** One route for each row of the table. */
export const dataRoutes: readonly Route[] = DATA_RESOURCES.map(dataRoute);

function dataRoute({ category, path, model, relations }: DataResource): Route {
  const words = path.split('_');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return route({
    method: 'get',
    path: `/${category}/${path}`,
    operationId: `list${name}`,
    tag: category,
    summary: `Lists ${words.join(' ')}`,
    description:
      'Newest first unless sorted. To follow changes, sort by `rootfi_updated_at` ASC: a record that changes while you read comes again at the end, and none is missed.',
    query: dataQuery(relations),
    response: z.object({
      data: z.array(recordAnswer(model)),
      next: nextCursor,
      prev: prevCursor,
      total_count: z.int().optional().meta({ description: 'Only with `return_count=true`.' }),
    }),
    errors: ['invalid-params'],
    // Presenters and schemas are made from the same table; tests check that they agree.
    run: ({ query, caller, deps }) => listData(deps.db, caller.organisationId, model, query),
  });
}
