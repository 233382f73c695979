import { Button } from '../../components/button';
import { Checkbox } from '../../components/checkbox';
import { count, modelName } from '../../lib/format';
import type { Model } from './queries';

/** Which of some data models; all of them until something is left out. */
export function ModelPicker({
  models,
  left,
  onChange,
}: {
  readonly models: readonly Model[];
  readonly left: ReadonlySet<string>;
  readonly onChange: (left: ReadonlySet<string>) => void;
}) {
  const toggle = (name: string, isChosen: boolean) => {
    const next = new Set(left);
    if (isChosen) next.delete(name);
    else next.add(name);
    onChange(next);
  };
  if (models.length === 0) {
    return <p className="text-[13px] text-muted">No data model is enabled.</p>;
  }
  return (
    <fieldset>
      <div className="mb-2 flex items-center justify-between">
        <legend className="float-left text-[13px] font-medium">Data models</legend>
        <div className="flex gap-1">
          <Button kind="quiet" size="small" onClick={() => onChange(new Set())}>
            All
          </Button>
          <Button
            kind="quiet"
            size="small"
            onClick={() => onChange(new Set(models.map(({ data_model: name }) => name)))}
          >
            None
          </Button>
        </div>
      </div>
      <div className="grid gap-x-6 gap-y-2 rounded-md border border-line p-3 sm:grid-cols-2">
        {models.map(({ data_model: name, records }) => (
          <div key={name} className="flex items-center justify-between gap-3">
            <Checkbox isChecked={!left.has(name)} onChange={(is) => toggle(name, is)}>
              {modelName(name)}
            </Checkbox>
            <span className="text-xs text-muted tabular">{count(records.live)}</span>
          </div>
        ))}
      </div>
    </fieldset>
  );
}
