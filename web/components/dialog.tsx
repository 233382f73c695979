import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button';

const BACKDROP =
  'fixed inset-0 z-40 bg-black/40 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0';
const POPUP =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border border-line bg-raised shadow-float transition-[opacity,scale] data-[ending-style]:scale-95 data-[ending-style]:opacity-0 data-[starting-style]:scale-95 data-[starting-style]:opacity-0';

/** A window over the page. Controlled: who opens it decides when it closes. */
export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  footer,
  children,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={BACKDROP} />
        <BaseDialog.Popup className={POPUP}>
          <div className="flex items-start justify-between gap-4 px-5 pt-4">
            <div>
              <BaseDialog.Title className="text-base font-semibold">{title}</BaseDialog.Title>
              {description !== undefined && (
                <BaseDialog.Description className="mt-0.5 text-[13px] text-muted">
                  {description}
                </BaseDialog.Description>
              )}
            </div>
            <BaseDialog.Close
              render={<Button kind="quiet" icon={<X className="size-4" />} aria-label="Close" />}
            />
          </div>
          <div className="overflow-y-auto px-5 py-4">{children}</div>
          {footer !== undefined && (
            <div className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>
          )}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** The end of a form in a dialog: out of it, or its act. */
export function FormButtons({
  act,
  onCancel,
  isBusy,
  disabled = false,
}: {
  /** The words of the button that sends it. */
  readonly act: string;
  readonly onCancel: () => void;
  readonly isBusy: boolean;
  readonly disabled?: boolean;
}) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onCancel}>Cancel</Button>
      <Button kind="primary" type="submit" isBusy={isBusy} disabled={disabled}>
        {act}
      </Button>
    </div>
  );
}

/** A question before something that cannot be taken back. Says what will happen; the button names the act. */
export function Confirm({
  isOpen,
  onClose,
  onConfirm,
  title,
  act,
  dismiss = 'Cancel',
  isDangerous = false,
  isBusy = false,
  children,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly title: string;
  /** The words of the button: "Delete 12 records". */
  readonly act: string;
  /** The words of the way out, where "Cancel" could mean the act itself. */
  readonly dismiss?: string;
  readonly isDangerous?: boolean;
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={BACKDROP} />
        <AlertDialog.Popup className={POPUP}>
          <div className="px-5 py-4">
            <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description render={<div />} className="mt-2 text-[13px] text-muted">
              {children}
            </AlertDialog.Description>
          </div>
          <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
            <AlertDialog.Close render={<Button>{dismiss}</Button>} />
            <Button kind={isDangerous ? 'danger' : 'primary'} isBusy={isBusy} onClick={onConfirm}>
              {act}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
