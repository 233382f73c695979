import { Switch as BaseSwitch } from '@base-ui/react/switch';

export function Switch({
  label,
  isOn,
  onChange,
  disabled = false,
}: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly disabled?: boolean;
}) {
  return (
    <BaseSwitch.Root
      aria-label={label}
      checked={isOn}
      disabled={disabled}
      onCheckedChange={onChange}
      className="flex h-4.5 w-8 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors data-[checked]:bg-accent data-[disabled]:opacity-55"
    >
      <BaseSwitch.Thumb className="size-3.5 rounded-full bg-white shadow-card transition-transform data-[checked]:translate-x-3.5" />
    </BaseSwitch.Root>
  );
}
