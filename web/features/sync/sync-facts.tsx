import { CopyButton } from '../../components/copy-button';
import { Fact } from '../../components/fact';
import { Ago, Instant, Took } from '../../components/instant';
import { plural } from '../../lib/format';
import type { Sync } from './queries';

const ASKED_BY: Readonly<Record<string, string>> = {
  auto: 'Its schedule',
  manual: 'A person or the API',
  initial: 'History to be loaded',
};

/** Who asked for it, when, and how long it took. */
export function SyncFacts({ sync, platform }: { readonly sync: Sync; readonly platform: string }) {
  const { missed_ticks: missed } = sync;
  return (
    <dl className="-mt-3 flex flex-wrap gap-x-8 gap-y-3 text-[13px]">
      <Fact name="Platform">{platform}</Fact>
      <Fact name="Asked for by">{ASKED_BY[sync.trigger] ?? sync.trigger}</Fact>
      <Fact name="Requested">
        <Ago at={sync.rootfi_created_at} />
      </Fact>
      {sync.due_at !== null && (
        <Fact name="Due">
          <Instant at={sync.due_at} />
          {missed > 0 && (
            <span className="text-muted">, {plural(missed, 'missed tick')} joined</span>
          )}
        </Fact>
      )}
      <Fact name="Took">
        <Took from={sync.start_time} to={sync.end_time} />
        {sync.start_time !== null && sync.end_time === null && ' so far'}
      </Fact>
      <Fact name="Sync id">
        <span className="inline-flex items-center gap-1">
          <code className="text-xs">{sync.sync_id}</code>
          <CopyButton
            size="small"
            kind="quiet"
            className="-my-1"
            text={sync.sync_id}
            aria-label="Copy the sync id"
          />
        </span>
      </Fact>
    </dl>
  );
}
