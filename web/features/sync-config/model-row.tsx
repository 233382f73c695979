import { ChevronDown, GripVertical } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { Badge } from '../../components/badge';
import { Select } from '../../components/select';
import { Switch } from '../../components/switch';
import { classes } from '../../lib/classes';
import { modelName } from '../../lib/format';
import type { useRowDrag } from './drag';
import type { DraftEntry, EntryProblems } from './draft';
import { ModelEditor } from './model-editor';
import { scheduleInWords } from './schedule-words';

export const ROW_COLUMNS =
  'grid grid-cols-[1.75rem_2.25rem_minmax(0,1fr)_auto_2rem] items-center gap-x-2 md:grid-cols-[1.75rem_2.25rem_minmax(9rem,1fr)_minmax(12rem,1.5fr)_8rem_2rem]';

const PRIORITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((priority) => ({
  value: String(priority),
  label: priorityLabel(priority),
}));

function priorityLabel(priority: number): string {
  if (priority === 1) return '1, first';
  return priority === 9 ? '9, last' : String(priority);
}

export const handleId = (model: string) => `move-${model}`;

/** One data model: on or off, how often, when it goes; the rest when it is opened. */
export function ModelRow({
  entry,
  problems,
  connectionId,
  isChanged,
  isOpen,
  onToggle,
  onChange,
  onPriority,
  drag,
  disabled,
}: {
  readonly entry: DraftEntry;
  readonly problems: EntryProblems;
  readonly connectionId: number | null;
  readonly isChanged: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChange: (entry: DraftEntry) => void;
  readonly onPriority: (priority: number) => void;
  readonly drag: ReturnType<typeof useRowDrag>;
  readonly disabled: boolean;
}) {
  const { model, priority } = entry;
  const name = modelName(model);
  const place = drag.place?.model === model && drag.moved !== model ? drag.place.side : null;
  const moveByKey = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onPriority(priority + step);
  };
  return (
    <li
      {...drag.target(model)}
      className={classes(
        'relative border-b border-line last:border-b-0',
        drag.moved === model && 'opacity-50',
        place === 'before' && 'shadow-[0_-2px_0_0_var(--accent)]',
        place === 'after' && 'shadow-[0_2px_0_0_var(--accent)]',
      )}
    >
      <div className={classes(ROW_COLUMNS, 'min-h-12 px-3 py-2 text-[13px]')}>
        <button
          {...(disabled ? {} : drag.handle(model))}
          type="button"
          id={handleId(model)}
          disabled={disabled}
          aria-label={`Move ${name}, priority ${priority}. Use the arrow keys.`}
          onKeyDown={moveByKey}
          className="flex size-7 cursor-grab items-center justify-center rounded-md text-faint hover:bg-hover hover:text-text active:cursor-grabbing disabled:cursor-default disabled:opacity-40"
        >
          <GripVertical className="size-4" aria-hidden />
        </button>
        <Switch
          label={`Sync ${name}`}
          isOn={entry.enabled}
          disabled={disabled}
          onChange={(enabled) => onChange({ ...entry, enabled })}
        />
        <div className="min-w-0">
          <p className={classes('truncate font-medium', !entry.enabled && 'text-muted')}>
            {name} {isChanged && <Badge tone="accent">Changed</Badge>}
          </p>
          <p className="truncate text-xs text-muted md:hidden">{summaryOf(entry)}</p>
        </div>
        <p className="hidden truncate text-muted md:block" title={summaryOf(entry)}>
          {summaryOf(entry)}
        </p>
        <Select
          label={`Priority of ${name}`}
          value={String(priority)}
          options={PRIORITIES}
          disabled={disabled}
          onChange={(next) => onPriority(Number(next))}
          className="h-7 w-20"
        />
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`Schedule, history and access of ${name}`}
          onClick={onToggle}
          className="flex size-8 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-text"
        >
          <ChevronDown
            className={classes('size-4 transition-transform', isOpen && 'rotate-180')}
            aria-hidden
          />
        </button>
        {Object.keys(problems).length > 0 && !isOpen && (
          <p className="col-span-full pl-16 text-xs text-bad">
            {Object.values(problems).join(' ')}
          </p>
        )}
      </div>
      {isOpen && (
        <ModelEditor
          entry={entry}
          problems={problems}
          connectionId={connectionId}
          onChange={onChange}
          disabled={disabled}
        />
      )}
    </li>
  );
}

function summaryOf({ enabled, schedule, syncFrom, access }: DraftEntry): string {
  if (!enabled) return 'Off';
  if (!access.READ) return 'Off: it may not be read';
  const since = syncFrom === null ? '' : `, from ${syncFrom.slice(0, 10)}`;
  return `${scheduleInWords(schedule)}${since}`;
}
