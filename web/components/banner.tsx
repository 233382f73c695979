import { CircleAlert, Clock, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from '../lib/classes';

const TONES = {
  info: ['border-info/30 bg-info-soft text-info', Info],
  wait: ['border-warn/30 bg-warn-soft text-warn', Clock],
  warn: ['border-warn/30 bg-warn-soft text-warn', TriangleAlert],
  bad: ['border-bad/30 bg-bad-soft text-bad', CircleAlert],
} as const;

/** Says in words what a person should know now, and what to do. */
export function Banner({
  tone,
  title,
  actions,
  children,
}: {
  readonly tone: keyof typeof TONES;
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}) {
  const [tones, Icon] = TONES[tone];
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classes('flex flex-wrap items-start gap-3 rounded-lg border px-4 py-3', tones)}
    >
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div className="min-w-0 flex-1 basis-60">
        <p className="text-[13px] font-semibold">{title}</p>
        {children !== undefined && <div className="text-[13px] text-text">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex items-center gap-2">{actions}</div>}
    </div>
  );
}
