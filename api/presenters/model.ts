import type { z } from 'zod';
import { type Explanation, explain } from '../../core/explain';
import { scheduleWords } from '../../core/schedule';
import { toSchedule } from '../../core/sync-config';
import type { ModelHistory } from '../../store/read/model-history';
import type { ModelView } from '../../store/read/models';
import type { explanationAnswer, modelAnswer } from '../schemas/connection';
import { iso, isoOrNull, startOrNull } from './instants';
import { presentSyncConfig } from './sync-config';

/** `history` is null where none of its jobs has ended. */
export function presentModel(
  model: ModelView,
  history: ModelHistory | null,
): z.input<typeof modelAnswer> {
  const [config] = presentSyncConfig([model.config]);
  const { reason, message, action, resumesAt } = explain(model);
  return {
    data_model: model.dataModel,
    enabled: model.enabled,
    frequency: config?.frequency ?? null,
    interval: config?.interval ?? null,
    cron: config?.cron ?? null,
    timezone: config?.timezone ?? null,
    priority: config?.priority ?? 5,
    watermark: isoOrNull(model.watermark),
    covered_from: startOrNull(model.coveredFrom),
    next_sync_at: isoOrNull(model.nextFireAt),
    last_success_at: isoOrNull(model.lastSuccessAt),
    records: records(model),
    status: reason,
    frequency_words: scheduleWords(toSchedule(model.config)),
    message,
    action,
    resumes_at: isoOrNull(resumesAt),
    deletions_held: model.deletionsHeld,
    changes: [...(history?.changes ?? [])],
    last_sync: lastSync(history),
  };
}

export function presentExplanation(model: ModelView): z.input<typeof explanationAnswer> {
  const explanation = explain(model);
  return {
    data_model: model.dataModel,
    reason: explanation.reason,
    since: isoOrNull(explanation.since),
    resumes_at: isoOrNull(explanation.resumesAt),
    message: explanation.message,
    action: explanation.action,
    evidence: {
      pull: presentPull(explanation.pull),
      queued_jobs: model.queued?.jobs ?? 0,
      history_owed: model.owedSince !== null,
      history_owed_since: startOrNull(model.owedSince),
      next_due_at: isoOrNull(model.nextFireAt),
      last_success_at: isoOrNull(model.lastSuccessAt),
      last_error: model.lastError && { ...model.lastError, at: iso(model.lastError.at) },
      deletions_held: model.deletionsHeld,
      records: records(model),
    },
  };
}

function presentPull(pull: Explanation['pull']) {
  if (pull === null) return null;
  const { kind, lane, startedAt, attempts, pages, fetched } = pull;
  return { kind, lane, started_at: iso(startedAt), attempts, pages, fetched };
}

function lastSync(history: ModelHistory | null) {
  const last = history?.lastSync ?? null;
  if (last === null) return null;
  return { sync_id: last.syncId, status: last.status, ended_at: iso(last.endedAt) };
}

function records(model: ModelView) {
  return {
    live: Number(model.liveRecords),
    deleted: Number(model.deletedRecords),
    quarantined: Number(model.quarantinedRecords),
  };
}
