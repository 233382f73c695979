import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';

export function Checkbox({
  isChecked,
  onChange,
  disabled = false,
  children,
}: {
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <label className="flex items-center gap-2 text-[13px]">
      <BaseCheckbox.Root
        checked={isChecked}
        disabled={disabled}
        onCheckedChange={onChange}
        className="flex size-4 shrink-0 items-center justify-center rounded border border-line-strong bg-surface data-[checked]:border-accent data-[checked]:bg-accent"
      >
        <BaseCheckbox.Indicator>
          <Check className="size-3 text-on-accent" strokeWidth={3} aria-hidden />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      {children}
    </label>
  );
}
