import { ArrowLeftRight } from 'lucide-react';
import { classes } from '../lib/classes';

/** Who is connected with whom. */
export function Marks({ from, to }: { readonly from: string; readonly to: string }) {
  return (
    <div className="flex items-center gap-3" aria-hidden>
      <Mark name={from} size="large" isOwn />
      <ArrowLeftRight className="size-4 text-faint" />
      <Mark name={to} size="large" />
    </div>
  );
}

/** A name's initials in its own tint: logos belong to others, and would come from their hosts. */
export function Mark({
  name,
  size = 'normal',
  isOwn = false,
}: {
  readonly name: string;
  readonly size?: 'normal' | 'large';
  readonly isOwn?: boolean;
}) {
  return (
    <span
      aria-hidden
      className={classes(
        'inline-flex shrink-0 items-center justify-center font-semibold',
        size === 'large' ? 'size-12 rounded-xl text-base' : 'size-9 rounded-lg text-xs',
        isOwn ? 'bg-text text-surface' : TINTS[tintOf(name)],
      )}
    >
      {initialsOf(name)}
    </span>
  );
}

const TINTS = [
  'bg-accent-soft text-accent-text',
  'bg-good-soft text-good',
  'bg-info-soft text-info',
  'bg-warn-soft text-warn',
] as const;

function tintOf(name: string): number {
  return [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % TINTS.length;
}

function initialsOf(name: string): string {
  const words = name.split(/[\s_-]+/).filter((word) => word !== '');
  const [first = '', second] = words;
  if (second === undefined) return first.slice(0, 2).toUpperCase();
  return (first.charAt(0) + second.charAt(0)).toUpperCase();
}
