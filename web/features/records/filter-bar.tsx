import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button';
import { INPUT_CLASSES } from '../../components/field';
import { Picker } from '../../components/picker';
import { Select } from '../../components/select';
import { Switch } from '../../components/switch';
import {
  type Filter,
  FILTER_FIELDS,
  type FilterField,
  OPERATOR_WORDS,
  OPERATORS,
  SORTS,
  type View,
} from './query';

const ALL = '';

/** Whose records, in which order, and which of them. */
export function FilterBar({
  view,
  companies,
  onChange,
}: {
  readonly view: View;
  readonly companies: ReadonlyMap<number, string>;
  readonly onChange: (view: View) => void;
}) {
  const filters = view.filters ?? [];
  const setFilters = (next: readonly Filter[]) =>
    onChange({ ...view, filters: next.length === 0 ? undefined : next });
  return (
    <div role="search" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Picker
          label="Company"
          value={view.company === undefined ? ALL : String(view.company)}
          options={[
            { value: ALL, label: 'All companies' },
            ...[...companies].map(([id, name]) => ({ value: String(id), label: name })),
          ]}
          onChange={(next) =>
            onChange({ ...view, company: next === ALL ? undefined : Number(next) })
          }
          className="w-48"
        />
        <Select
          label="Order"
          value={SORTS.find(({ value }) => value === view.sort)?.value ?? ''}
          options={SORTS}
          onChange={(next) => onChange({ ...view, sort: next === '' ? undefined : next })}
        />
        <label className="flex h-8 items-center gap-2 px-1 text-[13px]">
          <Switch
            label="Show deleted records"
            isOn={view.deleted === true}
            onChange={(isOn) => onChange({ ...view, deleted: isOn ? true : undefined })}
          />
          <span aria-hidden>Deleted too</span>
        </label>
        <Button
          kind="quiet"
          icon={<Plus className="size-4" aria-hidden />}
          onClick={() =>
            setFilters([...filters, { field: 'rootfi_updated_at', op: 'gte', value: '' }])
          }
        >
          Filter
        </Button>
      </div>
      {filters.map((filter, index) => (
        <FilterRow
          // A filter has no name but its place, and places stay while one is typed in.
          key={`${index}:${filter.field}:${filter.op}:${filter.value}`}
          filter={filter}
          onChange={(next) => setFilters(filters.map((each, at) => (at === index ? next : each)))}
          onRemove={() => setFilters(filters.filter((_, at) => at !== index))}
        />
      ))}
    </div>
  );
}

/** Field, operator, value. The value is taken over by Enter, or on leaving it. */
function FilterRow({
  filter,
  onChange,
  onRemove,
}: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly onRemove: () => void;
}) {
  const field: FilterField =
    FILTER_FIELDS.find((each) => each === filter.field) ?? 'rootfi_updated_at';
  const [value, setValue] = useState(shownValue(filter));
  const apply = () => {
    const next = sentValue(field, value);
    if (next !== filter.value) onChange({ ...filter, value: next });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        label="Field"
        value={field}
        options={FILTER_FIELDS.map((name) => ({ value: name, label: name }))}
        onChange={(next) => onChange({ field: next, op: OPERATORS[next][0], value: '' })}
        className="font-mono text-xs"
      />
      <Select
        label="Operator"
        value={filter.op}
        options={OPERATORS[field].map((op) => ({ value: op, label: OPERATOR_WORDS[op] ?? op }))}
        onChange={(op) => onChange({ ...filter, op })}
      />
      <input
        aria-label={`Value of ${field}`}
        type={field === 'rootfi_id' ? 'text' : 'datetime-local'}
        inputMode={field === 'rootfi_id' ? 'numeric' : undefined}
        step={1}
        className={`${INPUT_CLASSES} w-56!`}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onBlur={apply}
        onKeyDown={({ key }) => {
          if (key === 'Enter') apply();
        }}
      />
      <Button
        kind="quiet"
        aria-label={`Remove the filter by ${field}`}
        icon={<X className="size-4" aria-hidden />}
        onClick={onRemove}
      />
    </div>
  );
}

/** The address and the API hold an instant; the input shows it in the browser's own zone. */
function shownValue({ field, value }: Filter): string {
  if (field === 'rootfi_id' || Number.isNaN(Date.parse(value))) return value;
  const at = new Date(value);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

function sentValue(field: FilterField, typed: string): string {
  if (field === 'rootfi_id' || Number.isNaN(Date.parse(typed))) return typed.trim();
  return new Date(typed).toISOString();
}
