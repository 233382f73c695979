import { Select as BaseSelect } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { classes } from '../lib/classes';
import { ITEM_CLASSES, POPUP_CLASSES } from './menu';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** What every choice of one out of several is given. */
export interface ChoiceProps<T extends string> {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/** One out of a few; for many (time zones, companies) there is `Picker`. */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled = false,
  className,
}: ChoiceProps<T>) {
  return (
    <BaseSelect.Root
      items={[...options]}
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <BaseSelect.Trigger
        aria-label={label}
        className={classes(
          'inline-flex h-8 items-center justify-between gap-2 rounded-md border border-line-strong bg-raised px-2.5 text-[13px] whitespace-nowrap hover:bg-hover data-[disabled]:opacity-55',
          className,
        )}
      >
        <BaseSelect.Value />
        <BaseSelect.Icon>
          <ChevronsUpDown className="size-3.5 text-faint" aria-hidden />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner
          sideOffset={4}
          alignItemWithTrigger={false}
          className="z-50 outline-none"
        >
          <BaseSelect.Popup className={classes(POPUP_CLASSES, 'max-h-80 overflow-y-auto')}>
            {options.map((option) => (
              <BaseSelect.Item key={option.value} value={option.value} className={ITEM_CLASSES}>
                <span className="size-4">
                  <BaseSelect.ItemIndicator>
                    <Check className="size-4" aria-hidden />
                  </BaseSelect.ItemIndicator>
                </span>
                <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
              </BaseSelect.Item>
            ))}
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
