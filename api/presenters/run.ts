import type { z } from 'zod';
import { laneOf } from '../../core/queue';
import type { RunView } from '../../store/read/runs';
import type { runAnswer } from '../schemas/runs';
import { iso, isoOrNull } from './instants';
import { jobError } from './sync';

export function presentRun(run: RunView): z.input<typeof runAnswer> {
  return {
    job_id: Number(run.id),
    sync_id: run.syncId,
    data_model: run.dataModel,
    mode: run.mode,
    trigger: run.trigger,
    lane: laneOf(run),
    state: run.state,
    due_at: isoOrNull(run.dueAt),
    missed_ticks: run.missedTicks,
    created_at: iso(run.createdAt),
    started_at: isoOrNull(run.startedAt),
    ended_at: isoOrNull(run.endedAt),
    slept_ms: Number(run.sleptMs),
    sleeping_until: isoOrNull(run.sleepingUntil),
    counts: run.counts,
    error: jobError(run),
  };
}
