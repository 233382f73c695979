import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, Search } from 'lucide-react';
import { classes } from '../lib/classes';
import { INPUT_CLASSES } from './field';
import { ITEM_CLASSES, POPUP_CLASSES } from './menu';
import type { ChoiceProps, Option } from './select';

/** Past this many one types more letters instead of scrolling on. */
const SHOWN_AT_ONCE = 100;

/** One out of many: like `Select`, with a search. */
export function Picker<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled = false,
  className,
}: ChoiceProps<T>) {
  const chosen = options.find((option) => option.value === value) ?? null;
  return (
    <Combobox.Root
      items={options}
      value={chosen}
      disabled={disabled}
      limit={SHOWN_AT_ONCE}
      onValueChange={(next) => {
        if (next !== null) onChange(next.value);
      }}
    >
      <Combobox.Trigger
        aria-label={`${label}: ${chosen?.label ?? value}`}
        className={classes(
          'inline-flex h-8 min-w-0 items-center justify-between gap-2 rounded-md border border-line-strong bg-raised px-2.5 text-[13px] hover:bg-hover data-[disabled]:opacity-55',
          className,
        )}
      >
        <span className="truncate">{chosen?.label ?? value}</span>
        <ChevronsUpDown className="size-3.5 shrink-0 text-faint" aria-hidden />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} align="start" className="z-50 outline-none">
          <Combobox.Popup
            aria-label={label}
            className={classes(POPUP_CLASSES, 'w-72 max-w-[var(--available-width)]')}
          >
            <div className="relative mb-1">
              <Search
                className="pointer-events-none absolute top-1/2 left-2 size-4 -translate-y-1/2 text-faint"
                aria-hidden
              />
              <Combobox.Input
                aria-label={`Search: ${label}`}
                placeholder="Search"
                className={classes(INPUT_CLASSES, 'pl-8')}
              />
            </div>
            <Combobox.Empty>
              <p className="px-2 py-3 text-[13px] text-muted">Nothing matches.</p>
            </Combobox.Empty>
            <Combobox.List className="max-h-72 overflow-y-auto outline-none">
              {(option: Option<T>) => (
                <Combobox.Item key={option.value} value={option} className={ITEM_CLASSES}>
                  <span className="size-4 shrink-0">
                    <Combobox.ItemIndicator>
                      <Check className="size-4" aria-hidden />
                    </Combobox.ItemIndicator>
                  </span>
                  <span className="truncate">{option.label}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
