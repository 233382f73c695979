import { z } from 'zod';
import { EventFeed, eventStream } from '../http/event-stream';
import { route } from '../http/route';
import { queryId } from '../schemas/common';
import { mustRead } from './company-shared';

const EXAMPLE = 'event: changed\ndata: {"company_id":7,"parts":["syncs","models"]}\n\n';

const watch = route({
  method: 'get',
  path: '/core/events',
  operationId: 'watchCompany',
  tag: 'dashboard',
  summary: 'Tells as server-sent events what of a company has changed',
  description:
    'An event `changed` within about a second of a change, with `company_id` and `parts` out of `syncs`, `models`, `connections`, `activity`; a comment every 15 seconds. The server ends the stream after five minutes: open it again. At most 200 are open at once in one process.',
  query: z.strictObject({ company_id: queryId }),
  mediaType: 'text/event-stream',
  response: eventStream(EXAMPLE),
  errors: ['missing-params', 'invalid-params', 'not-found', 'unavailable'],
  async run({ query: { company_id: companyId }, caller, deps }) {
    await mustRead(deps, caller, companyId);
    const watched = await deps.changes.watch(companyId);
    return new EventFeed((tell, end) =>
      watched.listen((parts) => {
        tell({ event: 'changed', data: { company_id: Number(companyId), parts } });
      }, end),
    );
  },
});

export const eventRoutes = [watch];
