import { useState } from 'react';
import { modelName } from '../../lib/format';
import { useRowDrag } from './drag';
import { type DataModel, type DraftEntry, type EntryProblems } from './draft';
import { handleId, ModelRow, ROW_COLUMNS } from './model-row';
import { priorityAt, withPriority } from './priority';

/** The data models in the order of their priority. */
export function ConfigList({
  draft,
  changed,
  problems,
  connectionId,
  onChange,
  disabled,
}: {
  readonly draft: readonly DraftEntry[];
  readonly changed: readonly DataModel[];
  readonly problems: ReadonlyMap<DataModel, EntryProblems>;
  readonly connectionId: number | null;
  readonly onChange: (draft: readonly DraftEntry[]) => void;
  readonly disabled: boolean;
}) {
  const [opened, setOpened] = useState<ReadonlySet<DataModel>>(new Set());
  const [said, setSaid] = useState('');
  const move = (model: DataModel, priority: number) => {
    const next = withPriority(draft, model, priority);
    onChange(next);
    const place = next.findIndex((entry) => entry.model === model) + 1;
    setSaid(`${modelName(model)}: place ${place} of ${next.length}`);
    // A row that changes its place in the document loses the focus, and with it the keys that move it.
    const focused = document.activeElement?.id;
    if (focused === handleId(model)) {
      requestAnimationFrame(() => document.getElementById(handleId(model))?.focus());
    }
  };
  const drag = useRowDrag((moved, { model, side }) => {
    const priority = priorityAt(draft, moved, model, side);
    if (priority !== null) move(moved, priority);
  });
  const toggle = (model: DataModel) => {
    const next = new Set(opened);
    if (!next.delete(model)) next.add(model);
    setOpened(next);
  };
  return (
    <>
      <div
        aria-hidden
        className={`${ROW_COLUMNS} h-9 border-b border-line px-3 text-xs font-medium text-muted max-md:hidden`}
      >
        <span />
        <span>Sync</span>
        <span>Data model</span>
        <span>Schedule</span>
        <span>Priority</span>
        <span />
      </div>
      <ul aria-label="Data models, by priority">
        {draft.map((entry) => (
          <ModelRow
            key={entry.model}
            entry={entry}
            problems={problems.get(entry.model) ?? {}}
            connectionId={connectionId}
            isChanged={changed.includes(entry.model)}
            isOpen={opened.has(entry.model)}
            onToggle={() => toggle(entry.model)}
            onChange={(next) =>
              onChange(draft.map((each) => (each.model === next.model ? next : each)))
            }
            onPriority={(priority) => move(entry.model, priority)}
            drag={drag}
            disabled={disabled}
          />
        ))}
      </ul>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </>
  );
}
