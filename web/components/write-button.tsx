import { READ_ONLY, useMayWrite } from '../lib/roles';
import { Button, type ButtonProps } from './button';

/** A button that changes something: off, and saying why, for who may only look. */
export function WriteButton({ disabled = false, ...rest }: Omit<ButtonProps, 'title'>) {
  const mayWrite = useMayWrite();
  return (
    <Button {...rest} disabled={disabled || !mayWrite} title={mayWrite ? undefined : READ_ONLY} />
  );
}
