import { z } from 'zod';
import { notFound } from '../../core/errors';
import { listRequests, readPullOfJob } from '../../store/read/request-log';
import { cutPage, decodeId } from '../cursor';
import { route } from '../http/route';
import { iso } from '../presenters/instants';
import { cursor, flag, instant, limit, nextCursor, pathId } from '../schemas/common';

const requestAnswer = z
  .object({
    at: instant,
    method: z.string(),
    path: z.string().meta({ description: 'With its query, without secrets.' }),
    status: z.int().nullable().meta({ description: 'null where no answer came.' }),
    ms: z.int(),
    quota_remaining: z.int().nullable().meta({
      description: 'Of the window that has least left, as the platform said.',
    }),
    bytes: z.int().nullable(),
    error: z.string().nullable().meta({ description: 'What was wrong with it.' }),
    body_start: z.string().nullable().meta({
      description: 'How the body of a failed call begins; what looks like a secret is taken out.',
    }),
  })
  .meta({ id: 'PlatformRequest' });

const list = route({
  method: 'get',
  path: '/core/syncs/jobs/{job_id}/requests',
  operationId: 'listRequestsOfJob',
  tag: 'syncs',
  summary: 'Lists the calls to the platform that a job took, newest first',
  description:
    "Those of the pull that served it, which may have served other jobs too: its first 200 calls and about the newest 1,800. Kept for 7 days unless configured otherwise. A call shows about a second after it was made; in a crash the last second's may be lost.",
  params: z.object({ job_id: pathId }),
  query: z.strictObject({ limit, next: cursor, failed: flag }),
  response: z.object({ data: z.array(requestAnswer), next: nextCursor }),
  errors: ['not-found', 'invalid-params'],
  async run({ params: { job_id: jobId }, query, caller, deps }) {
    const { organisationId } = caller;
    const pull = await readPullOfJob(deps.db, { organisationId, jobId });
    if (pull === undefined) throw notFound('job', 'job_id');
    const requestsOf = `requests of ${jobId}`;
    const before = decodeId(requestsOf, query.next, 'next');
    if (pull === null) return { data: [] };
    const failed = query.failed ?? false;
    const found = await listRequests(deps.db, { ...pull, failed, before, limit: query.limit });
    const { rows, ...cursors } = cutPage(requestsOf, found, query.limit);
    return {
      data: rows.map((request) => ({
        at: iso(request.at),
        method: request.method,
        path: request.path,
        status: request.status,
        ms: request.ms,
        quota_remaining: request.quotaRemaining,
        bytes: request.bytes === null ? null : Number(request.bytes),
        error: request.error,
        body_start: request.bodyStart,
      })),
      ...cursors,
    };
  },
});

export const requestLogRoutes = [list];
