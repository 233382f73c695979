import { Countdown } from '../../components/instant';
import { Progress } from '../../components/progress';
import { count, duration, modelName, plural } from '../../lib/format';
import { useNow } from '../../lib/now';
import type { Job } from './queries';

const PHASES: Readonly<Record<string, string>> = {
  listing: 'Reading',
  relisting: 'Reading a second time',
  confirming: 'Confirming deletions',
  tombstoning: 'Deleting',
};

/** How far an open job has come, and why it waits. */
export function JobProgress({ job }: { readonly job: Job }) {
  const now = useNow();
  const { progress } = job;
  const { phase, records, estimated_records: expected, eta_seconds: eta } = progress;
  const waitsUntil = [progress.resume_at, progress.retry_at].find(
    (at) => at !== null && new Date(at).getTime() > now,
  );
  if (phase === null) {
    return <span className="text-muted">{progress.message ?? 'Queued'}</span>;
  }
  return (
    <div className="flex min-w-48 flex-col gap-1">
      <Progress label={`Progress of ${modelName(job.data_model)}`} value={records} max={expected} />
      <p className="text-xs text-muted tabular">
        {PHASES[phase] ?? phase}: {recordsOf(records, expected)}
        {progress.attempts > 1 && `, attempt ${progress.attempts}`}
        {eta !== null && `, about ${duration(eta * 1_000)} left`}
      </p>
      {waitsUntil != null && (
        <p className="text-xs text-warn">
          {progress.message ?? 'Waiting'} Goes on in <Countdown to={waitsUntil} />.
        </p>
      )}
    </div>
  );
}

function recordsOf(records: number, expected: number | null): string {
  if (expected === null || expected < records) return plural(records, 'record');
  return `${count(records)} of about ${plural(expected, 'record')}`;
}
