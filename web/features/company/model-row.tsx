import { Link } from '@tanstack/react-router';
import { Ago, Countdown } from '../../components/instant';
import { Sparkline } from '../../components/sparkline';
import { Td, Tr } from '../../components/table';
import { count, modelName, plural, upperFirst } from '../../lib/format';
import { ModelStatus } from './model-status';
import type { Explanation, Model } from './queries';

/** One data model in a line. Its name opens more of it, and covers the row. */
export function ModelRow({
  model,
  explanation,
  onOpen,
  onHeld,
  onQuarantine,
}: {
  readonly model: Model;
  readonly explanation: Explanation | undefined;
  readonly onOpen: () => void;
  readonly onHeld: () => void;
  readonly onQuarantine: () => void;
}) {
  const { data_model: name, last_sync: last, next_sync_at: next, changes, enabled } = model;
  const read = explanation?.evidence.pull?.fetched ?? 0;
  return (
    <Tr isLink>
      <Td className="font-medium">
        <button
          type="button"
          aria-haspopup="dialog"
          className="rounded text-left whitespace-nowrap after:absolute after:inset-0"
          onClick={onOpen}
        >
          {modelName(name)}
        </button>
      </Td>
      <Td>
        <span className="flex items-center gap-2 whitespace-nowrap">
          <ModelStatus model={model} explanation={explanation} />
          {read > 0 && <span className="text-xs text-muted tabular">{count(read)} read</span>}
        </span>
      </Td>
      <Td className="whitespace-nowrap text-muted">
        {enabled ? upperFirst(model.frequency_words) : '–'}
      </Td>
      <Td>
        <span className="relative">
          <Ago at={model.last_success_at} />
        </span>
      </Td>
      <Td className="text-muted">
        {next !== null && ticks(model) ? (
          <span className="relative">
            <Countdown to={next} />
          </span>
        ) : (
          '–'
        )}
      </Td>
      <Td className="text-right whitespace-nowrap tabular">
        {count(model.records.live)}
        <Besides model={model} onHeld={onHeld} onQuarantine={onQuarantine} />
      </Td>
      <Td>
        <Sparkline
          values={changes}
          label={
            changes.length === 0
              ? 'No syncs yet'
              : `Changes of each sync, oldest first: ${changes.map((each) => count(each)).join(', ')}`
          }
        />
      </Td>
      <Td className="whitespace-nowrap">
        {last === null ? (
          <span className="text-faint">Never</span>
        ) : (
          <Link
            to="/syncs/$syncId"
            params={{ syncId: last.sync_id }}
            className="relative rounded text-muted hover:text-text hover:underline"
          >
            <Result
              model={model}
              isCancelled={explanation?.evidence.last_error?.code === 'cancelled'}
            />
          </Link>
        )}
      </Td>
    </Tr>
  );
}

function Result({
  model: { last_sync: last, changes },
  isCancelled,
}: {
  readonly model: Model;
  readonly isCancelled: boolean;
}) {
  if (last?.status !== 'FAILED') return changesInWords(changes.at(-1) ?? 0);
  return isCancelled ? 'Cancelled' : <span className="text-bad">Failed</span>;
}

/** Whether its schedule is at work. */
function ticks({ enabled, status }: Model): boolean {
  return enabled && !['expired', 'disconnected', 'pending', 'paused'].includes(status);
}

function changesInWords(changes: number): string {
  return changes === 0 ? 'No changes' : plural(changes, 'change');
}

/** Records that are not among the live ones, where there are any. */
function Besides({
  model,
  onHeld,
  onQuarantine,
}: {
  readonly model: Model;
  readonly onHeld: () => void;
  readonly onQuarantine: () => void;
}) {
  const { deleted, quarantined } = model.records;
  const { deletions_held: held } = model;
  if (deleted + quarantined + held === 0) return null;
  return (
    <span className="relative flex justify-end gap-2 text-xs text-muted">
      {deleted > 0 && <span>{count(deleted)} deleted</span>}
      {quarantined > 0 && (
        <button type="button" className="rounded text-warn hover:underline" onClick={onQuarantine}>
          {count(quarantined)} quarantined
        </button>
      )}
      {held > 0 && (
        <button type="button" className="rounded text-bad hover:underline" onClick={onHeld}>
          {count(held)} held
        </button>
      )}
    </span>
  );
}
