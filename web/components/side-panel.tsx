import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button';

/** More of one row, from the right side; the page stays where it is. Controlled, as a dialog is. */
export function SidePanel({
  isOpen,
  onClose,
  title,
  badge,
  children,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly badge?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-black/30 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <BaseDialog.Popup className="fixed inset-y-0 right-0 z-50 flex w-[min(36rem,100vw)] flex-col border-l border-line bg-raised shadow-float outline-none transition-transform data-[ending-style]:translate-x-full data-[starting-style]:translate-x-full">
          <header className="flex min-h-14 items-center justify-between gap-4 border-b border-line px-5">
            <div className="flex min-w-0 items-center gap-3">
              <BaseDialog.Title className="truncate text-base font-semibold">
                {title}
              </BaseDialog.Title>
              {badge}
            </div>
            <BaseDialog.Close
              render={<Button kind="quiet" icon={<X className="size-4" />} aria-label="Close" />}
            />
          </header>
          <div className="flex-1 overflow-y-auto p-5">{children}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
