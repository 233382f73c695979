import { Link } from '@tanstack/react-router';
import { Timer } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Instant, Took } from '../../components/instant';
import { EmptyState } from '../../components/states';
import { JobStatus } from '../../components/status';
import { Table, Td, Th, Tr } from '../../components/table';
import { count, duration, modelName, sleptSoFar } from '../../lib/format';
import { useNow } from '../../lib/now';
import { countsInWords, LANE_NAMES, MODES, TRIGGERS } from '../../lib/sync-words';
import type { Run } from './run-list';

const STEP = 50;

/** Runs, newest first, a part of them at a time. */
export function RunsTable({
  runs,
  isCut,
}: {
  readonly runs: readonly Run[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
}) {
  const [shown, setShown] = useState(STEP);
  if (runs.length === 0) {
    return (
      <Card>
        <EmptyState icon={<Timer />} title="Nothing ran in this time">
          Choose a longer time, or press Refresh.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card isFlush>
      <Table label="Runs">
        <thead>
          <tr>
            <Th>Requested</Th>
            <Th>Data model</Th>
            <Th>Mode</Th>
            <Th>Lane</Th>
            <Th>State</Th>
            <Th className="text-right">Took</Th>
            <Th className="text-right">Slept</Th>
            <Th>Result</Th>
          </tr>
        </thead>
        <tbody>
          {runs.slice(0, shown).map((run) => (
            <Row key={run.job_id} run={run} />
          ))}
        </tbody>
      </Table>
      <div className="flex items-center justify-between gap-3 border-t border-line px-4 py-2 text-xs text-muted">
        <span className="tabular">
          {count(Math.min(shown, runs.length))} of {count(runs.length)}
          {isCut && ' or more'}
        </span>
        {shown < runs.length && (
          <Button size="small" onClick={() => setShown(shown + STEP)}>
            Show more
          </Button>
        )}
      </div>
    </Card>
  );
}

function Row({ run }: { readonly run: Run }) {
  const { started_at: start, ended_at: end } = run;
  const slept = sleptSoFar(run.slept_ms, run.sleeping_until, useNow());
  return (
    <Tr isLink>
      <Td>
        <Link
          to="/syncs/$syncId"
          params={{ syncId: run.sync_id }}
          className="rounded after:absolute after:inset-0"
        >
          <Instant at={run.created_at} />
        </Link>
      </Td>
      <Td className="whitespace-nowrap">{modelName(run.data_model)}</Td>
      <Td className="whitespace-nowrap text-muted">
        {MODES[run.mode]}, {TRIGGERS[run.trigger]?.toLowerCase()}
      </Td>
      <Td className="text-muted">{LANE_NAMES[run.lane]}</Td>
      <Td>
        <JobStatus status={run.state} errorCode={run.error?.code} />
      </Td>
      <Td className="text-right whitespace-nowrap tabular">
        <Took from={start} to={end} />
      </Td>
      <Td className="text-right whitespace-nowrap tabular text-muted">
        {slept > 0 ? duration(slept) : '–'}
      </Td>
      <Td className="min-w-48 text-muted">
        {run.error === null ? countsInWords(run.counts) : run.error.message}
      </Td>
    </Tr>
  );
}
