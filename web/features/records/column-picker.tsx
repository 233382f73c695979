import { Popover } from '@base-ui/react/popover';
import { Columns3 } from 'lucide-react';
import { Button } from '../../components/button';
import { Checkbox } from '../../components/checkbox';
import { POPUP_CLASSES } from '../../components/menu';

/** Which fields are columns. */
export function ColumnPicker({
  fields,
  columns,
  onChange,
}: {
  readonly fields: readonly string[];
  readonly columns: readonly string[];
  /** null: the usual ones. */
  readonly onChange: (columns: readonly string[] | null) => void;
}) {
  const toggle = (field: string, isChecked: boolean) => {
    const next = isChecked
      ? fields.filter((each) => each === field || columns.includes(each))
      : columns.filter((each) => each !== field);
    if (next.length > 0) onChange(next);
  };
  return (
    <Popover.Root>
      <Popover.Trigger
        render={<Button icon={<Columns3 className="size-4" aria-hidden />}>Columns</Button>}
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <Popover.Popup className={`${POPUP_CLASSES} w-64`} aria-label="Columns">
            <div className="flex max-h-80 flex-col gap-2 overflow-y-auto p-2">
              {fields.map((field) => (
                <Checkbox
                  key={field}
                  isChecked={columns.includes(field)}
                  onChange={(isChecked) => toggle(field, isChecked)}
                >
                  <span className="font-mono text-xs">{field}</span>
                </Checkbox>
              ))}
            </div>
            <div className="border-t border-line p-1 pt-2">
              <Button kind="quiet" size="small" onClick={() => onChange(null)}>
                Show the usual columns
              </Button>
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
