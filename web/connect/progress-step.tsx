import { CircleCheck, CircleX, Clock, LoaderCircle } from 'lucide-react';
import { $api } from '../api/client';
import { Skeleton } from '../components/states';
import { count, modelName, plural } from '../lib/format';
import { isEmbedded, leave } from './frame';
import { LargeButton, Step } from './layout';
import type { Connected, Link, ModelProgress, Progress } from './link';

const POLL_MS = 1_000;

/** Connected: the first sync as it goes. The person may leave at any time. */
export function ProgressStep({
  link,
  connected,
}: {
  readonly link: Link;
  readonly connected: Connected;
}) {
  const { progressToken: token } = connected;
  const asked = $api.useQuery(
    'get',
    '/connect/{invite_link_id}/progress',
    {
      params: { path: { invite_link_id: link.invite_link_id }, query: { token: token ?? '' } },
    },
    {
      enabled: token !== null,
      refetchInterval: (query) => (query.state.data?.data.done === true ? false : POLL_MS),
    },
  );
  const progress = asked.data?.data;
  const name = connected.platform ?? nameOf(link, progress?.integration_type);
  const isDone = progress?.done === true;
  return (
    <Step
      title={isDone ? 'You are all set' : `${name} is connected`}
      description={wordsOf(link.organisation_name, connected.platform, progress)}
      mark={
        <span
          aria-hidden
          className="inline-flex size-12 items-center justify-center rounded-xl bg-good-soft text-good"
        >
          <CircleCheck className="size-6" />
        </span>
      }
    >
      {progress !== undefined && <Models progress={progress} />}
      {token !== null && asked.isPending && <Skeleton className="h-56 w-full" />}
      <div className="mt-auto pt-6">
        {isEmbedded ? (
          <LargeButton kind="primary" onClick={leave}>
            Done
          </LargeButton>
        ) : (
          <p className="text-center text-[13px] text-muted">You can close this page.</p>
        )}
      </div>
    </Step>
  );
}

function wordsOf(
  organisation: string,
  platform: string | null,
  progress: Progress | undefined,
): string {
  if (progress === undefined || progress.models.length === 0) {
    return `Your data now goes to ${organisation}, and is kept up to date from here on.`;
  }
  if (!progress.done) {
    return `Your data is being read for the first time. This goes on by itself, also when you close this page.`;
  }
  const records = progress.models.reduce((sum, model) => sum + model.records, 0);
  const from = platform === null ? '' : ` from ${platform}`;
  const shared = `${plural(records, 'record')}${from} ${records === 1 ? 'was' : 'were'} shared with ${organisation}`;
  return progress.failed
    ? `${shared}. What is missing below is tried again by itself.`
    : `${shared}, and changes follow by themselves.`;
}

function Models({ progress: { models } }: { readonly progress: Progress }) {
  const ended = models.filter(({ status }) => status === 'done' || status === 'failed').length;
  const records = models.reduce((sum, model) => sum + model.records, 0);
  if (models.length === 0) return null;
  return (
    <div>
      <div className="mb-2 flex items-baseline justify-between text-[13px]">
        <span className="font-medium" id="first-sync">
          First sync
        </span>
        <span className="tabular text-muted">{plural(records, 'record')}</span>
      </div>
      <div
        role="progressbar"
        aria-labelledby="first-sync"
        aria-valuemin={0}
        aria-valuemax={models.length}
        aria-valuenow={ended}
        aria-valuetext={`${ended} of ${models.length} kinds of data`}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className="h-full rounded-full bg-good transition-[width] duration-500"
          style={{ width: `${(ended / models.length) * 100}%` }}
        />
      </div>
      <ul
        aria-label="Kinds of data"
        tabIndex={0}
        className="mt-3 flex max-h-[18rem] flex-col overflow-y-auto rounded-lg border border-line px-3 py-1 text-[13px]"
      >
        {models.map((model) => (
          <ModelRow key={model.data_model} model={model} />
        ))}
      </ul>
    </div>
  );
}

const STATES = {
  queued: { icon: Clock, look: 'text-faint', words: 'Waiting' },
  running: { icon: LoaderCircle, look: 'text-accent animate-spin', words: 'Reading' },
  waiting: { icon: Clock, look: 'text-warn', words: 'Waiting for the platform' },
  done: { icon: CircleCheck, look: 'text-good', words: 'Done' },
  failed: { icon: CircleX, look: 'text-bad', words: 'Not read yet' },
} as const;

function ModelRow({ model }: { readonly model: ModelProgress }) {
  const { status, records, message } = model;
  const { icon: Icon, look, words } = STATES[status];
  const isCounted = records > 0 || status === 'done';
  return (
    <li className="flex items-start gap-2 py-1.5">
      <Icon className={`mt-0.5 size-4 shrink-0 ${look}`} aria-hidden />
      <span className="min-w-0 flex-1">
        {modelName(model.data_model)}
        <span className="sr-only">: {words}</span>
        {message !== null && <span className="block text-xs text-muted">{message}</span>}
      </span>
      <span className="tabular text-muted">{isCounted ? count(records) : words}</span>
    </li>
  );
}

/** A closed link names no platform any more. */
function nameOf(link: Link, integrationType: string | undefined): string {
  const known = link.platforms.find((each) => each.integration_type === integrationType);
  return known?.name ?? 'Your account';
}
