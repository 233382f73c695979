import type { ReactNode } from 'react';
import { classes } from '../lib/classes';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info' | 'accent';

const TONES: Record<Tone, string> = {
  neutral: 'bg-hover text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent-text',
};

/** A word with a tone; never the tone alone, as not everybody sees it. */
export function Badge({
  tone = 'neutral',
  hasDot = false,
  isLive = false,
  children,
}: {
  readonly tone?: Tone;
  readonly hasDot?: boolean;
  /** Its dot pulses: something is under way. */
  readonly isLive?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={classes(
        'inline-flex h-5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {(hasDot || isLive) && (
        <span
          aria-hidden
          className={classes('size-1.5 rounded-full bg-current', isLive && 'animate-pulse')}
        />
      )}
      {children}
    </span>
  );
}
