import { z } from 'zod';
import { invalid } from '../../core/errors';
import { estimate, preview } from '../../core/estimate';
import { jitterMs, scheduleProblem } from '../../core/schedule';
import {
  isEnabled,
  type SyncConfigEntry,
  syncConfigList,
  toSchedule,
} from '../../core/sync-config';
import type { ConnectionView } from '../../store/read/connections';
import { readRunCosts } from '../../store/read/run-costs';
import type { ApiDeps } from '../deps';
import { route } from '../http/route';
import { readableModels } from '../platforms';
import { iso } from '../presenters/instants';
import { estimateAnswer, schedulePreview, scheduleRequest } from '../schemas/planning';
import { gaugesOf, params, readOne } from './connection-shared';
import { refuseUnreadable } from './sync-configs';

/** What a schedule or a sync config would lead to; nothing is changed by asking. */

const NEXT_SHOWN = 5;

const previewSchedule = route({
  method: 'post',
  path: '/core/schedule/preview',
  operationId: 'previewSchedule',
  tag: 'sync config',
  summary: 'Shows a schedule in words, with its next five due times',
  needs: 'read-only',
  body: scheduleRequest,
  response: z.object({ data: schedulePreview }),
  errors: ['invalid-params', 'not-found'],
  async run({ body: { connection_id, ...entry }, caller, deps }) {
    const schedule = toSchedule(entry);
    const problem = scheduleProblem(schedule);
    if (problem !== null) throw invalid(problem.field, problem.reason);
    const connection =
      connection_id === undefined ? null : await readOne(deps, caller, BigInt(connection_id));
    const now = connection?.now ?? new Date();
    const due = {
      schedule,
      anchor: connection?.createdAt ?? now,
      jitterMs: connection === null ? 0 : jitterMs(schedule, connection.id.toString()),
    };
    const { words, next, runsPerDay } = preview(due, now, NEXT_SHOWN);
    return { data: { words, next: next.map(iso), runs_per_day: runsPerDay } };
  },
});

const SHARED = {
  tag: 'sync config',
  needs: 'read-only',
  params,
  response: z.object({ data: estimateAnswer }),
} as const;

const estimateApplied = route({
  ...SHARED,
  method: 'get',
  path: '/core/connections/{connection_id}/estimate',
  operationId: 'estimateConnection',
  summary: "Estimates the calls that a connection's sync config asks of its platform",
  errors: ['not-found'],
  async run({ params: { connection_id: connectionId }, caller, deps }) {
    const connection = await readOne(deps, caller, connectionId);
    return estimateOf(deps, connection, connection.entries);
  },
});

const estimateGiven = route({
  ...SHARED,
  method: 'post',
  path: '/core/connections/{connection_id}/estimate',
  operationId: 'estimateSyncConfig',
  summary: 'Estimates the calls that another sync config would ask of its platform',
  body: z.strictObject({ sync_config: syncConfigList }),
  errors: ['missing-params', 'invalid-params', 'not-found'],
  async run({ params: { connection_id: connectionId }, body, caller, deps }) {
    const connection = await readOne(deps, caller, connectionId);
    const { integrationType } = connection;
    refuseUnreadable(body.sync_config, readableModels(deps.platforms.find(integrationType)));
    return estimateOf(deps, connection, body.sync_config);
  },
});

export const planningRoutes = [previewSchedule, estimateApplied, estimateGiven];

async function estimateOf(
  deps: ApiDeps,
  connection: ConnectionView,
  entries: readonly SyncConfigEntry[],
): Promise<{ data: z.input<typeof estimateAnswer> }> {
  const costs = await readRunCosts(deps.db, connection.id);
  const models = entries.filter(isEnabled).map((entry) => ({
    dataModel: entry.data_model,
    schedule: toSchedule(entry),
    callsPerRun: costs.get(entry.data_model) ?? null,
  }));
  const { callsPerHour, byModel, limits, warnings } = estimate(
    models,
    gaugesOf(deps, connection).windows,
    connection.now,
  );
  return {
    data: {
      calls_per_hour: callsPerHour,
      by_model: byModel.map((model) => ({
        data_model: model.dataModel,
        calls_per_run: model.callsPerRun,
        runs_per_hour: model.runsPerHour,
        calls_per_hour: model.callsPerHour,
        basis: model.basis,
      })),
      limits: [...limits],
      warnings: [...warnings],
    },
  };
}
