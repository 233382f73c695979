import { Progress as BaseProgress } from '@base-ui/react/progress';

/** How far something has come; without an end in sight it only shows that it goes on. */
export function Progress({
  label,
  value,
  max,
}: {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly value: number;
  /** Null = not known. */
  readonly max: number | null;
}) {
  return (
    <BaseProgress.Root
      aria-label={label}
      value={max === null ? null : Math.min(value, max)}
      max={Math.max(1, max ?? 1)}
    >
      <BaseProgress.Track className="h-1.5 overflow-hidden rounded-full bg-hover">
        <BaseProgress.Indicator className="h-full rounded-full bg-info transition-[width] data-[indeterminate]:w-full data-[indeterminate]:animate-pulse data-[indeterminate]:opacity-40" />
      </BaseProgress.Track>
    </BaseProgress.Root>
  );
}
