import type { z } from 'zod';
import type { Trigger } from '../../core/names';
import { expectation, jobMessage } from '../../core/job-progress';
import type { JobView, SyncView } from '../../store/read/syncs';
import type { jobAnswer, syncAnswer } from '../schemas/sync';
import { iso, isoOrNull } from './instants';

export function presentSync(sync: SyncView): z.input<typeof syncAnswer> {
  const { CREATED, RUNNING, SUCCESS, FAILED } = sync.jobs;
  return {
    ...shared(sync),
    id: sync.syncId,
    status: sync.status,
    full_sync: sync.mode === 'full',
    sync_data_models: sync.dataModels,
    total_count: CREATED + RUNNING + SUCCESS + FAILED,
    success_count: SUCCESS,
    failed_count: FAILED,
    running_count: RUNNING,
    pending_count: CREATED,
  };
}

export function presentJob(job: JobView): z.input<typeof jobAnswer> {
  return {
    ...shared(job),
    status: job.state,
    data_model: job.dataModel,
    parent_job_id: null,
    retry_count: job.retries,
    priority: job.priority,
    variables: { sync_from: isoOrNull(job.since), pages: job.pages },
    error: jobError(job),
    progress: progress(job),
    config_id: `${job.integrationType}_${job.dataModel}_READ_0`,
    job_type: 'PULL',
    response_length: job.counts.fetched,
    response_size: null,
    rate_limit_sleep_time: Number(job.sleptMs),
  };
}

/** Jobs and runs alike. */
export function jobError({ errorCode, errorMessage }: Pick<JobView, 'errorCode' | 'errorMessage'>) {
  if (errorCode === null) return null;
  return {
    code: errorCode,
    message: errorMessage ?? '',
    docs_url: `/docs/errors#job-${errorCode}`,
  };
}

function progress(job: JobView): z.input<typeof jobAnswer>['progress'] {
  const facts = { ...job, liveRecords: Number(job.liveRecords) };
  const { records, etaSeconds } = expectation(facts);
  const { pull, now } = job;
  const future = (at: Date | null) => (at !== null && at > now ? iso(at) : null);
  return {
    phase: pull?.phase ?? null,
    pages: job.pages,
    records: job.counts.fetched,
    estimated_records: records,
    eta_seconds: etaSeconds,
    attempts: pull?.attempts ?? 0,
    retry_at: future(pull?.retryAt ?? null),
    resume_at: future(pull?.resumeAt ?? null),
    message: jobMessage(facts),
  };
}

function shared(of: SyncView | JobView) {
  return {
    rootfi_id: Number(of.id),
    rootfi_created_at: iso(of.createdAt),
    rootfi_updated_at: iso(of.updatedAt),
    rootfi_company_id: Number(of.companyId),
    rootfi_connection_id: Number(of.connectionId),
    start_time: isoOrNull(of.startedAt),
    end_time: isoOrNull(of.endedAt),
    integration_type: of.integrationType,
    config_mode: 'READ' as const,
    sync_id: of.syncId,
    sync_type: syncType(of.trigger),
    mode: of.mode,
    trigger: of.trigger,
    due_at: isoOrNull(of.dueAt),
    missed_ticks: of.missedTicks,
    counts: of.counts,
    deletions_held: of.deletionsHeld,
    sweep_skipped: of.sweepSkipped,
  };
}

function syncType(trigger: Trigger): 'AUTO_SYNC' | 'MANUAL' {
  return trigger === 'auto' ? 'AUTO_SYNC' : 'MANUAL';
}
