import { useState } from 'react';
import { Checkbox } from '../../components/checkbox';
import { Field } from '../../components/field';
import { useSettled } from '../../lib/settled';
import { useZone } from '../../lib/time-zone';
import { type Access, type DraftEntry, type EntryProblems, scheduleFields } from './draft';
import { NextRuns, refusalOf, usePreview } from './next-runs';
import { ScheduleField } from './schedule-field';

const ACCESS: readonly { readonly access: Access; readonly words: string }[] = [
  { access: 'READ', words: 'Read' },
  { access: 'CREATE', words: 'Create' },
  { access: 'UPDATE', words: 'Update' },
  { access: 'DELETE', words: 'Delete' },
];

/** Everything about one data model's entry that its row has no room for. */
export function ModelEditor({
  entry,
  problems,
  connectionId,
  onChange,
  disabled,
}: {
  readonly entry: DraftEntry;
  readonly problems: EntryProblems;
  /** Whose runs are shown; null: the organisation's own, which differ a little for each connection. */
  readonly connectionId: number | null;
  readonly onChange: (entry: DraftEntry) => void;
  readonly disabled: boolean;
}) {
  const [zone, setZone] = useState(useZone());
  const schedule = useSettled(entry.schedule);
  const hasProblem = problems.cron !== undefined || problems.interval !== undefined;
  const preview = usePreview(
    schedule.kind === 'never' || hasProblem
      ? null
      : {
          ...scheduleFields(schedule),
          ...(connectionId === null ? {} : { connection_id: connectionId }),
        },
  );
  return (
    <div className="grid gap-x-8 gap-y-5 border-t border-line bg-sunken px-4 py-4 md:grid-cols-2">
      <div className="flex flex-col gap-5">
        <ScheduleField
          schedule={entry.schedule}
          problems={problems}
          refusal={refusalOf(preview)}
          disabled={disabled}
          onChange={(next) => onChange({ ...entry, schedule: next })}
        />
        <Field
          label="Sync from"
          type="date"
          className="w-44"
          value={entry.syncFrom?.slice(0, 10) ?? ''}
          max={new Date().toISOString().slice(0, 10)}
          error={problems.syncFrom}
          disabled={disabled}
          help={
            entry.syncFrom === null
              ? 'Empty: all history.'
              : 'Older records are not read. A date further back loads what is missing.'
          }
          onChange={({ target }) =>
            onChange({ ...entry, syncFrom: target.value === '' ? null : target.value })
          }
        />
        <fieldset>
          <legend className="mb-2 text-[13px] font-medium">Access</legend>
          <div className="flex flex-wrap gap-x-5 gap-y-2">
            {ACCESS.map(({ access, words }) => (
              <Checkbox
                key={access}
                isChecked={entry.access[access]}
                disabled={disabled}
                onChange={(isChecked) =>
                  onChange({ ...entry, access: { ...entry.access, [access]: isChecked } })
                }
              >
                {words}
              </Checkbox>
            ))}
          </div>
          <p className="mt-2 text-xs text-muted">
            {entry.access.READ
              ? 'What a customer is asked to allow. More than they allowed needs them to connect again.'
              : 'Without Read it does not sync.'}
          </p>
        </fieldset>
      </div>
      {entry.schedule.kind !== 'never' && !hasProblem && (
        <NextRuns preview={preview} zone={zone} onZone={setZone} />
      )}
    </div>
  );
}
