import { ArrowLeft, Lock, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button, type ButtonProps } from '../components/button';
import { classes } from '../lib/classes';
import { isEmbedded, leave } from './frame';

/** Inputs as large as a finger, in a type that a phone does not zoom in on. */
export const LARGE_INPUT = '[&_input]:h-10 [&_input]:text-sm max-sm:[&_input]:text-base';

/** As wide as the card and as high as a finger. */
export function LargeButton({ className = '', ...rest }: ButtonProps) {
  return <Button {...rest} className={classes('h-10 w-full text-sm', className)} />;
}

/** One step of the page: a card in the middle, whose heading takes the focus when the step comes. */
export function Step({
  title,
  documentTitle,
  description,
  mark,
  isCentred = false,
  onBack,
  children,
}: {
  readonly title: string;
  /** Absent: the title. */
  readonly documentTitle?: string;
  readonly description?: ReactNode;
  readonly mark?: ReactNode;
  /** For a step that only says something. */
  readonly isCentred?: boolean;
  readonly onBack?: (() => void) | undefined;
  readonly children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = documentTitle ?? title;
    heading.current?.focus();
  }, [documentTitle, title]);
  return (
    <>
      <div className="flex h-12 items-center justify-between px-3">
        {onBack === undefined ? (
          <span />
        ) : (
          <Button kind="quiet" icon={<ArrowLeft className="size-4" aria-hidden />} onClick={onBack}>
            Back
          </Button>
        )}
        {isEmbedded && (
          <Button
            kind="quiet"
            aria-label="Close"
            icon={<X className="size-4" aria-hidden />}
            onClick={leave}
          />
        )}
      </div>
      <div className="flex flex-1 flex-col px-6 pb-7 sm:px-8">
        <div className={isCentred ? 'my-auto flex flex-col items-center text-center' : ''}>
          {mark !== undefined && <div className="mb-5">{mark}</div>}
          <h1
            ref={heading}
            tabIndex={-1}
            className="text-xl font-semibold tracking-tight text-balance outline-none"
          >
            {title}
          </h1>
          {description !== undefined && (
            <p className="mt-1.5 text-sm leading-relaxed text-pretty text-muted">{description}</p>
          )}
        </div>
        {children !== undefined && (
          <div className={isCentred ? 'mt-6' : 'mt-6 flex flex-1 flex-col'}>{children}</div>
        )}
      </div>
    </>
  );
}

/** What surrounds every step. The card's height stays through the steps, so that nothing jumps. */
export function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center bg-raised sm:bg-transparent sm:px-6 sm:pt-[max(1.5rem,9dvh)]">
      <div className="flex min-h-[38rem] w-full max-w-[29rem] flex-1 flex-col bg-raised sm:flex-none sm:rounded-2xl sm:border sm:border-line sm:shadow-float">
        {children}
      </div>
      {!isEmbedded && (
        <p className="flex items-center gap-1.5 px-4 py-4 text-xs text-muted">
          <Lock className="size-3" aria-hidden />
          Your details are stored encrypted. You can withdraw access at any time.
        </p>
      )}
    </main>
  );
}
