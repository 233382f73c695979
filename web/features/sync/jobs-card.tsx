import { Card } from '../../components/card';
import { ExternalLink } from '../../components/external-link';
import { Took } from '../../components/instant';
import { Skeleton } from '../../components/states';
import { JobStatus } from '../../components/status';
import { Table, Td, Th, Tr } from '../../components/table';
import { classes } from '../../lib/classes';
import { count, duration, modelName, sleptSoFar } from '../../lib/format';
import { useNow } from '../../lib/now';
import { countsInWords } from '../../lib/sync-words';
import { modelWorkflow, useTemporalLinks } from '../../lib/temporal';
import { JobProgress } from './job-progress';
import { isOpen, type Job } from './queries';

/** The jobs of a sync, one for each data model. The chosen one's calls are listed below. */
export function JobsCard({
  jobs,
  chosenId,
  onChoose,
}: {
  /** Undefined until they are here. */
  readonly jobs: readonly Job[] | undefined;
  readonly chosenId: number | undefined;
  readonly onChoose: (job: Job) => void;
}) {
  return (
    <Card isFlush title="Jobs" description="One for each data model; choose one to see its calls.">
      <Table label="Jobs">
        <thead>
          <tr>
            <Th>Data model</Th>
            <Th>State</Th>
            <Th className="min-w-56">Progress</Th>
            <Th className="text-right">Pages</Th>
            <Th className="text-right">Retries</Th>
            <Th className="text-right">Slept</Th>
            <Th className="text-right">Took</Th>
            <Th>
              <span className="sr-only">Workflow</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {jobs === undefined && (
            <Tr>
              <Td colSpan={8}>
                <Skeleton className="h-5 w-full" />
              </Td>
            </Tr>
          )}
          {jobs?.map((job) => (
            <Row
              key={job.rootfi_id}
              job={job}
              isChosen={job.rootfi_id === chosenId}
              onChoose={() => onChoose(job)}
            />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function Row({
  job,
  isChosen,
  onChoose,
}: {
  readonly job: Job;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const { data_model: name, progress, start_time: start, end_time: end } = job;
  const temporal = useTemporalLinks()(modelWorkflow(job.rootfi_connection_id, name));
  const slept = sleptSoFar(job.rate_limit_sleep_time, progress.resume_at, useNow());
  return (
    <Tr isLink className={classes(isChosen && 'bg-hover')}>
      <Td className="font-medium whitespace-nowrap">
        <button
          type="button"
          aria-pressed={isChosen}
          className="rounded text-left after:absolute after:inset-0"
          onClick={onChoose}
        >
          {modelName(name)}
        </button>
      </Td>
      <Td>
        <JobStatus status={job.status} errorCode={job.error?.code} />
      </Td>
      <Td>
        <Outcome job={job} />
      </Td>
      <Td className="text-right tabular">{count(progress.pages)}</Td>
      <Td className="text-right tabular">{count(job.retry_count)}</Td>
      <Td className="text-right whitespace-nowrap text-muted tabular">
        {slept > 0 ? duration(slept) : '–'}
      </Td>
      <Td className="text-right whitespace-nowrap tabular">
        <Took from={start} to={end} />
      </Td>
      <Td className="text-right whitespace-nowrap">
        {temporal !== null && (
          <span className="relative text-xs">
            <ExternalLink href={temporal}>Workflow</ExternalLink>
          </span>
        )}
      </Td>
    </Tr>
  );
}

function Outcome({ job }: { readonly job: Job }) {
  if (isOpen(job)) return <JobProgress job={job} />;
  if (job.error === null) return <span className="text-muted">{countsInWords(job.counts)}</span>;
  const isCancelled = job.error.code === 'cancelled';
  return (
    <span className="relative">
      <span className={isCancelled ? 'text-muted' : 'text-bad'}>{job.error.message}</span>{' '}
      <ExternalLink href={job.error.docs_url}>What it means</ExternalLink>
    </span>
  );
}
