import { Field } from '../../components/field';
import { Select } from '../../components/select';
import { ZonePicker } from '../../components/zone-picker';
import { currentZone } from '../../lib/time-zone';
import type { EntryProblems, Frequency, Schedule } from './draft';
import { cronWords, type UNITS } from './schedule-words';

const KINDS = [
  { value: 'every', label: 'At an interval' },
  { value: 'cron', label: 'By a cron line' },
  { value: 'never', label: 'Only on request' },
] as const;

const UNIT_OPTIONS: readonly { value: keyof typeof UNITS; label: string }[] = [
  { value: 'MINUTELY', label: 'minutes' },
  { value: 'HOURLY', label: 'hours' },
  { value: 'DAILY', label: 'days' },
  { value: 'WEEKLY', label: 'weeks' },
  { value: 'MONTHLY', label: 'months' },
  { value: 'YEARLY', label: 'years' },
];

/** When a data model syncs by itself. */
export function ScheduleField({
  schedule,
  problems,
  refusal,
  onChange,
  disabled,
}: {
  readonly schedule: Schedule;
  readonly problems: EntryProblems;
  /** What the server says against it, with the field it names. */
  readonly refusal: { readonly field: string; readonly message: string } | null;
  readonly onChange: (schedule: Schedule) => void;
  readonly disabled: boolean;
}) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-[13px] font-medium">Schedule</legend>
      <Select
        label="Kind of schedule"
        value={schedule.kind}
        options={KINDS}
        disabled={disabled}
        onChange={(kind) => onChange(ofKind(kind))}
        className="w-44"
      />
      {schedule.kind === 'every' && (
        <Every
          schedule={schedule}
          error={problems.interval}
          onChange={onChange}
          disabled={disabled}
        />
      )}
      {schedule.kind === 'cron' && (
        <CronLine
          schedule={schedule}
          error={problems.cron ?? (refusal?.field === 'cron' ? refusal.message : undefined)}
          onChange={onChange}
          disabled={disabled}
        />
      )}
      {schedule.kind === 'never' && (
        <p className="text-[13px] text-muted">
          It syncs when somebody presses Refresh or calls the API, and not by itself.
        </p>
      )}
    </fieldset>
  );
}

function ofKind(kind: Schedule['kind']): Schedule {
  switch (kind) {
    case 'every':
      return { kind, frequency: 'DAILY', interval: 1 };
    case 'cron':
      return { kind, cron: '0 6 * * *', timezone: currentZone() };
    case 'never':
      return { kind };
  }
}

function Every({
  schedule,
  error,
  onChange,
  disabled,
}: {
  readonly schedule: Extract<Schedule, { kind: 'every' }>;
  readonly error: string | undefined;
  readonly onChange: (schedule: Schedule) => void;
  readonly disabled: boolean;
}) {
  const { frequency, interval } = schedule;
  return (
    <div className="flex items-start gap-2">
      <Field
        label="Every"
        type="number"
        inputMode="numeric"
        min={1}
        max={10_000}
        className="w-24"
        value={Number.isNaN(interval) ? '' : interval}
        error={error}
        disabled={disabled}
        onChange={({ target }) => onChange({ ...schedule, interval: target.valueAsNumber })}
      />
      <Select<Frequency>
        label="Unit"
        value={frequency}
        options={UNIT_OPTIONS}
        disabled={disabled}
        onChange={(next) => onChange({ ...schedule, frequency: next })}
        className="mt-[1.55rem] w-28"
      />
    </div>
  );
}

function CronLine({
  schedule,
  error,
  onChange,
  disabled,
}: {
  readonly schedule: Extract<Schedule, { kind: 'cron' }>;
  readonly error: string | undefined;
  readonly onChange: (schedule: Schedule) => void;
  readonly disabled: boolean;
}) {
  const words = cronWords(schedule.cron);
  return (
    <div className="flex flex-col gap-3">
      <Field
        label="Cron line"
        className="max-w-64 [&_input]:font-mono"
        value={schedule.cron}
        error={error}
        help={error === undefined ? (words ?? 'Minute, hour, day, month, weekday.') : undefined}
        spellCheck={false}
        autoComplete="off"
        disabled={disabled}
        onChange={({ target }) => onChange({ ...schedule, cron: target.value })}
      />
      <div className="flex flex-col gap-1">
        <span className="text-[13px] font-medium" aria-hidden>
          In the time zone
        </span>
        <ZonePicker
          label="Time zone of the cron line"
          value={schedule.timezone}
          disabled={disabled}
          onChange={(timezone) => onChange({ ...schedule, timezone })}
          className="w-64 max-w-full"
        />
      </div>
    </div>
  );
}
