import { z } from 'zod';
import { LANES } from '../../core/names';
import { WINDOWS } from '../../core/quota';
import { route } from '../http/route';
import { isoOrNull } from '../presenters/instants';
import { nullableInstant } from '../schemas/common';
import { gaugesOf, params, readOne } from './connection-shared';

const quotaAnswer = z
  .object({
    account: z.string().meta({ description: 'Connections to the same account share its quota.' }),
    windows: z.array(
      z.object({
        window: z.enum(WINDOWS),
        limit: z.int(),
        used: z.int(),
        remaining: z.int(),
        resets_at: nullableInstant.meta({
          description: 'When the first of the used calls stops counting; null while none counts.',
        }),
        reserved_for_writes: z.int().meta({ description: 'Calls that reads leave alone.' }),
      }),
    ),
    concurrent: z.object({ limit: z.int(), used: z.int() }),
    blocked_until: nullableInstant.meta({ description: 'While the platform asked to wait.' }),
    waiting_lanes: z.array(z.enum(LANES)),
  })
  .meta({
    id: 'Quota',
    description:
      'What the quota ledger holds of the platform account; windows without a known limit are left out. Before the first call it is what the connector declares.',
  });

const get = route({
  method: 'get',
  path: '/core/connections/{connection_id}/quota',
  operationId: 'getConnectionQuota',
  tag: 'connections',
  summary: "Shows how much of the platform account's quota is used",
  params,
  response: z.object({ data: quotaAnswer }),
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller, deps }) {
    const connection = await readOne(deps, caller, connectionId);
    const shown = gaugesOf(deps, connection);
    return {
      data: {
        account: connection.account,
        windows: shown.windows.map(({ freesAt, reservedForWrites, ...window }) => ({
          ...window,
          resets_at: isoOrNull(freesAt),
          reserved_for_writes: reservedForWrites,
        })),
        concurrent: shown.concurrent,
        blocked_until: isoOrNull(shown.blockedUntil),
        waiting_lanes: [...shown.waitingLanes],
      },
    };
  },
});

export const quotaRoutes = [get];
