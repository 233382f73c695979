import { useBlocker } from '@tanstack/react-router';
import { Button } from '../../components/button';
import { Confirm } from '../../components/dialog';

/** Stands at the bottom while something is not saved, and asks before one leaves. */
export function SaveBar({
  words,
  problem,
  isBusy,
  onSave,
  onDiscard,
}: {
  /** What is not saved: "3 data models changed". */
  readonly words: string;
  /** Why it cannot be saved yet. */
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
}) {
  const leaving = useBlocker({
    shouldBlockFn: () => !isBusy,
    enableBeforeUnload: true,
    withResolver: true,
  });
  return (
    <>
      <div
        role="region"
        aria-label="Unsaved changes"
        className="sticky bottom-4 z-20 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line-strong bg-raised px-4 py-2.5 shadow-float"
      >
        <p className="text-[13px]" role="status">
          <span className="font-medium">{words}</span>
          {problem !== null && <span className="block text-xs text-bad">{problem}</span>}
        </p>
        <div className="flex gap-2">
          <Button onClick={onDiscard} disabled={isBusy}>
            Discard
          </Button>
          <Button kind="primary" onClick={onSave} isBusy={isBusy} disabled={problem !== null}>
            Save
          </Button>
        </div>
      </div>
      <Confirm
        isOpen={leaving.status === 'blocked'}
        onClose={() => leaving.reset?.()}
        onConfirm={() => leaving.proceed?.()}
        title="Leave without saving?"
        act="Leave"
        isDangerous
      >
        {words}, and not saved.
      </Confirm>
    </>
  );
}
