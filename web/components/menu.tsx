import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { classes } from '../lib/classes';

export const POPUP_CLASSES =
  'z-50 min-w-44 rounded-lg border border-line bg-raised p-1 shadow-float outline-none transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0';
export const ITEM_CLASSES =
  'flex w-full cursor-default items-center gap-2 rounded-md px-2 py-1.5 text-[13px] outline-none select-none data-[highlighted]:bg-hover data-[disabled]:opacity-50';

/** A menu under its button. `trigger` is the button itself. */
export function Menu({
  trigger,
  align = 'end',
  children,
}: {
  readonly trigger: ReactElement;
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
}) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} sideOffset={4} className="z-50 outline-none">
          <BaseMenu.Popup className={POPUP_CLASSES}>{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

export function MenuItem({
  icon,
  isDangerous = false,
  disabled = false,
  onClick,
  children,
}: {
  readonly icon?: ReactNode;
  readonly isDangerous?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <BaseMenu.Item
      disabled={disabled}
      onClick={onClick}
      className={classes(
        ITEM_CLASSES,
        '[&_svg]:size-4 [&_svg]:text-faint',
        isDangerous && 'text-bad',
      )}
    >
      {icon}
      {children}
    </BaseMenu.Item>
  );
}

export function MenuSeparator() {
  return <BaseMenu.Separator className="my-1 h-px bg-line" />;
}
